package dev.tersor.core.model;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Graphs out of descriptions of models. */
final class GraphReader {
  /** Values of {@code op}. */
  private enum Op {
    CONV,
    LINEAR,
    BATCH_NORM,
    RELU,
    MAX_POOL,
    PAD_CHANNELS,
    GLOBAL_AVERAGE_POOL,
    FLATTEN,
    DROPOUT,
    RESIDUAL
  }

  /** What a framework calls the tensors of a batch normalisation, and its usual epsilon. */
  private enum Names {
    KERAS("gamma", "beta", "moving_mean", "moving_variance", 1e-3),
    TORCH("weight", "bias", "running_mean", "running_var", 1e-5);

    final String scale;
    final String shift;
    final String mean;
    final String variance;
    final double epsilon;

    Names(String scale, String shift, String mean, String variance, double epsilon) {
      this.scale = scale;
      this.shift = shift;
      this.mean = mean;
      this.variance = variance;
      this.epsilon = epsilon;
    }
  }

  private GraphReader() {}

  /**
   * @throws ConfigException or IllegalArgumentException naming the line, if it is no graph
   */
  static Graph read(Config config) {
    return new Graph(
        layers(config, "layers"),
        config.getString("data"),
        config.getDoubleList("mean"),
        config.getDoubleList("deviation"));
  }

  private static List<Layer> layers(Config config, String key) {
    List<Layer> layers = new ArrayList<>();
    for (Config layer : config.getConfigList(key)) {
      layers.add(layer(layer));
    }
    return List.copyOf(layers);
  }

  private static Layer layer(Config layer) {
    return switch (NamedConstant.of(layer, "op", Op.class)) {
      case CONV ->
          new Layer.Convolution(
              layer.getString("weight"),
              bias(layer),
              number(layer, "stride", 1, 1),
              number(layer, "padding", 0, 0));
      case LINEAR -> new Layer.Linear(layer.getString("weight"), bias(layer));
      case BATCH_NORM -> batchNorm(layer);
      case RELU -> new Layer.Relu();
      case MAX_POOL ->
          new Layer.MaxPool(layer.getInt("size"), number(layer, "stride", layer.getInt("size"), 1));
      case PAD_CHANNELS ->
          new Layer.PadChannels(number(layer, "before", 0, 0), number(layer, "after", 0, 0));
      case GLOBAL_AVERAGE_POOL -> new Layer.GlobalAveragePool();
      case FLATTEN -> new Layer.Flatten();
      case DROPOUT -> new Layer.Dropout();
      case RESIDUAL ->
          new Layer.Residual(
              layers(layer, "body"),
              layer.hasPath("shortcut") ? layers(layer, "shortcut") : List.of());
    };
  }

  private static Layer.BatchNorm batchNorm(Config layer) {
    Names names =
        layer.hasPath("names") ? NamedConstant.of(layer, "names", Names.class) : Names.KERAS;
    String name = layer.getString("name") + ".";
    return new Layer.BatchNorm(
        name + names.scale,
        name + names.shift,
        name + names.mean,
        name + names.variance,
        layer.hasPath("epsilon") ? layer.getDouble("epsilon") : names.epsilon);
  }

  private static Optional<String> bias(Config layer) {
    return layer.hasPath("bias") ? Optional.of(layer.getString("bias")) : Optional.empty();
  }

  private static int number(Config layer, String key, int otherwise, int least) {
    if (!layer.hasPath(key)) {
      return otherwise;
    }
    int value = layer.getInt(key);
    if (value < least) {
      throw new IllegalArgumentException(
          "%s: %s %d of %s is below %d"
              .formatted(
                  layer.origin().description(),
                  key,
                  value,
                  layer.getString("op").toLowerCase(Locale.ROOT),
                  least));
    }
    return value;
  }
}
