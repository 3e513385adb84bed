package dev.tersor.jobs.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.encode.Encoding;
import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.Graph;
import dev.tersor.core.model.Parameter;
import dev.tersor.core.quantize.CodebookFitter;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.quantize.Points;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.config.Pruning.Scope;
import dev.tersor.jobs.config.TrainingSettings.Distillation;
import dev.tersor.jobs.config.TrainingSettings.Phase;
import dev.tersor.jobs.config.TrainingSettings.Trains;
import dev.tersor.jobs.data.DataCatalog;
import dev.tersor.jobs.data.DataSets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training of weights behind their codes: with a price on bits, and straight through without. */
class BehindCodesTest {
  private static final List<String> CODEBOOKS =
      List.of(
          "uniform",
          "exact",
          "rate(lambda=1e-4)",
          "rate(levels=free,lambda=1e-4)",
          "trellis(lambda=1e-4)");

  /** Without a price, and their bits. */
  private static final Map<String, Integer> STRAIGHT =
      Map.of("binary", 1, "ternary-channel", 2, "midrise-channel", 2, "uniform-group(n=16)", 2);

  private static final Map<String, Integer> BITS = Map.of("fc1.weight", 4, "fc2.weight", 4);

  @TempDir Path folder;
  private SmallDigits digits;

  @BeforeEach
  void write() throws IOException {
    digits = new SmallDigits(folder);
  }

  private Architecture architecture() throws IOException {
    return Architecture.parse(digits.model("tiny"), "tiny");
  }

  private StageFiles files(String out) throws IOException {
    return new StageFiles(folder.resolve(out).toString(), new Configuration());
  }

  private StageTask task(Architecture architecture, String out) throws IOException {
    return new StageTask(architecture, files(out), images(architecture), 20, 0);
  }

  private TrainingImages images(Architecture architecture) {
    LabelledImages images =
        new DataSets(folder.resolve("cache"))
            .train(new DataCatalog(folder.resolve("data").toString()).get("digits"));
    return TrainingImages.of(images, architecture.graph().orElseThrow(), 50, 0, 1, false);
  }

  private static Phase phase(int epochs, double rate) {
    return new Phase(epochs, rate, 0.9, 0, 0.1, 0, List.of());
  }

  private static final Stage.Dense DENSE = Stage.Dense.of("test", phase(3, 0.02), 1);

  private static Stage.Share share(Stage before, String codebook, Phase phase, double price) {
    return Stage.Share.of(
        DENSE,
        before,
        phase,
        price == 0 ? bits(codebook) : BITS,
        codebook,
        Map.of(),
        new Distillation(0.5, 2),
        price,
        price == 0 ? Trains.WEIGHTS : Trains.LEVELS);
  }

  private static Map<String, Integer> bits(String codebook) {
    int bits = STRAIGHT.getOrDefault(codebook, 0);
    return bits == 0 ? BITS : Map.of("fc1.weight", bits, "fc2.weight", bits);
  }

  /** Bits by the share of each code, word by word, and their slope as a difference. */
  @Test
  void pricesAreLinearBetweenLevelsThatAreUsed() {
    byte[] codes = {0, 0, 0, 0, 1, 1, 3};
    float[] values = {0, 0, 0, 0, -0.5f, -0.5f, 1};
    CodePrices prices = new CodePrices(codes, values);
    double all = 7 + 0.5 * 3;
    double zero = -Math.log(4.5 / all) / Math.log(2);
    double low = -Math.log(2.5 / all) / Math.log(2);
    double high = -Math.log(1.5 / all) / Math.log(2);
    assertEquals(zero, prices.bits(0), 1e-12);
    assertEquals(low, prices.bits(-0.5), 1e-12);
    assertEquals(high, prices.bits(7), 1e-12);
    assertEquals((zero + high) / 2, prices.bits(0.5), 1e-12);
    // To the cheaper one: down from above zero, up from below.
    assertEquals(high - zero, prices.slope(0.5), 1e-12);
    assertEquals((zero - low) / 0.5, prices.slope(-0.1), 1e-12);
    assertEquals(0, prices.slope(0), 0);
    assertEquals(0, prices.slope(-3), 0);
    for (double w = -0.9; w < 1.3; w += 0.0371) {
      double difference = (prices.bits(w + 1e-7) - prices.bits(w - 1e-7)) / 2e-7;
      assertEquals(difference, prices.slope(w), 1e-5, "at " + w);
    }
  }

