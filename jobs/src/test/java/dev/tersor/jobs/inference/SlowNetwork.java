package dev.tersor.jobs.inference;

import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.Layer;
import dev.tersor.core.tensor.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A graph computed word by word, one image at a time, in double precision. */
final class SlowNetwork {
  /** An activation: channels x height x width, or one row. */
  @SuppressWarnings("ArrayRecordComponent") // numbers, never compared
  private record Value(int channels, int height, int width, double[] numbers) {
    static Value row(double[] numbers) {
      return new Value(numbers.length, 1, 1, numbers);
    }

    double at(int channel, int row, int column) {
      boolean inside = row >= 0 && row < height && column >= 0 && column < width;
      return inside ? numbers[(channel * height + row) * width + column] : 0;
    }
  }

  private final Architecture architecture;
  private final Map<String, float[]> weights;
  private final Map<String, Shape> shapes = new HashMap<>();

  SlowNetwork(Architecture architecture, Map<String, float[]> weights) {
    this.architecture = architecture;
    this.weights = weights;
    architecture.parameters().forEach(p -> shapes.put(p.name(), p.shape()));
  }

  double[] outputs(double[] input) {
    List<Long> dims = architecture.input();
    Value value =
        new Value(dims.get(0).intValue(), dims.get(1).intValue(), dims.get(2).intValue(), input);
    return through(architecture.graph().orElseThrow().layers(), value).numbers();
  }

  private Value through(List<Layer> layers, Value in) {
    Value value = in;
    for (Layer layer : layers) {
      value = through(layer, value);
    }
    return value;
  }

  private double bias(Optional<String> name, int output) {
    return name.map(n -> (double) weights.get(n)[output]).orElse(0.0);
  }

  private Value through(Layer layer, Value in) {
    if (layer instanceof Layer.Convolution conv) {
      return convolve(conv, in);
    } else if (layer instanceof Layer.Linear linear) {
      float[] weight = weights.get(linear.weight());
      double[] out = new double[(int) shapes.get(linear.weight()).dim(0)];
      for (int o = 0; o < out.length; o++) {
        out[o] = bias(linear.bias(), o);
        for (int i = 0; i < in.numbers().length; i++) {
          out[o] += weight[o * in.numbers().length + i] * in.numbers()[i];
        }
      }
      return Value.row(out);
    } else if (layer instanceof Layer.BatchNorm norm) {
      double[] out = in.numbers().clone();
      int area = in.height() * in.width();
      for (int i = 0; i < out.length; i++) {
        int c = i / area;
        double deviation = Math.sqrt(weights.get(norm.variance())[c] + norm.epsilon());
        out[i] =
            weights.get(norm.scale())[c] * (out[i] - weights.get(norm.mean())[c]) / deviation
                + weights.get(norm.shift())[c];
      }
      return new Value(in.channels(), in.height(), in.width(), out);
    } else if (layer instanceof Layer.Relu) {
      double[] out = Arrays.stream(in.numbers()).map(x -> Math.max(0, x)).toArray();
      return new Value(in.channels(), in.height(), in.width(), out);
    } else if (layer instanceof Layer.MaxPool pool) {
      return pool(pool, in);
    } else if (layer instanceof Layer.PadChannels pad) {
      int channels = pad.before() + in.channels() + pad.after();
      double[] out = new double[channels * in.height() * in.width()];
      for (int i = 0; i < in.numbers().length; i++) {
        out[pad.before() * in.height() * in.width() + i] = in.numbers()[i];
      }
      return new Value(channels, in.height(), in.width(), out);
    } else if (layer instanceof Layer.GlobalAveragePool) {
      int area = in.height() * in.width();
      double[] out = new double[in.channels()];
      for (int i = 0; i < in.numbers().length; i++) {
        out[i / area] += in.numbers()[i] / area;
      }
      return Value.row(out);
    } else if (layer instanceof Layer.Flatten) {
      return Value.row(in.numbers());
    } else if (layer instanceof Layer.Residual residual) {
      Value body = through(residual.body(), in);
      double[] out = body.numbers().clone();
      double[] shortcut = through(residual.shortcut(), in).numbers();
      Arrays.setAll(out, i -> out[i] + shortcut[i]);
      return new Value(body.channels(), body.height(), body.width(), out);
    }
    return in;
  }

  private Value convolve(Layer.Convolution conv, Value in) {
    Shape shape = shapes.get(conv.weight());
    float[] weight = weights.get(conv.weight());
    int outputs = (int) shape.dim(0);
    int rows = (int) shape.dim(2);
    int columns = (int) shape.dim(3);
    int height = (in.height() + 2 * conv.padding() - rows) / conv.stride() + 1;
    int width = (in.width() + 2 * conv.padding() - columns) / conv.stride() + 1;
    double[] out = new double[outputs * height * width];
    int at = 0;
    for (int o = 0; o < outputs; o++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          double sum = bias(conv.bias(), o);
          int w = o * in.channels() * rows * columns;
          for (int c = 0; c < in.channels(); c++) {
            for (int r = 0; r < rows; r++) {
              for (int k = 0; k < columns; k++) {
                int row = y * conv.stride() - conv.padding() + r;
                int column = x * conv.stride() - conv.padding() + k;
                sum += weight[w++] * in.at(c, row, column);
              }
            }
          }
          out[at++] = sum;
        }
      }
    }
    return new Value(outputs, height, width, out);
  }

  private static Value pool(Layer.MaxPool pool, Value in) {
    int height = (in.height() - pool.size()) / pool.stride() + 1;
    int width = (in.width() - pool.size()) / pool.stride() + 1;
    double[] out = new double[in.channels() * height * width];
    Arrays.fill(out, Double.NEGATIVE_INFINITY);
    for (int i = 0; i < out.length; i++) {
      int c = i / (height * width);
      int y = i / width % height * pool.stride();
      int x = i % width * pool.stride();
      for (int window = 0; window < pool.size() * pool.size(); window++) {
        out[i] = Math.max(out[i], in.at(c, y + window / pool.size(), x + window % pool.size()));
      }
    }
    return new Value(in.channels(), height, width, out);
  }
}
