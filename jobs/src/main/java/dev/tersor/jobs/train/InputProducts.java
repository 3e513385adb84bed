package dev.tersor.jobs.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.tersor.core.model.Layer;
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

  /** Sums of a layer's products, columns x columns, and of how many inputs. */
  private static final class Sums {
    private final int columns;
    private final double[] products;
    private long inputs;

    Sums(int columns) {
      this.columns = columns;
      this.products = new double[Math.multiplyExact(columns, columns)];
    }

    /** Adds {@code x'x} of a matrix of so many inputs. */
    void add(NDManager manager, float[] x, int rows) {
      try (NDManager scratch = manager.newSubManager()) {
        NDArray all = scratch.create(x, new Shape(rows, columns));
        float[] found = all.transpose().matMul(all).toFloatArray();
        for (int i = 0; i < found.length; i++) {
          products[i] += found[i];
        }
      }
      inputs += rows;
    }
  }

  private final Map<String, Sums> layers = new LinkedHashMap<>();
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
      layers
          .computeIfAbsent(linear.weight(), name -> new Sums(channels))
          .add(x.getManager(), x.toFloatArray(), images);
    } else if (layer instanceof Layer.Convolution conv) {
      int side = kernels.get(conv.weight());
      Patches patches =
          new Patches(
              channels,
              Math.toIntExact(shape.get(2)),
              Math.toIntExact(shape.get(3)),
              side,
              conv.stride(),
              conv.padding());
      Sums sums = layers.computeIfAbsent(conv.weight(), name -> new Sums(patches.columns()));
      float[] values = x.toFloatArray();
      int most = Math.max(1, MOST / (patches.places() * patches.columns()));
      for (int image = 0; image < images; image += most) {
        int count = Math.min(most, images - image);
        sums.add(x.getManager(), patches.of(values, image, count), count * patches.places());
      }
    }
  }

  /**
   * What the places of a convolution's output are made of.
   *
   * @param side of the kernel
   */
  record Patches(int channels, int height, int width, int side, int stride, int padding) {
    private int down() {
      return (height + 2 * padding - side) / stride + 1;
    }

    private int across() {
      return (width + 2 * padding - side) / stride + 1;
    }

    int places() {
      return down() * across();
    }

    int columns() {
      return channels * side * side;
    }

    /** A row for each image and place, its columns as those of the weights: channel, y, x. */
    float[] of(float[] x, int first, int images) {
      float[] rows = new float[images * places() * columns()];
      int row = 0;
      for (int image = first; image < first + images; image++) {
        for (int i = 0; i < down(); i++) {
          for (int j = 0; j < across(); j++) {
            patch(x, image, i * stride - padding, j * stride - padding, rows, row);
            row += columns();
          }
        }
      }
      return rows;
    }

    private void patch(float[] x, int image, int top, int left, float[] rows, int to) {
      int from = Math.max(0, -left);
      int end = Math.min(side, width - left);
      for (int channel = 0; channel < channels; channel++) {
        int map = (image * channels + channel) * height * width;
        for (int ky = Math.max(0, -top); ky < Math.min(side, height - top); ky++) {
          int at = map + (top + ky) * width + left;
          int put = to + (channel * side + ky) * side;
          for (int kx = from; kx < end; kx++) {
            rows[put + kx] = x[at + kx];
          }
        }
      }
    }
  }

  /**
   * The mean products of a layer's inputs, columns x columns.
   *
   * @throws DivergedException if one is not finite
   */
  float[] means(String weight) {
    Sums sums = layers.get(weight);
    float[] means = new float[sums.products.length];
    for (int i = 0; i < means.length; i++) {
      means[i] = (float) (sums.products[i] / sums.inputs);
      if (!Float.isFinite(means[i])) {
        throw new DivergedException(
            "inputs of " + weight + " are not finite: these images are no calibration");
      }
    }
    return means;
  }
}