  /**
   * The levels' gradients are those of differences of the loss, over the squares of what weights
   * change.
   */
  @Test
  void levelsMoveByTheGradientsOfTheirWeights() {
    Random random = new Random(3);
    Shape shape = Shape.of(20, 30);
    float[] weights = new float[600];
    float[] gradients = new float[600];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (0.1 * random.nextGaussian());
      gradients[i] = (float) random.nextGaussian();
    }
    for (String name : CODEBOOKS) {
      CodebookFitter fitter = CodebookFitters.parse(name);
      Codebook codebook = fitter.fit(Points.ofNonZero(weights), 3, 1);
      byte[] codes = fitter.codes(shape, weights, codebook);
      float[] numbers = LevelNumbers.of(codebook);
      assertArrayEquals(numbers, LevelNumbers.of(LevelNumbers.with(codebook, numbers)), name);
      float[] values = codebook.weights(shape, codes);
      double[] found = LevelNumbers.gradients(codebook, numbers, codes, gradients, values);
      for (int n = 0; n < numbers.length; n++) {
        float[] moved = numbers.clone();
        moved[n] *= 1.001f;
        float[] other = LevelNumbers.with(codebook, moved).weights(shape, codes);
        double change = 0;
        double squares = 0;
        for (int i = 0; i < values.length; i++) {
          change += (double) gradients[i] * (other[i] - values[i]);
          double slope = (other[i] - values[i]) / (moved[n] - numbers[n]);
          squares += slope * slope;
        }
        double expected = squares == 0 ? 0 : change / (moved[n] - numbers[n]) / squares;
        assertEquals(expected, found[n], 1e-3 * Math.max(1, Math.abs(expected)), name);
      }
    }
  }

  @Test
  void aPriceTakesBitsAndPrunedWeightsStayZero() throws IOException {
    Architecture architecture = architecture();
    StageTask task = task(architecture, "out");
    task.train(DENSE);
    Stage.Prune prune =
        Stage.Prune.of(
            DENSE,
            phase(2, 0.02),
            Map.of("fc1.weight", 0.4),
            Scope.TENSOR,
            0,
            Optional.empty(),
            new Distillation(0, 2));
    float[] pruned = task.train(prune).values().get("fc1.weight");
    double dense = task.heldOutError(task.train(DENSE).values());
    for (String codebook : CODEBOOKS) {
      StageTask.Shared cheap = task.share(share(prune, codebook, phase(3, 0.02), 1e-9));
      StageTask.Shared dear = task.share(share(prune, codebook, phase(3, 0.02), 2));
      int much = stored(architecture, cheap).bytes().length;
      int little = stored(architecture, dear).bytes().length;
      assertTrue(little < 0.95 * much, codebook + ": " + little + " of " + much);
      float[] values = dear.trained().values().get("fc1.weight");
      for (int i = 0; i < values.length; i++) {
        assertTrue(pruned[i] != 0 || values[i] == 0, codebook);
      }
      double error = task.heldOutError(cheap.trained().values());
      assertTrue(error <= dense + 0.1, codebook + ": " + error + " after " + dense);
    }
  }

  private static StoredNetwork stored(Architecture architecture, StageTask.Shared shared) {
    StoredNetwork stored =
        StoredNetwork.of(
            architecture.parameters(), shared, BITS, Encoding.parse("dense/context"), 32);
    // What comes out of the file is what was trained.
    shared
        .trained()
        .values()
        .forEach((name, value) -> assertArrayEquals(value, stored.values().get(name), name));
    return stored;
  }

  /** Killed after any epoch, the stage ends with the very codes and levels. */
  @Test
  void anInterruptedStageEndsWithTheSameBits() throws IOException {
    Architecture architecture = architecture();
    List<Stage.Share> stages = new ArrayList<>();
    CODEBOOKS.forEach(codebook -> stages.add(share(DENSE, codebook, phase(4, 0.02), 0.5)));
    for (String codebook : STRAIGHT.keySet()) {
      stages.add(share(DENSE, codebook, phase(4, 0.02), 0));
    }
    for (Stage.Share stage : stages) {
      String codebook = stage.codebook() + stage.bitPrice();
      StageTask whole = task(architecture, "whole-" + codebook);
      whole.train(DENSE);
      StageTask.Shared expected = whole.share(stage);
      for (int stop = 1; stop <= 4; stop += stage.bitPrice() == 0 ? 2 : 1) {
        String out = "parts-" + codebook + stop;
        StageTask task = task(architecture, out);
        task.train(DENSE);
        // The checkpoint that the epoch leaves is kept as it is, and training goes on from there.
        interrupted(architecture, out, stage, stop);
        StageTask.Shared resumed = task(architecture, out).share(stage);
        assertEquals(4, resumed.trained().epochs().size());
        for (String name : BITS.keySet()) {
          assertArrayEquals(expected.codes().get(name), resumed.codes().get(name), name);
        }
        expected
            .trained()
            .values()
            .forEach(
                (name, value) ->
                    assertArrayEquals(value, resumed.trained().values().get(name), name));
      }
    }
  }

  private void interrupted(Architecture architecture, String out, Stage.Share stage, int stop)
      throws IOException {
    StageFiles files = files(out);
    Map<String, float[]> start = files.read(stage.parent()).orElseThrow().values();
    TrainingImages images = images(architecture);
    List<Parameter> parameters = architecture.parameters();
    CodebookFitter fitter = CodebookFitters.parse(stage.codebook());
    Graph graph = architecture.graph().orElseThrow();
    try (Trainer trainer = new Trainer(graph, parameters, start, stage.phase(), 20)) {
      long all = 0;
      for (Parameter parameter : parameters) {
        all += BITS.containsKey(parameter.name()) ? parameter.shape().size() : 0;
      }
      for (Parameter parameter : parameters) {
        String name = parameter.name();
        if (BITS.containsKey(name)) {
          float[] weights = start.get(name);
          int bits = stage.bits().get(name);
          if (stage.trains() == Trains.WEIGHTS) {
            trainer
                .weights()
                .trainBehindCodes(name, parameter.shape(), weights, fitter, bits, stage.seed());
            continue;
          }
          Codebook fitted = fitter.fit(Points.ofNonZero(weights), bits, stage.seed());
          trainer
              .weights()
              .rate(name, parameter.shape(), weights, fitter, fitted, stage.bitPrice() / all);
        }
      }
      trainer.learnFrom(graph, start, parameters, stage.distillation());
      assertThrows(
          Stopped.class,
          () ->
              trainer.train(
                  images.training(),
                  images.heldOut(),
                  StageTask.seed(stage),
                  List.of(),
                  (snapshot, epochs) -> {
                    if (epochs.size() == stop) {
                      try {
                        files.writePartial(stage.key(), snapshot.get(), epochs);
                      } catch (IOException e) {
                        throw new UncheckedIOException(e);
                      }
                      throw new Stopped();
                    }
                  }));
    }
  }

  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void whatDivergesSaysSo() throws IOException {
    Architecture architecture = architecture();
    StageTask task = task(architecture, "out");
    task.train(DENSE);
    for (String codebook : CODEBOOKS) {
      Stage.Share stage = share(DENSE, codebook, phase(4, 1e20), 0.5);
      String message =
          assertThrows(DivergedException.class, () -> task.share(stage), codebook).getMessage();
      assertTrue(message.contains("try a smaller rate"), message);
      files("out").clear(stage.key());
    }
    Stage.Share stage = share(DENSE, "binary", phase(4, 1e38), 0);
    String message = assertThrows(DivergedException.class, () -> task.share(stage)).getMessage();
    assertTrue(message.contains("try a smaller rate"), message);
  }

  /**
   * A step by hand: the gradient at the value of the codes moves the weight behind it, the weight
   * is clipped at three root mean squares, and scale and codes are those of where it then is.
   */
  @Test
  void gradientsGoStraightThroughToWeightsThatAreClipped() {
    float[] weights = {0.5f, -0.25f, 1, -1};
    float[] factors = {4, -3, 0, -30};
    try (NDManager manager = Torch.manager()) {
      StraightThroughVariable variable =
          new StraightThroughVariable(
              manager, Shape.of(2, 2), weights, CodebookFitters.ALL.get("binary"), 1, 1);
      float mean = (0.5f + 0.25f + 1 + 1) / 4;
      assertArrayEquals(new float[] {mean, -mean, mean, -mean}, variable.value().toFloatArray());
      Torch.recording(true);
      Torch.backward(
          variable
              .value()
              .mul(manager.create(factors, new ai.djl.ndarray.types.Shape(2, 2)))
              .sum());
      Torch.recording(false);
      variable.step(0.2f, 0, 0.1f);
      float bound = (float) (3 * Math.sqrt((0.25 + 0.0625 + 1 + 1) / 4));
      float[] moved = {
        0.5f - 0.2f * (4 + 0.05f), -0.25f - 0.2f * (-3 - 0.025f), 1 - 0.2f * 0.1f, bound
      };
      assertArrayEquals(moved, variable.numbers(), 1e-6f);
      float scale = (-moved[0] + moved[1] + moved[2] + bound) / 4;
      assertArrayEquals(
          new float[] {-scale, scale, scale, scale}, variable.value().toFloatArray(), 1e-6f);
      assertArrayEquals(new byte[] {0, 1, 1, 1}, variable.codes());
      // Out of the bound again at once: nothing is kept of how far it would have gone.
      Torch.recording(true);
      Torch.backward(
          variable
              .value()
              .mul(manager.create(new float[] {0, 0, 0, 1}, new ai.djl.ndarray.types.Shape(2, 2)))
              .sum());
      Torch.recording(false);
      variable.step(0.2f, 0, 0);
      assertEquals(bound - 0.2f, variable.numbers()[3], 1e-6f);
    }
  }

  /**
   * Trained behind their codes weights are far better than as they were fitted, and stored as such.
   */
  @Test
  void trainingStraightThroughBringsErrorsDown() throws IOException {
    Architecture architecture = architecture();
    StageTask task = task(architecture, "out");
    task.train(DENSE);
    for (String codebook : List.of("binary", "ternary-channel", "midrise-channel")) {
      StageTask.Shared shared = task.share(share(DENSE, codebook, phase(6, 0.02), 0));
      double after = task.heldOutError(shared.trained().values());
      assertTrue(after <= shared.sharedError(), codebook + ": " + after);
      StoredNetwork stored =
          StoredNetwork.of(
              architecture.parameters(),
              shared,
              bits(codebook),
              Encoding.parse("dense/packed"),
              32);
      shared
          .trained()
          .values()
          .forEach((name, value) -> assertArrayEquals(value, stored.values().get(name), name));
      // Of a tensor or of each of 20 rows, a few levels.
      long most = codebook.equals("binary") ? 2 : 20L * (codebook.startsWith("ternary") ? 3 : 4);
      long found = distinct(stored.values().get("fc1.weight"));
      assertTrue(found > 1 && found <= most, codebook + ": " + found);
    }
  }

  private static long distinct(float[] values) {
    return java.util.stream.IntStream.range(0, values.length)
        .map(i -> Float.floatToRawIntBits(values[i]))
        .distinct()
        .count();
  }

  @Test
  void prunedWeightsStayZeroBehindTheirCodes() throws IOException {
    StageTask task = task(architecture(), "out");
    task.train(DENSE);
    Stage.Prune prune =
        Stage.Prune.of(
            DENSE,
            phase(2, 0.02),
            Map.of("fc1.weight", 0.4),
            Scope.TENSOR,
            0,
            Optional.empty(),
            new Distillation(0, 2));
    float[] pruned = task.train(prune).values().get("fc1.weight");
    for (String codebook : List.of("ternary-channel", "uniform-group(n=16)")) {
      float[] values =
          task.share(share(prune, codebook, phase(3, 0.02), 0))
              .trained()
              .values()
              .get("fc1.weight");
      for (int i = 0; i < values.length; i++) {
        assertTrue(pruned[i] != 0 || values[i] == 0, codebook);
      }
    }
  }

  /** A tensor of zeros has codes of zeros, and no level that moves. */
  @Test
  void zerosStayZeros() {
    try (NDManager manager = Torch.manager()) {
      for (String name : CODEBOOKS) {
        CodebookFitter fitter = CodebookFitters.parse(name);
        float[] zeros = new float[12];
        RatedVariable variable =
            new RatedVariable(
                manager,
                Shape.of(3, 4),
                zeros,
                fitter,
                fitter.fit(Points.ofNonZero(zeros), 3, 1),
                1);
        assertArrayEquals(zeros, variable.value().toFloatArray(), name);
      }
    }
  }
}
