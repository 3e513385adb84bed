package dev.tersor.core.infer;

import dev.tersor.core.kernel.Convolution;
import dev.tersor.core.kernel.Matrix;
import dev.tersor.core.kernel.Products;
import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.Graph;
import dev.tersor.core.model.Layer;
import dev.tersor.core.model.Parameter;
import dev.tersor.core.tensor.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs a network layer by layer, one input at a time, on weights in whatever form they are stored
 * (Succinct Compression, section 5). What it gives is what the dense network gives with the same
 * weights, but for the order of sums.
 */
public final class Inference {
  private final Graph graph;
  private final int[] input;
  private final Map<String, Matrix> weights;
  private final Map<String, float[]> numbers;
  private final Map<String, Convolution> convolutions = new HashMap<>();

  /** Values on their way through the layers: channels, height, width, or features alone. */
  @SuppressWarnings("ArrayRecordComponent") // one pass long
  private record Values(float[] numbers, int... shape) {}

  /**
   * @param weights every weight of the architecture's graph; a convolution's has a row a filter
   * @param numbers biases and the parameters of normalisations, by name
   * @throws IllegalArgumentException naming the parameter, if one is missing or has another size
   */
  public Inference(
      Architecture architecture,
      Products products,
      Map<String, Matrix> weights,
      Map<String, float[]> numbers) {
    this.graph =
        architecture
            .graph()
            .orElseThrow(
                () ->
                    new IllegalArgumentException("model " + architecture.name() + " has no graph"));
    this.input = architecture.input().stream().mapToInt(Math::toIntExact).toArray();
    this.weights = Map.copyOf(weights);
    this.numbers = Map.copyOf(numbers);
    Map<String, Shape> shapes = new HashMap<>();
    for (Parameter parameter : architecture.parameters()) {
      check(parameter);
      shapes.put(parameter.name(), parameter.shape());
    }
    prepare(graph.layers(), products, shapes);
  }

  private void check(Parameter parameter) {
    Shape shape = parameter.shape();
    if (parameter.role() == Parameter.Role.WEIGHT) {
      Matrix weight = weights.get(parameter.name());
      if (weight == null
          || weight.rows() != shape.rows()
          || weight.columns() != shape.rowLength()) {
        throw new IllegalArgumentException(
            "weight %s is %s, its layer takes %d x %d"
                .formatted(
                    parameter.name(),
                    weight == null ? "missing" : weight.rows() + " x " + weight.columns(),
                    shape.rows(),
                    shape.rowLength()));
      }
    } else {
      float[] values = numbers.get(parameter.name());
      if (values == null || values.length != shape.size()) {
        throw new IllegalArgumentException(
            "parameter %s has %s numbers, its layer takes %d"
                .formatted(parameter.name(), values == null ? "no" : values.length, shape.size()));
      }
    }
  }

  private void prepare(List<Layer> layers, Products products, Map<String, Shape> shapes) {
    for (Layer layer : layers) {
      if (layer instanceof Layer.Convolution conv) {
        Shape shape = shapes.get(conv.weight());
        convolutions.put(
            conv.weight(),
            new Convolution(
                products,
                weights.get(conv.weight()),
                (int) shape.dim(2),
                (int) shape.dim(3),
                conv.stride(),
                conv.padding()));
      } else if (layer instanceof Layer.Residual residual) {
        prepare(residual.body(), products, shapes);
        prepare(residual.shortcut(), products, shapes);
      }
    }
  }

  /**
   * The scores of the classes.
   *
   * @param image channels x height x width, normalised as the graph says
   * @throws IllegalArgumentException if it has another size
   */
  public float[] scores(float[] image) {
    int size = 1;
    for (int dim : input) {
      size *= dim;
    }
    if (image.length != size) {
      throw new IllegalArgumentException(image.length + " values, an input has " + size);
    }
    return through(graph.layers(), new Values(image, input)).numbers();
  }

  /** The class that scores say: that of the largest, the first of equal ones. */
  public static int predicted(float[] scores) {
    int largest = 0;
    for (int i = 1; i < scores.length; i++) {
      if (scores[i] > scores[largest]) {
        largest = i;
      }
    }
    return largest;
  }

  private Values through(List<Layer> layers, Values in) {
    Values values = in;
    for (Layer layer : layers) {
      values = through(layer, values);
    }
    return values;
  }

