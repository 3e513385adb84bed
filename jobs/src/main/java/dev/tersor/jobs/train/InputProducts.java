package dev.tersor.jobs.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.tersor.core.model.Layer;
import dev.tersor.jobs.inference.Patches;
import dev.tersor.jobs.inference.ProductSums;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Adds up the products of every two numbers that a row of a layer's weights is multiplied with: the
 * second moment of its inputs, over images and, of a convolution, over the places of its output
 * (the Hessian of GPTQ, Frantar et al. 2023, section 3, but for a factor of two). With it the error
 * of a row of weights is that which it makes in the layer's output.
 */
final class InputProducts implements TorchNetwork.Observer {
  /** Numbers that are multiplied at once. */
  private static final int MOST = 1 << 22;

  private final Map<String, ProductSums> layers = new LinkedHashMap<>();
  private final Map<String, Integer> kernels;

  /**
   * @param kernels the side of the kernel of each convolution, by the name of its weights
   */
  InputProducts(Map<String, Integer> kernels) {
    this.kernels = new HashMap<>(kernels);
  }

  @Override
  public void output(String weight, NDArray maps) {
    // What a layer gives says nothing of what it took.
  }

  @Override
  public void input(Layer layer, NDArray x) {
    Shape shape = x.getShape();
    int images = Math.toIntExact(shape.get(0));
    int channels = Math.toIntExact(shape.get(1));
    if (layer instanceof Layer.Linear linear) {
      add(linear.weight(), x.getManager(), channels, x.toFloatArray());
    } else if (layer instanceof Layer.Convolution conv) {
      Patches patches =
          Patches.square(
              channels,
              Math.toIntExact(shape.get(2)),
              Math.toIntExact(shape.get(3)),
              kernels.get(conv.weight()),
              conv.stride(),
              conv.padding());
      float[] values = x.toFloatArray();
      int most = Math.max(1, MOST / (patches.places() * patches.inputs()));
      for (int image = 0; image < images; image += most) {
        int count = Math.min(most, images - image);
        add(conv.weight(), x.getManager(), patches.inputs(), patches.of(values, image, count, 0));
      }
    }
  }

  /** Adds {@code x'x} of rows of inputs. */
  private void add(String weight, NDManager manager, int inputs, float[] x) {
    ProductSums sums = layers.computeIfAbsent(weight, name -> new ProductSums(1, inputs));
    int rows = x.length / inputs;
    try (NDManager scratch = manager.newSubManager()) {
      NDArray all = scratch.create(x, new Shape(rows, inputs));
      sums.addProducts(0, all.transpose().matMul(all).toFloatArray(), rows);
    }
  }

  /**
   * The mean products of a layer's inputs, inputs x inputs.
   *
   * @throws DivergedException if one is not finite
   */
  float[] means(String weight) {
    try {
      return layers.get(weight).means();
    } catch (ArithmeticException e) {
      throw new DivergedException(weight + ": " + e.getMessage());
    }
  }
}
