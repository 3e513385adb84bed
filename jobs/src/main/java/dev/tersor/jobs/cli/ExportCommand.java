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

  @Override
  public Integer call() throws IOException {
    Flags options = new Flags();
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
