package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.FileSource;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.OnnxExport;
import dev.tersor.core.model.Parameter;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.Checkpoints;
import dev.tersor.jobs.source.ModelCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Accuracies of random weights on MNIST's built-in test images, by the commands. */
class AccuracyTest {
  private static final String GRAPH_DATA = "--data mnist --data-mean 0 --data-deviation 0.3081";

  @TempDir Path folder;
  private final Architecture lenet = new ModelCatalog("").get("lenet300");
  private final Map<String, Shape> shapes = new TreeMap<>();
  private final Map<String, float[]> values = new TreeMap<>();
  private Path weights;
  private Path onnx;

  @BeforeEach
  void writeCheckpoints() throws IOException {
    for (Parameter parameter : lenet.parameters()) {
      String name = parameter.name();
      shapes.put(name, parameter.shape());
      values.put(name, Checkpoints.weights((int) parameter.shape().size(), name.hashCode()));
    }
    weights = folder.resolve("weights.safetensors");
    Checkpoints.write(weights, shapes, values);
    onnx = Files.write(folder.resolve("net.onnx"), OnnxExport.of(lenet).with(values));
  }

  private String out() {
    return folder.resolve("out").toString();
  }

  private long number(String sql) {
    return CommandLineRun.number(out(), sql);
  }

  private CommandLineRun sweep(String options) {
    return CommandLineRun.sweep(
        out(), ("--bits 2,4 --encodings dense/packed,bitmap/packed " + options).split(" ", -1));
  }

  /** The share of a file's images that a run of evaluate printed, in hundredths of a percent. */
  private static long share(CommandLineRun run, String file) {
    Pattern row =
        Pattern.compile(Pattern.quote(file) + " +\\|[^|]*\\| +10,000 \\| +([0-9.]+) % \\|");
    Matcher matcher = row.matcher(run.out);
    assertTrue(matcher.find(), run::toString);
    return Math.round(100 * Double.parseDouble(matcher.group(1)));
  }

  @Test
  void aSweepEvaluatesOnceAndWhatItDecodesTo() throws IOException {
    String options = "--sparsities 0.5,0.9 --pruning global --weights lenet300=" + weights;
    CommandLineRun without = sweep(options + " --no-accuracy");
    assertEquals(0, without.status, without::toString);
    assertFalse(without.out.contains("top-1"), without::toString);
    CommandLineRun first = sweep(options);
    assertEquals(0, first.status, first::toString);
    assertTrue(first.out.contains("0 cells computed"), first::toString);
    assertTrue(
        first.err.contains(
            "evaluating lenet300 on 10,000 images of mnist: 4 settings and the dense network"),
        first::toString);
    assertTrue(first.out.contains("| top-1"), first::toString);
    // A row that was evaluated is another than one that was not; every encoding's has the same
    // figure.
    long encodings = number("SELECT count(DISTINCT encoding) FROM models");
    assertEquals(8 * encodings, number("SELECT count(*) FROM models"));
    assertEquals(
        4 * encodings,
        number(
            "SELECT count(*) FROM models WHERE top1_accuracy BETWEEN 0.01 AND 0.5 AND"
                + " dense_top1_accuracy > 0 AND test_images = 10000 AND test_set = 'mnist'"));
    assertEquals(
        1,
        number(
            "SELECT max(n) FROM (SELECT count(DISTINCT top1_accuracy) AS n FROM models GROUP BY"
                + " sparsity_target, bits)"));
    CommandLineRun again = sweep(options);
    assertFalse(again.err.contains("evaluating"), again::toString);
    assertTrue(again.out.contains("| top-1"), again::toString);
    assertEquals(8 * encodings, number("SELECT count(*) FROM models"));

    CommandLineRun decode =
        CommandLineRun.of(
            ("decode --out "
                    + out()
                    + " --model lenet300 --sparsity 0.9 --bits 2 --to "
                    + folder.resolve("decoded.safetensors"))
                .split(" ", -1));
    assertEquals(0, decode.status, decode::toString);
    Path whole = folder.resolve("whole.safetensors");
    Map<String, float[]> all = new TreeMap<>(values);
    try (FileSource source = FileSource.open(folder.resolve("decoded.safetensors"))) {
      for (StoredTensor tensor : Checkpoint.open(source).tensors()) {
        all.put(tensor.name(), Checkpoint.read(tensor, source, 0, (int) tensor.shape().size()));
      }
    }
    Checkpoints.write(whole, shapes, all);
    CommandLineRun evaluated =
        CommandLineRun.of("evaluate", whole.toString(), weights.toString(), "--model", "lenet300");
    assertEquals(0, evaluated.status, evaluated::toString);
    assertEquals(
        number(
            "SELECT DISTINCT round(10000 * top1_accuracy) :: bigint FROM models WHERE"
                + " sparsity_target = 0.9 AND bits = 2 AND top1_accuracy IS NOT NULL"),
        share(evaluated, "whole.safetensors"));
    Path held = folder.resolve("held.tersor");
    CommandLineRun stored =
        CommandLineRun.of("compress", "--lossless", whole.toString(), "--to", held.toString());
    assertEquals(0, stored.status, stored::toString);
    CommandLineRun ofHeld = CommandLineRun.of("evaluate", held.toString(), "--model", "lenet300");
    assertEquals(0, ofHeld.status, ofHeld::toString);
    assertEquals(share(evaluated, "whole.safetensors"), share(ofHeld, "held.tersor"));
    assertEquals(
        number(
            "SELECT DISTINCT round(10000 * dense_top1_accuracy) :: bigint FROM models WHERE"
                + " top1_accuracy IS NOT NULL"),
        share(evaluated, "weights.safetensors"));
  }

