package dev.tersor.core.model;

import dev.tersor.core.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a network computes: what training, evaluation and inference follow. Described by {@code
 * graph} in {@code conf/models/NAME.conf}.
 *
 * @param data name of the labelled set that the network is for
 * @param mean of each channel; an input is {@code (pixel / 255 - mean) / deviation}
 * @param deviation of each channel
 */
public record Graph(List<Layer> layers, String data, List<Double> mean, List<Double> deviation) {
  public Graph {
    layers = List.copyOf(layers);
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    if (mean.size() != deviation.size() || deviation.stream().anyMatch(d -> !(d > 0))) {
      throw new IllegalArgumentException(
          "graph: mean "
              + mean
              + " and deviation "
              + deviation
              + " are not one number a channel, deviations above 0");
    }
  }

  /**
   * All parameters in the order in which the network uses them, with their shapes.
   *
   * @param input shape of one input: channels, height, width
   * @param weights shapes of the weight tensors by name
   * @throws IllegalArgumentException naming the layer, if shapes do not fit each other or a weight
   *     is used twice
   */
  public List<Parameter> parameters(List<Long> input, Map<String, Shape> weights) {
    Walk walk = new Walk(weights);
    long[] out = walk.through(layers, input.stream().mapToLong(Long::longValue).toArray());
    if (out.length != 1) {
      throw new IllegalArgumentException("graph: ends in " + Shape.of(out) + ", not in one row");
    }
    return List.copyOf(walk.parameters.values());
  }

  /** Shapes on their way through the layers. */
  private static final class Walk {
    final Map<String, Shape> weights;
    final Map<String, Parameter> parameters = new LinkedHashMap<>();

    Walk(Map<String, Shape> weights) {
      this.weights = weights;
    }

    long[] through(List<Layer> layers, long[] in) {
      long[] shape = in;
      for (Layer layer : layers) {
        shape = through(layer, shape);
      }
      return shape;
    }

    private long[] through(Layer layer, long[] in) {
      if (layer instanceof Layer.Convolution conv) {
        Shape weight = weight(conv.weight(), 4);
        expect(layer, in, 3);
        fits(conv.weight(), weight, weight.dim(1), in[0]);
        bias(conv.bias(), weight.dim(0));
        return new long[] {
          weight.dim(0),
          windows(layer, in[1] + 2L * conv.padding(), weight.dim(2), conv.stride()),
          windows(layer, in[2] + 2L * conv.padding(), weight.dim(3), conv.stride())
        };
      } else if (layer instanceof Layer.Linear linear) {
        Shape weight = weight(linear.weight(), 2);
        expect(layer, in, 1);
        fits(linear.weight(), weight, weight.dim(1), in[0]);
        bias(linear.bias(), weight.dim(0));
        return new long[] {weight.dim(0)};
      } else if (layer instanceof Layer.BatchNorm norm) {
        Shape channels = Shape.of(in[0]);
        add(new Parameter(norm.scale(), channels, Parameter.Role.SCALE));
        add(new Parameter(norm.shift(), channels, Parameter.Role.SHIFT));
        add(new Parameter(norm.mean(), channels, Parameter.Role.MEAN));
        add(new Parameter(norm.variance(), channels, Parameter.Role.VARIANCE));
        return in;
      } else if (layer instanceof Layer.MaxPool pool) {
        expect(layer, in, 3);
        return new long[] {
          in[0],
          windows(layer, in[1], pool.size(), pool.stride()),
          windows(layer, in[2], pool.size(), pool.stride())
        };
      } else if (layer instanceof Layer.PadChannels pad) {
        expect(layer, in, 3);
        return new long[] {in[0] + pad.before() + pad.after(), in[1], in[2]};
      } else if (layer instanceof Layer.GlobalAveragePool) {
        expect(layer, in, 3);
        return new long[] {in[0], 1, 1};
      } else if (layer instanceof Layer.Flatten) {
        return new long[] {Shape.of(in).size()};
      } else if (layer instanceof Layer.Residual residual) {
        long[] body = through(residual.body(), in);
        long[] shortcut = through(residual.shortcut(), in);
        if (!Shape.of(body).equals(Shape.of(shortcut))) {
          throw new IllegalArgumentException(
              "graph: paths of a residual end in %s and %s"
                  .formatted(Shape.of(body), Shape.of(shortcut)));
        }
        return body;
      }
      return in; // Relu, Dropout
    }

    private static void expect(Layer layer, long[] in, int rank) {
      if (in.length != rank) {
        throw new IllegalArgumentException(
            "graph: %s takes an input of rank %d, not %s".formatted(layer, rank, Shape.of(in)));
      }
    }

    private static long windows(Layer layer, long length, long size, long stride) {
      if (length < size) {
        throw new IllegalArgumentException(
            "graph: %s: a window of %d on %d values".formatted(layer, size, length));
      }
      return (length - size) / stride + 1;
    }

    private static void fits(String name, Shape weight, long takes, long given) {
      if (takes != given) {
        throw new IllegalArgumentException(
            "graph: %s of shape %s takes %d inputs, its layer gets %d"
                .formatted(name, weight, takes, given));
      }
    }

    private Shape weight(String name, int rank) {
      Shape shape = weights.get(name);
      if (shape == null) {
        throw new IllegalArgumentException("graph: no tensor " + name);
      }
      if (shape.rank() != rank) {
        throw new IllegalArgumentException(
            "graph: %s has shape %s, its layer takes rank %d".formatted(name, shape, rank));
      }
      add(new Parameter(name, shape, Parameter.Role.WEIGHT));
      return shape;
    }

    private void bias(Optional<String> name, long length) {
      name.ifPresent(n -> add(new Parameter(n, Shape.of(length), Parameter.Role.BIAS)));
    }

    private void add(Parameter parameter) {
      if (parameters.put(parameter.name(), parameter) != null) {
        throw new IllegalArgumentException("graph: " + parameter.name() + " is used twice");
      }
    }
  }
}
