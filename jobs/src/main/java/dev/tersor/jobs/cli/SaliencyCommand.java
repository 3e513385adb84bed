package dev.tersor.jobs.cli;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.OpenCheckpoint;
import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.NamedConstant;
import dev.tersor.core.model.WeightSource;
import dev.tersor.core.network.Networks;
import dev.tersor.jobs.config.CacheFolder;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.source.BuiltInNetwork;
import dev.tersor.jobs.source.ModelCatalog;
import dev.tersor.jobs.source.NewFile;
import dev.tersor.jobs.train.Saliencies;
import dev.tersor.jobs.train.Saliency;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures how much each weight of a network matters; starts no Spark. */
@Command(
    name = "saliency",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures on training images how much each weight of a network matters, and writes that as"
          + " a safetensors file for --saliency of a sweep, or for --input-products.",
      "snip: |gradient x weight| of one batch. squared-gradient: its mean over single images."
          + " second-moment: Adam's, over batches. feature-rank: the mean rank of the feature map"
          + " of each filter (HRank). input-moment: the mean square of the input that a weight is"
          + " multiplied with. input-products: of each layer, the mean product of every two inputs."
    })
final class SaliencyCommand implements Callable<Integer> {
  @Option(
      names = "--network",
      required = true,
      paramLabel = "NAME",
      description = "a model with a graph")
  String network;

  @Option(
      names = "--kind",
      required = true,
      paramLabel = "KIND",
      description =
          "snip, squared-gradient, second-moment, feature-rank, input-moment or input-products")
  String kind;

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description = "its weights (default: the built-in ones)")
  String weights;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FILE",
      description = "safetensors file to write; must not exist")
  String to;

  @Option(
      names = "--images",
      paramLabel = "N",
      description = "training images (default: 128, 1000, 12800, 500, 1000 or 1000)")
  Integer images;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "images at once (default: 128, 1, 128, 100, 100 or 100)")
  Integer batch;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "of their order (default: ${DEFAULT-VALUE})")
  long seed;

  @Option(
      names = "--models-dir",
      paramLabel = "DIR",
      defaultValue = "conf/models",
      description = "folder of NAME.conf models (default: ${DEFAULT-VALUE})")
  String modelsDir;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      defaultValue = "conf/data",
      description = "folder of NAME.conf data sets (default: ${DEFAULT-VALUE})")
  String dataDir;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      defaultValue = "",
      description = "cache folder that fetch wrote to")
  String cache;

  @Override
  public Integer call() throws IOException {
    Saliency measured = kind();
    Architecture architecture = new ModelCatalog(modelsDir).get(network);
    Saliencies saliencies =
        new Saliencies(
            architecture,
            measured,
            atLeastOne("images", images == null ? measured.images() : images),
            atLeastOne("batch", batch == null ? measured.batch() : batch),
            seed);
    OpenCheckpoint checkpoint = checkpoint(architecture);
    NewFile.write(
        "saliency",
        to,
        HadoopSettings.get(),
        out ->
            saliencies.write(
                checkpoint, new Saliencies.Data("", dataDir, CacheFolder.of(cache)), out));
    System.out.printf(
        "%s: %s of %s on %d images%n", to, measured.label(), network, saliencies.images());
    return Main.OK;
  }

  private Saliency kind() {
    try {
      return NamedConstant.of(kind, "--kind", "saliency", Saliency.class);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  private static int atLeastOne(String option, int value) {
    if (value < 1) {
      throw new UsageException(option + ": " + value + " is below 1");
    }
    return value;
  }

  private OpenCheckpoint checkpoint(Architecture architecture) throws IOException {
    try {
      if (weights != null) {
        return Networks.open(java.nio.file.Path.of(weights));
      }
      for (WeightSource source : architecture.sources()) {
        if (source instanceof WeightSource.Trained trained) {
          return BuiltInNetwork.checkpoint(trained);
        }
      }
    } catch (IOException | MalformedInputException e) {
      throw new UsageException("weights: cannot read " + weights + ": " + e.getMessage(), e);
    }
    throw new UsageException("weights: none of " + network + " are built in: give --weights FILE");
  }
}