  /** The same network three times: described, as an ONNX file, and as weights with a graph. */
  @Test
  void anyNetworkIsEvaluatedWhoseGraphIsGiven() throws IOException {
    Path without = folder.resolve("no-bias.safetensors");
    Map<String, Shape> fewer = new TreeMap<>(shapes);
    fewer.remove("fc3.bias");
    Checkpoints.write(without, fewer, values);
    CommandLineRun run =
        sweep(
            "--sparsities 0.9 --weights lenet300=%s --weights net=%s --weights own=%s --weights bare=%s"
                    .formatted(weights, onnx, weights, without)
                + " --graph own=%s --graph bare=%s %s".formatted(onnx, onnx, GRAPH_DATA));
    assertEquals(0, run.status, run::toString);
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            "SELECT count(DISTINCT model) FROM models WHERE top1_accuracy IS NOT NULL",
            3,
            "SELECT max(n) FROM (SELECT count(DISTINCT top1_accuracy) AS n FROM models GROUP BY"
                + " sparsity_target, bits)",
            1));
    assertTrue(run.err.contains("bare, dense and 2 more settings: not evaluated"), run::toString);
    assertTrue(run.err.contains("no tensor 'fc3.bias'"), run::toString);
  }

  @Test
  void filesAreEvaluated() throws IOException {
    Path small = folder.resolve("small.tersor");
    CommandLineRun compress =
        CommandLineRun.of("compress", weights.toString(), "--bits", "8", "--to", small.toString());
    assertEquals(0, compress.status, compress::toString);
    Path damaged = Files.write(folder.resolve("damaged.tersor"), new byte[] {'T', 'R', 'S', 'N'});
    String files = weights + " " + onnx + " " + small + " " + damaged + " " + folder + "/none.npz";
    for (String how : new String[] {"--model lenet300", "--graph " + onnx + " " + GRAPH_DATA}) {
      CommandLineRun run =
          CommandLineRun.of(("evaluate " + files + " " + how + " --out " + out()).split(" ", -1));
      assertEquals(1, run.status, run::toString);
      assertEquals(share(run, "weights.safetensors"), share(run, "net.onnx"), run::toString);
      long lost = share(run, "net.onnx") - share(run, "small.tersor");
      assertTrue(Math.abs(lost) <= 100, run::toString);
      assertTrue(run.out.contains("none.npz"), run::toString);
    }
    assertEquals(
        2,
        number(
            "SELECT count(*) FROM models WHERE model IN ('lenet300', 'small') AND verified AND"
                + " top1_accuracy IS NOT NULL AND total_bytes = "
                + Files.size(small)
                + " AND total_bytes = value_bytes + index_bytes + codebook_bytes + table_bytes"
                + " + header_bytes AND bits = 8 AND params = 266610"));
    CommandLineRun own =
        CommandLineRun.of(("evaluate " + onnx + " " + weights + " " + GRAPH_DATA).split(" ", -1));
    assertEquals(1, own.status, own::toString);
    assertTrue(share(own, "net.onnx") > 0, own::toString);
    assertTrue(own.out.replaceAll("[|\\s]+", " ").contains("--graph does"), own::toString);
  }

  @Test
  void whatIsMissingIsSaid() {
    CommandLineRun nothing = CommandLineRun.of("evaluate", weights.toString());
    assertEquals(2, nothing.status);
    assertTrue(nothing.err.contains("--model NAME, or --data NAME"), nothing::toString);
    CommandLineRun both =
        CommandLineRun.of("evaluate", "x", "--model", "lenet300", "--data", "mnist");
    assertTrue(both.err.contains("leave out --data"), both::toString);
    CommandLineRun graphless = CommandLineRun.of("evaluate", "x", "--model", "resnet34");
    assertEquals(2, graphless.status);
    assertTrue(graphless.err.contains("has no graph"), graphless::toString);
    CommandLineRun unknown = sweep("--weights net=" + onnx + " --data mnits");
    assertEquals(2, unknown.status);
    assertTrue(unknown.err.contains("unknown data set 'mnits'"), unknown::toString);
    CommandLineRun needs = sweep("--weights net=" + onnx + " --graph net=" + onnx);
    assertEquals(2, needs.status);
    assertTrue(needs.err.contains("needs the name of a data set"), needs::toString);
    CommandLineRun absent =
        sweep("--weights net=" + onnx + " --data cifar10 --cache " + folder.resolve("empty-cache"));
    assertEquals(0, absent.status, absent::toString);
    assertTrue(absent.err.contains("(bin/fetch cifar10)"), absent::toString);
  }
}
