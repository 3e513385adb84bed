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
      "--target c: a .tersor file, or a checkpoint that is compressed for it, to a folder of C99:"
          + " weights as they lie in flash, decoders of their recipes alone, a function a layer,"
          + " a Makefile for this machine and a Cortex-M55, and a test that decodes every layer"
          + " and compares checksums. With --network, inference of that network in C too, and"
          + " test images that it gives the classes of Java.",
      "--target tflm: a .tflite file to a smaller one that TensorFlow Lite Micro runs, with the"
          + " same outputs bit for bit: weights are stored as its DECODE operator reads them"
          + " (lookup tables, pruning, Huffman codes), each in its smallest form. The file is read"
          + " again, decoded and compared before it appears."
    })
final class ExportCommand implements Callable<Integer> {
  /** The default first. */
  private static final List<ExportTarget> TARGETS = List.of(new ExportC(), new ExportTflm());

  @Parameters(index = "0", paramLabel = "NETWORK", description = "the network")
  String network;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "PATH",
      description = "what to write; must not exist")
  String to;

  @Option(names = "--target", paramLabel = "TARGET", description = "c (default) or tflm")
  String target;

  @Option(
      names = "--recipe",
      paramLabel = "RECIPE",
      description = {
        "recipe of all layers, or auto, auto(access=parallel): of the fewest bytes in flash of",
        "those with a decoder in C (default: what each layer has in the .tersor file)"
      })
  String recipe;

  @Option(
      names = "--ram",
      paramLabel = "BYTES",
      description = "memory for the codes of a layer, whole or by rows; auto keeps to it")
  Long ram;

  @Option(
      names = "--flash",
      paramLabel = "FORM",
      description = "arrays (default): of C; binary: one file weights.bin")
  String flash;

  @Option(
      names = "--sparsity",
      paramLabel = "S",
      description = {
        "of a checkpoint: as in compress; tflm: prunes that share of each layer's weights, in",
        "[0, 1), by magnitude; accuracy changes"
      })
  String sparsity;

  @Option(
      names = "--bits",
      paramLabel = "B",
      description = {
        "of a checkpoint: as in compress; tflm: at most 2^B values in each layer's weights,",
        "1..7, by k-means; accuracy changes"
      })
  Integer bits;

  @Option(names = "--codebook", paramLabel = "NAME", description = "of a checkpoint: likewise")
  String codebook;

  @Option(names = "--config", paramLabel = "FILE", description = "of a checkpoint: likewise")
  String config;

  @Option(names = "--seed", paramLabel = "N", description = "of a checkpoint: likewise")
  Long seed;

  @Option(
      names = "--decoders",
      paramLabel = "FOLDER",
      description = {
        "tflm: layers may be bitmaps, dcsr, groupwise or hybrid too, as custom types of",
        "DECODE, whose sources in C and C++ are written there"
      })
  String decoders;

  @Option(
      names = "--network",
      paramLabel = "NAME",
      description = "c: the described model of the weights, which has a graph; writes inference")
  String model;

  @Option(
      names = "--models-dir",
      paramLabel = "DIR",
      description = "of --network: folder of NAME.conf models (default: conf/models)")
  String modelsDir;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "of --network: folder of NAME.conf data sets (default: conf/data)")
  String dataDir;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "of --network: folder of fetched data sets")
  String cache;

  @Option(
      names = "--products",
      description = {
        "c: products straight from dcsr and groups too, zeros skipped, int8 by int8, with a program",
        "that compares and counts them"
      })
  Boolean products;

  @Override
  public Integer call() throws IOException {
    Flags options =
        new Flags()
            .put("products", products)
            .put("network", model)
            .put("models-dir", modelsDir)
            .put("data-dir", dataDir)
            .put("cache", cache)
            .put("recipe", recipe)
            .put("ram", ram)
            .put("flash", flash)
            .put("sparsity", sparsity)
            .put("bits", bits)
            .put("codebook", codebook)
            .put("config", config)
            .put("seed", seed)
            .put("decoders", decoders);
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
