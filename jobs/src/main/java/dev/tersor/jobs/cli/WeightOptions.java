package dev.tersor.jobs.cli;

import java.util.List;
import picocli.CommandLine.Option;

/** The options that say which models are taken, and where their weights come from. */
final class WeightOptions {
  @Option(names = "--models", split = ",", paramLabel = "NAME", description = "models to take")
  List<String> models;

  @Option(
      names = "--weights",
      converter = NamedValue.Converter.class,
      paramLabel = "NAME=PATH",
      description = {
        "checkpoint (safetensors, PyTorch, ONNX, TFLite, Keras, npz, .tersor) of a model,"
            + " described or not;",
        "repeatable"
      })
  List<NamedValue> weights;

  @Option(
      names = "--saliency",
      converter = NamedValue.Converter.class,
      paramLabel = "NAME=PATH",
      description = {
        "checkpoint with a saliency for each weight of a model, under the same names and shapes;",
        "its magnitudes decide what is pruned, in place of the weights'; repeatable"
      })
  List<NamedValue> saliency;

  @Option(
      names = "--input-products",
      converter = NamedValue.Converter.class,
      paramLabel = "NAME=PATH",
      description = {
        "checkpoint with the mean products of the inputs of each layer of a model, for codebooks"
            + " with by=outputs;",
        "repeatable"
      })
  List<NamedValue> inputProducts;

  @Option(
      names = "--kinds",
      split = ",",
      paramLabel = "KIND",
      description = {
        "sweep tensors of these kinds alone: conv, depthwise, fc, attention, embedding;",
        "others stay as they are"
      })
  List<String> kinds;

  @Option(names = "--require-trained", description = "refuse synthetic weights")
  Boolean requireTrained;

  @Option(names = "--offline", description = "download nothing")
  Boolean offline;

  @Option(names = "--cache", paramLabel = "DIR", description = "folder of downloaded checkpoints")
  String cache;

  @Option(names = "--weights-dir", paramLabel = "DIR", description = "folder of local checkpoints")
  String weightsDir;

  @Option(names = "--models-dir", paramLabel = "DIR", description = "folder of NAME.conf models")
  String modelsDir;

  /** Settings by these options. */
  void put(Flags flags) {
    flags
        .put("models", models)
        .put("weights", NamedValue.byName("weights", weights))
        .put("saliency", NamedValue.byName("saliency", saliency))
        .put("input-products", NamedValue.byName("input-products", inputProducts))
        .put("kinds", kinds)
        .put("require-trained", requireTrained)
        .put("offline", offline)
        .put("cache", cache)
        .put("weights-dir", weightsDir)
        .put("models-dir", modelsDir);
  }
}
