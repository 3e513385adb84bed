package dev.tersor.jobs.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.tersor.core.model.Layer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Adds up the squares of what each column of a layer's weights is multiplied with: the diagonal of
 * the second moment of its inputs, over images and, of a convolution, over the places of its
 * output. With it the squared error of a weight is that which it makes in the layer's output, where
 * inputs do not hang together.
 */
final class InputMoments implements TorchNetwork.Observer {
  /** Sums of a layer's columns, and of how many inputs. */
  private static final class Sums {
    private final double[] squares;
    private long inputs;

    Sums(int columns) {
      this.squares = new double[columns];
    }
  }

  private final Map<String, Sums> layers = new LinkedHashMap<>();
  private final Map<String, Integer> kernels = new HashMap<>();

  /**
   * @param kernels the side of the kernel of each convolution, by the name of its weights
   */
  InputMoments(Map<String, Integer> kernels) {
    this.kernels.putAll(kernels);
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
      add(linear.weight(), x.toFloatArray(), new int[] {images, channels, 1, 1}, 1, 1, 0);
    } else if (layer instanceof Layer.Convolution conv) {
      int[] dims = {images, channels, Math.toIntExact(shape.get(2)), Math.toIntExact(shape.get(3))};
      int kernel = kernels.get(conv.weight());
      add(conv.weight(), x.toFloatArray(), dims, kernel, conv.stride(), conv.padding());
    }
  }

  /**
   * Adds the inputs of a layer.
   *
   * @param x its input, images x channels x height x width
   * @param dims these four numbers
   * @param kernel the side of its kernel
   */
  void add(String weight, float[] x, int[] dims, int kernel, int stride, int padding) {
    int height = dims[2];
    int width = dims[3];
    int down = (height + 2 * padding - kernel) / stride + 1;
    int across = (width + 2 * padding - kernel) / stride + 1;
    Sums sums = layers.computeIfAbsent(weight, name -> new Sums(dims[1] * kernel * kernel));
    for (int map = 0; map < dims[0] * dims[1]; map++) {
      int column = map % dims[1] * kernel * kernel;
      for (int ky = 0; ky < kernel; ky++) {
        for (int kx = 0; kx < kernel; kx++) {
          sums.squares[column++] +=
              squares(
                  x, map * height * width, dims, ky - padding, kx - padding, down, across, stride);
        }
      }
    }
    sums.inputs += (long) dims[0] * down * across;
  }

  /** Of one map, the squares that a place of the kernel meets. */
  private static double squares(
      float[] x, int map, int[] dims, int top, int left, int down, int across, int stride) {
    double sum = 0;
    for (int i = 0; i < down; i++) {
      int row = top + i * stride;
      if (row < 0 || row >= dims[2]) {
        continue;
      }
      int start = map + row * dims[3];
      for (int j = 0, at = left; j < across; j++, at += stride) {
        if (at >= 0 && at < dims[3]) {
          double value = x[start + at];
          sum += value * value;
        }
      }
    }
    return sum;
  }

  /**
   * The mean square of what each column of a layer's weights is multiplied with.
   *
   * @throws DivergedException if one is not finite
   */
  double[] means(String weight) {
    Sums sums = layers.get(weight);
    double[] means = sums.squares.clone();
    for (int i = 0; i < means.length; i++) {
      means[i] /= sums.inputs;
      if (!Double.isFinite(means[i])) {
        throw new DivergedException(
            "inputs of " + weight + " are not finite: these images are no" + " calibration");
      }
    }
    return means;
  }
}