  private Values through(Layer layer, Values in) {
    if (layer instanceof Layer.Convolution conv) {
      return convolution(conv, in);
    } else if (layer instanceof Layer.Linear linear) {
      Matrix weight = weights.get(linear.weight());
      float[] out = new float[weight.rows()];
      weight.multiply(in.numbers(), 1, out);
      return biased(linear.bias(), new Values(out, out.length));
    } else if (layer instanceof Layer.BatchNorm norm) {
      return normalised(norm, in);
    } else if (layer instanceof Layer.Relu) {
      float[] out = in.numbers().clone();
      for (int i = 0; i < out.length; i++) {
        out[i] = Math.max(0, out[i]);
      }
      return new Values(out, in.shape());
    } else if (layer instanceof Layer.MaxPool pool) {
      return pooled(pool, in);
    } else if (layer instanceof Layer.PadChannels pad) {
      return padded(pad, in);
    } else if (layer instanceof Layer.GlobalAveragePool) {
      return averaged(in);
    } else if (layer instanceof Layer.Flatten) {
      return new Values(in.numbers(), in.numbers().length);
    } else if (layer instanceof Layer.Residual residual) {
      float[] body = through(residual.body(), in).numbers().clone();
      Values shortcut = through(residual.shortcut(), in);
      for (int i = 0; i < body.length; i++) {
        body[i] += shortcut.numbers()[i];
      }
      return new Values(body, shortcut.shape());
    }
    return in; // Dropout
  }

  private Values convolution(Layer.Convolution conv, Values in) {
    Convolution convolution = convolutions.get(conv.weight());
    int height = convolution.positions(in.shape()[1], true);
    int width = convolution.positions(in.shape()[2], false);
    float[] out = new float[convolution.filters() * height * width];
    convolution.apply(in.numbers(), in.shape()[1], in.shape()[2], out);
    return biased(conv.bias(), new Values(out, convolution.filters(), height, width));
  }

  /** Adds a number to each channel. */
  private Values biased(Optional<String> name, Values values) {
    if (name.isPresent()) {
      float[] bias = numbers.get(name.get());
      int plane = values.numbers().length / bias.length;
      for (int i = 0; i < values.numbers().length; i++) {
        values.numbers()[i] += bias[i / plane];
      }
    }
    return values;
  }

  private Values normalised(Layer.BatchNorm norm, Values in) {
    float[] scale = numbers.get(norm.scale());
    float[] shift = numbers.get(norm.shift());
    float[] mean = numbers.get(norm.mean());
    float[] variance = numbers.get(norm.variance());
    float[] out = new float[in.numbers().length];
    int plane = out.length / scale.length;
    for (int channel = 0; channel < scale.length; channel++) {
      double factor = scale[channel] / Math.sqrt(variance[channel] + norm.epsilon());
      double offset = shift[channel] - factor * mean[channel];
      for (int i = channel * plane; i < (channel + 1) * plane; i++) {
        out[i] = (float) (factor * in.numbers()[i] + offset);
      }
    }
    return new Values(out, in.shape());
  }

  private static Values pooled(Layer.MaxPool pool, Values in) {
    int channels = in.shape()[0];
    int height = in.shape()[1];
    int width = in.shape()[2];
    int outHeight = (height - pool.size()) / pool.stride() + 1;
    int outWidth = (width - pool.size()) / pool.stride() + 1;
    float[] out = new float[channels * outHeight * outWidth];
    for (int i = 0; i < out.length; i++) {
      int y = i / outWidth % outHeight * pool.stride();
      int x = i % outWidth * pool.stride();
      int at = (i / (outWidth * outHeight) * height + y) * width + x;
      float largest = Float.NEGATIVE_INFINITY;
      for (int window = 0; window < pool.size() * pool.size(); window++) {
        int offset = window / pool.size() * width + window % pool.size();
        largest = Math.max(largest, in.numbers()[at + offset]);
      }
      out[i] = largest;
    }
    return new Values(out, channels, outHeight, outWidth);
  }

  private static Values padded(Layer.PadChannels pad, Values in) {
    int channels = pad.before() + in.shape()[0] + pad.after();
    int plane = in.shape()[1] * in.shape()[2];
    float[] out = new float[channels * plane];
    System.arraycopy(in.numbers(), 0, out, pad.before() * plane, in.numbers().length);
    return new Values(out, channels, in.shape()[1], in.shape()[2]);
  }

  private static Values averaged(Values in) {
    int channels = in.shape()[0];
    int plane = in.shape()[1] * in.shape()[2];
    float[] out = new float[channels];
    for (int channel = 0; channel < channels; channel++) {
      double sum = 0;
      for (int i = channel * plane; i < (channel + 1) * plane; i++) {
        sum += in.numbers()[i];
      }
      out[channel] = (float) (sum / plane);
    }
    return new Values(out, channels, 1, 1);
  }
}
