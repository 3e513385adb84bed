package dev.tersor.jobs.cli;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.OpenCheckpoint;
import dev.tersor.core.checkpoint.SafetensorsWriter;
import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.NamedConstant;
import dev.tersor.core.model.WeightSource;
import dev.tersor.core.network.Networks;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.config.CacheFolder;
import dev.tersor.jobs.config.EvaluationSettings;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.inference.ModelInput;
import dev.tersor.jobs.inference.ModelInputs;
import dev.tersor.jobs.inference.OnnxCalibration;
import dev.tersor.jobs.inference.TestNetworks;
import dev.tersor.jobs.source.BuiltInNetwork;
import dev.tersor.jobs.source.HeldFile;
import dev.tersor.jobs.source.ModelCatalog;
import dev.tersor.jobs.source.NewFile;
import dev.tersor.jobs.train.Saliencies;
import dev.tersor.jobs.train.Saliency;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
  /** Samples that go through an ONNX model at once. */
  private static final int GRAPH_BATCH = 8;

  @Option(names = "--network", paramLabel = "NAME", description = "a model with a graph")
  String network;

  @Option(
      names = "--graph",
      paramLabel = "PATH",
      description = {
        "an ONNX file in place of a network, for input-products and input-moment; it is run on",
        "--inputs, or on training images of --data"
      })
  String graph;

  @Option(
      names = "--inputs",
      paramLabel = "FILE",
      description = {
        "npz with arrays by the names of the ONNX model's inputs, samples first: texts as tokens,",
        "or anything that is no image"
      })
  String inputs;

  @Mixin DataOption data;

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
      names = "--cache",
      paramLabel = "DIR",
      defaultValue = "",
      description = "cache folder that fetch wrote to")
  String cache;

  @Override
  public Integer call() throws IOException {
    Saliency measured = kind();
    if (graph != null) {
      return ofGraph(measured);
    }
    if (network == null || inputs != null || data.name != null) {
      throw new UsageException(
          network == null
              ? "saliency: --network NAME or --graph NET.onnx says what is measured"
              : "saliency: --inputs and --data are for --graph; " + network + " has its data set");
    }
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
                checkpoint, new Saliencies.Data("", dataDir(), CacheFolder.of(cache)), out));
    System.out.printf(
        "%s: %s of %s on %d images%n", to, measured.label(), network, saliencies.images());
    return Main.OK;
  }

  private String dataDir() {
    return data.folder == null ? "conf/data" : data.folder;
  }

  private int ofGraph(Saliency measured) throws IOException {
    if (measured != Saliency.INPUT_PRODUCTS && measured != Saliency.INPUT_MOMENT) {
      throw new UsageException(
          "kind: " + kind + " of an ONNX model, expected input-products or input-moment");
    }
    if (network != null || weights != null || (inputs == null) == (data.name == null)) {
      throw new UsageException(
          "saliency: --graph takes --inputs FILE or --data NAME, and no --network or --weights");
    }
    Configuration hadoop = HadoopSettings.get();
    OnnxCalibration calibration;
    try (ByteSource source = HeldFile.open(graph, hadoop)) {
      calibration = new OnnxCalibration(source, System.err::println);
    } catch (IOException | MalformedInputException | IllegalArgumentException e) {
      throw new UsageException("graph: cannot read " + graph + ": " + e.getMessage(), e);
    }
    List<ModelInput> given =
        inputs != null ? ModelInputs.ofFile(inputs, hadoop) : images(calibration, measured, hadoop);
    Map<String, OnnxCalibration.Found> found =
        calibration.measure(given, atLeastOne("batch", batch == null ? GRAPH_BATCH : batch));
    boolean isWhole = measured == Saliency.INPUT_PRODUCTS;
    Map<String, Shape> shapes = new TreeMap<>();
    found.forEach((name, one) -> shapes.put(name, isWhole ? one.shape() : one.weights()));
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("model", graph);
    facts.put("saliency", measured.label());
    facts.put("data", inputs != null ? inputs : data.name);
    facts.put("samples", String.valueOf(given.get(0).dims()[0]));
    NewFile.write(
        "saliency",
        to,
        hadoop,
        out -> {
          try (SafetensorsWriter writer = new SafetensorsWriter(out, shapes, facts)) {
            for (String name : shapes.keySet()) {
              OnnxCalibration.Found one = found.get(name);
              writer.write(name, isWhole ? one.products() : one.squares());
            }
          }
        });
    System.out.printf(
        "%s: %s of %d tensors of %s on %s samples%n",
        to, measured.label(), shapes.size(), graph, facts.get("samples"));
    return Main.OK;
  }

  /** The first training images: the last ones may be held out for something else. */
  private List<ModelInput> images(
      OnnxCalibration calibration, Saliency measured, Configuration hadoop) {
    EvaluationSettings settings =
        new EvaluationSettings(true, Map.of(), data.name, List.of(), List.of(), dataDir());
    LabelledImages all =
        new TestNetworks(settings, modelsDir, cache, hadoop).trainingImages(data.name);
    int count = atLeastOne("images", images == null ? measured.images() : images);
    if (count > all.count()) {
      throw new UsageException(
          "images: %d, and %s has %d to train with".formatted(count, data.name, all.count()));
    }
    return calibration.images(
        all.first(count),
        data.mean == null ? List.of() : data.mean,
        data.deviation == null ? List.of() : data.deviation);
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
