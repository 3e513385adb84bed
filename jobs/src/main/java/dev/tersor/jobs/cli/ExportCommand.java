package dev.tersor.jobs.cli;

import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A network for a device; starts no Spark. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Exports a network for a device.",
      "--target tflm: a .tflite file to a smaller one that TensorFlow Lite Micro runs, with the"
          + " same outputs bit for bit: weights are stored as its DECODE operator reads them"
          + " (lookup tables, pruning, Huffman codes), each in its smallest form. The file is read"
          + " again, decoded and compared before it appears."
    })
final class ExportCommand implements Callable<Integer> {
  /** The default first. */
  private static final List<ExportTarget> TARGETS = List.of(new ExportTflm());

  @Parameters(index = "0", paramLabel = "NETWORK", description = "the network")
  String network;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "PATH",
      description = "what to write; must not exist")
  String to;

  @Option(names = "--target", paramLabel = "TARGET", description = "tflm (default)")
  String target;

  @Option(
      names = "--sparsity",
      paramLabel = "S",
      description = {
        "tflm: prunes that share of each layer's weights, in [0, 1), by magnitude; accuracy",
        "changes"
      })
  String sparsity;

  @Option(
      names = "--bits",
      paramLabel = "B",
      description = {
        "tflm: at most 2^B values in each layer's weights, 1..7, by k-means; accuracy changes"
      })
  Integer bits;

  @Override
  public Integer call() throws IOException {
    Flags options = new Flags().put("sparsity", sparsity).put("bits", bits);
    return target().export(network, to, options.values());
  }

  private ExportTarget target() {
    if (target == null) {
      return TARGETS.get(0);
    }
    for (ExportTarget known : TARGETS) {
      if (known.name().equals(target)) {
        return known;
      }
    }
    String names = TARGETS.stream().map(ExportTarget::name).collect(Collectors.joining(", "));
    throw new UsageException("export: --target '" + target + "', expected one of " + names);
  }
}
