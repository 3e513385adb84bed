package dev.tersor.jobs.cli;

import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.encode.NetworkFile;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.model.Architecture;
import dev.tersor.jobs.config.EvaluationSettings;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.inference.Accuracy;
import dev.tersor.jobs.inference.Engine;
import dev.tersor.jobs.inference.Storage;
import dev.tersor.jobs.inference.StoredInference;
import dev.tersor.jobs.inference.TestNetwork;
import dev.tersor.jobs.inference.TestNetworks;
import dev.tersor.jobs.network.NetworkFiles;
import dev.tersor.jobs.report.InferenceTable;
import dev.tersor.jobs.source.BuiltInNetwork;
import dev.tersor.jobs.source.ModelCatalog;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A network run on its stored tensors; starts no Spark. */
@Command(
    name = "infer",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs the network of a .tersor file layer by layer, straight from its stored tensors, on the"
          + " test images of its data set. Runs it again from the dense fp32 weights that they"
          + " decode to, on the same vector unit.",
      "Prints accuracy, the largest difference of scores, bytes, and the time of an image on one"
          + " core as a multiple of the dense time. If ONNX Runtime is there, it prints its"
          + " accuracy too."
    })
final class InferCommand implements Callable<Integer> {
  /** Images that are run where nothing is said. */
  private static final int IMAGES = 1000;

  /** The model whose test images are built in, too. */
  private static final String BUILT_IN = "lenet300";

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE",
      description = ".tersor file (default: the built-in one of the model)")
  String file;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "the described model of the file; has a graph (without a file: lenet300)")
  String model;

  @Option(
      names = "--encoding",
      paramLabel = "RECIPE",
      description = {
        "recipe to store every quantised tensor in (default: its recipe in the file);",
        "sequence/CODER: all of them in one wavelet tree, a layer found by two selects"
      })
  String encoding;

  @Option(
      names = "--images",
      paramLabel = "N",
      description = "how many test images to run, from the first (default: 1000)")
  Integer images;

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
      description = "folder of fetched data sets")
  String cache;

  @Override
  public Integer call() {
    if (images != null && images < 1) {
      throw new UsageException("images: " + images + " is not a whole number from 1 on");
    }
    if (model == null && file != null) {
      throw new UsageException("model: --model NAME says how " + file + " computes");
    }
    String name = model == null ? BUILT_IN : model;
    Configuration configuration = HadoopSettings.get();
    EvaluationSettings settings =
        new EvaluationSettings(true, Map.of(), "", List.of(), List.of(), dataDir);
    TestNetworks networks = new TestNetworks(settings, modelsDir, cache, configuration);
    TestNetwork network = networks.described(name);
    Architecture architecture = new ModelCatalog(modelsDir).get(name);
    List<NetworkTensor> tensors =
        file == null ? builtIn(name) : new NetworkFiles(configuration).tensors("infer", file);
    StoredInference inference = new StoredInference(architecture, tensors, storage());
    LabelledImages test = networks.images(network.data()).first(images == null ? IMAGES : images);
    StoredInference.Result result = inference.run(test);
    System.out.print(InferenceTable.of(result, test.name(), engine(network, tensors, test)));
    return Main.OK;
  }

  /** The compressed network that the jar holds for a model. */
  private List<NetworkTensor> builtIn(String name) {
    String network = name + ".tersor";
    try {
      List<NetworkTensor> tensors = NetworkFile.read(BuiltInNetwork.file(network));
      System.out.println(network + ", built in");
      return tensors;
    } catch (IOException e) {
      throw new UsageException(
          "infer: no network is built in for "
              + name
              + "; name a .tersor file, or one of "
              + new ModelCatalog(modelsDir)
                  .names().stream()
                      .filter(known -> BuiltInNetwork.isThere(known + ".tersor"))
                      .collect(Collectors.joining(", ")),
          e);
    }
  }

  private Storage storage() {
    try {
      return Storage.parse(encoding);
    } catch (IllegalArgumentException e) {
      throw new UsageException("encoding: " + e.getMessage(), e);
    }
  }

  /** The accuracy in ONNX Runtime; null where that is not there. */
  private static Accuracy engine(
      TestNetwork network, List<NetworkTensor> tensors, LabelledImages test) {
    try {
      Engine.check();
    } catch (UsageException e) {
      System.err.println(e.getMessage());
      return null;
    }
    return network.accuracy(tensors, test);
  }
}
