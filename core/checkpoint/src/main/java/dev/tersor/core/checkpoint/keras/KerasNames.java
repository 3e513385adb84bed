package dev.tersor.core.checkpoint.keras;

import dev.tersor.core.checkpoint.Layout;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The names of weights, and what Keras puts into its files beside them. Up to Keras 2, and in the
 * {@code .h5} of later ones, a group for each layer has the weights under the names of variables:
 * {@code model_weights/conv2d/conv2d/kernel:0} is {@code conv2d/kernel:0}. In {@code .weights.h5}
 * they are numbered in the group {@code vars} of each layer, and the name is the path: {@code
 * layers/conv2d/vars/0}.
 */
final class KerasNames {
  private static final String MODEL = "model_weights";

  /** Of Keras 2, and of Keras 3. */
  private static final List<String> OPTIMIZERS = List.of("optimizer_weights", "optimizer");

  private final Map<String, Integer> counts = new HashMap<>();
  private final Set<String> given = new HashSet<>();

  KerasNames(List<HdfWalk.Found> found) {
    for (HdfWalk.Found one : found) {
      counts.merge(shortName(one.path()), 1, Integer::sum);
    }
  }

  /** Whether it is a variable of the optimiser. */
  static boolean isOptimizer(List<String> path) {
    return path.size() > 1 && OPTIMIZERS.contains(path.get(0));
  }

  /** The name of a variable, or its path where another has that name. To be asked once of each. */
  String of(List<String> path) {
    String whole = String.join("/", path);
    String name = shortName(path);
    if (counts.get(name) > 1 || !given.add(name)) {
      name = whole;
      for (int i = 1; !given.add(name); i++) {
        name = whole + "#" + i;
      }
    }
    return name;
  }

  private static String shortName(List<String> path) {
    boolean model = path.get(0).equals(MODEL);
    boolean variable = path.get(path.size() - 1).matches("(?s).*:[0-9]+");
    // The first group is the layer's; the model's is around it.
    int skipped = model ? 2 : variable ? 1 : 0;
    return String.join("/", path.size() > skipped ? path.subList(skipped, path.size()) : path);
  }

  /**
   * What the axes of a variable are: Keras' layers name it the same always. A transposed
   * convolution has its filters before its inputs, so where the path says so, nothing is said.
   */
  static Layout layout(List<String> path, int rank) {
    String variable = path.get(path.size() - 1).replaceFirst(":[0-9]+$", "");
    String groups = String.join("/", path.subList(0, path.size() - 1));
    if (groups.contains("transpose")) {
      return Layout.AS_STORED;
    }
    return switch (variable) {
      case "kernel" -> rank == 2 ? Layout.IN_OUT : rank == 4 ? Layout.HWIO : Layout.AS_STORED;
      case "pointwise_kernel" -> rank == 4 ? Layout.HWIO : Layout.AS_STORED;
      case "depthwise_kernel" -> rank == 4 ? Layout.DEPTHWISE_HWCM : Layout.AS_STORED;
      default -> Layout.AS_STORED;
    };
  }
}
