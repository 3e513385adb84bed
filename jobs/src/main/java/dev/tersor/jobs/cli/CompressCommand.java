package dev.tersor.jobs.cli;

import dev.tersor.core.exact.Effort;
import dev.tersor.core.network.CompressedNetwork;
import dev.tersor.jobs.config.LayerSettings;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.network.ExactNetworkFiles;
import dev.tersor.jobs.network.NetworkFiles;
import dev.tersor.jobs.report.NetworkTable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A checkpoint to one network file; starts no Spark. */
@Command(
    name = "compress",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Compresses a checkpoint (safetensors, PyTorch, GGUF, ONNX, TFLite, Keras, npz) to one .tersor"
          + " file. Tensors of rank 2"
          + " and more are pruned, quantised and encoded; the others are stored as numbers.",
      "With --lossless it stores any file as it is, byte for byte.",
      "The file is decoded again and compared before it appears."
    })
final class CompressCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "CHECKPOINT",
      description = "the network; with --lossless any file")
  String checkpoint;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FILE",
      description = ".tersor file to write; must not exist")
  String to;

  @Option(
      names = "--sparsity",
      paramLabel = "S",
      description = "share of each tensor to prune, in [0, 1), or asis (default)")
  String sparsity;

  @Option(
      names = "--bits",
      paramLabel = "B",
      description = "bits of a code, 1..8 (default: 8, or what the codebook has)")
  Integer bits;

  @Option(
      names = "--codebook",
      paramLabel = "NAME",
      description = {
        "uniform, lsq, uniform-channel, lsq-channel, uniform-group(n=64), linear, density,",
        "random, kmeans++, near-exact, exact (default); binary, ternary, affine-group(n=128), nf4,",
        "fp8-e4m3, fp8-e5m2, mxfp4, nvfp4, q4_0, q8_0, q4_k, q6_k; some with -channel for rows;",
        "trellis(lambda=0.0001): dependent quantisation, a bit is worth so much squared error"
      })
  String codebook;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = {
        "bits a weight over the whole network, one slope for all tensors; without --codebook",
        "trellis(states=8)"
      })
  String rate;

  @Option(
      names = "--sqnr",
      paramLabel = "DB",
      description = "the same by signal to noise in decibels, such as 20")
  String sqnr;

  @Option(
      names = "--lambda",
      paramLabel = "L",
      description = "the same by the slope itself: the squared error that a bit is worth")
  String lambda;

  @Option(names = "--each", description = "--rate or --sqnr in every tensor by itself")
  Boolean each;

  @Option(
      names = "--saliency",
      paramLabel = "FILE",
      description = "of each weight, by sweep saliency: for codebooks with by=saliency")
  String saliency;

  @Option(
      names = "--input-products",
      paramLabel = "FILE",
      description = "of each layer, by sweep saliency: for codebooks with by=outputs")
  String inputProducts;

  @Option(
      names = "--encoding",
      paramLabel = "RECIPE",
      description = "a recipe, or auto (default): the smallest for each tensor")
  String encoding;

  @Option(names = "--half", description = "16 bits for centroids, biases and other plain numbers")
  Boolean half;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = {
        "HOCON file with settings for tensors by name or glob:",
        "compress { bits = 5, tensors { \"conv*\" { bits = 8, sparsity = 0.3 } } }"
      })
  String config;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "for codebooks that draw (default: ${DEFAULT-VALUE})")
  long seed;

  @Option(
      names = "--lossless",
      description = {
        "store the file byte for byte, whatever its format: exponents of floats are coded,",
        "decompress gives the same file back"
      })
  boolean lossless;

  @Option(
      names = "--effort",
      paramLabel = "E",
      description = {
        "with --lossless: fast (default), or smallest, which codes bit by bit and is many",
        "times slower"
      })
  String effort;

  @Option(
      names = "--base",
      paramLabel = "FILE",
      description = {
        "with --lossless: a checkpoint of the same tensors, such as what this one is a",
        "fine-tune of; what differs is stored, and decompress needs the base"
      })
  String base;

  @Override
  public Integer call() throws IOException {
    if (lossless) {
      return storeExactly();
    }
    if (effort != null || base != null) {
      String option = effort != null ? "--effort" : "--base";
      throw new UsageException("compress: " + option + " is for --lossless only");
    }
    Flags flags =
        new Flags()
            .put("sparsity", sparsity)
            .put("bits", bits)
            .put("codebook", codebook)
            .put("rate", rate)
            .put("sqnr", sqnr)
            .put("lambda", lambda)
            .put("each", each)
            .put("encoding", encoding)
            .put("half", half);
    LayerSettings settings = LayerSettings.load(config, flags.values());
    CompressedNetwork network =
        new NetworkFiles(HadoopSettings.get())
            .compress(
                checkpoint,
                to,
                settings,
                new NetworkFiles.Measured(saliency, inputProducts),
                seed,
                name -> System.err.println("compressing " + name));
    System.out.print(NetworkTable.of(network));
    System.out.println(to + "; back with: sweep decompress " + to + " --to FILE.safetensors");
    return Main.OK;
  }

  private int storeExactly() {
    Map<String, Object> others = new LinkedHashMap<>();
    others.put("--sparsity", sparsity);
    others.put("--bits", bits);
    others.put("--codebook", codebook);
    others.put("--rate", rate);
    others.put("--sqnr", sqnr);
    others.put("--lambda", lambda);
    others.put("--each", each);
    others.put("--saliency", saliency);
    others.put("--input-products", inputProducts);
    others.put("--encoding", encoding);
    others.put("--half", half);
    others.put("--config", config);
    others.forEach(
        (option, value) -> {
          if (value != null) {
            throw new UsageException(
                "compress: " + option + " has no place beside --lossless, which changes nothing");
          }
        });
    ExactNetworkFiles files = new ExactNetworkFiles("compress", HadoopSettings.get());
    long[] length = new long[1];
    ByteProgress progress = new ByteProgress("stored of " + checkpoint, System.err);
    long bytes =
        files.store(
            checkpoint,
            to,
            Optional.ofNullable(base),
            effort(),
            done -> {
              length[0] = done;
              progress.accept(done);
            });
    System.out.println(
        String.format(
            Locale.ROOT,
            "%s: %,d bytes, %.2f %% of %,d; back with: sweep decompress %s%s --to FILE",
            to,
            bytes,
            100.0 * bytes / Math.max(1, length[0]),
            length[0],
            to,
            base == null ? "" : " --base " + base));
    return Main.OK;
  }

  private Effort effort() {
    String asked = effort == null ? "fast" : effort;
    for (Effort known : Effort.values()) {
      if (known.name().toLowerCase(Locale.ROOT).equals(asked)) {
        return known;
      }
    }
    throw new UsageException("compress: --effort '" + asked + "', expected fast or smallest");
  }
}
