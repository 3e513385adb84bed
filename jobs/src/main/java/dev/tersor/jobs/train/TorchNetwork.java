package dev.tersor.jobs.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import dev.tersor.core.model.Graph;
import dev.tersor.core.model.Layer;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;

/** A graph computed by PyTorch. */
final class TorchNetwork {
  private static final Shape ONE = new Shape(1, 1);
  private static final int TEST_BATCH = 250;

  /** Share of a running statistic that a batch leaves as it was. */
  private static final float KEPT = 0.9f;

  /**
   * How a pass through the network goes.
   *
   * @param training whether batch normalisation takes the batch's statistics and updates the
   *     running ones
   * @param dropout share of values that dropout layers drop
   * @param random for dropout
   * @param observer sees what each convolution and linear layer comes to, after the batch
   *     normalisation and the ReLU that follow it directly
   */
  record Pass(boolean training, double dropout, SplittableRandom random, Observer observer) {
    static final Pass TEST = new Pass(false, 0, null);

    Pass(boolean training, double dropout, SplittableRandom random) {
      this(training, dropout, random, (weight, maps) -> {});
    }
  }

  /** Told of the outputs of layers while a pass goes through them. */
  @FunctionalInterface
  interface Observer {
    /**
     * @param weight name of the layer's weights
     * @param maps batch x filters, and height x width of a convolution
     */
    void output(String weight, NDArray maps);

    /**
     * @param layer a convolution or a linear layer
     * @param x what it takes: batch x channels, and height x width of a convolution
     */
    default void input(Layer layer, NDArray x) {}
  }

  private final Graph graph;
  private final Function<String, NDArray> parameters;
  private Compaction compaction;

  /**
   * @param parameters the array of a name; asked anew in each pass
   */
  TorchNetwork(Graph graph, Function<String, NDArray> parameters) {
    this.graph = graph;
    this.parameters = parameters;
  }

  /** Computes without the units that this leaves out. */
  void compact(Compaction with) {
    this.compaction = with;
  }

  /**
   * Scores of the classes, batch x classes, before any softmax.
   *
   * @param inputs batch x channels x height x width; all results are with its manager
   */
  NDArray scores(NDArray inputs, Pass pass) {
    return through(graph.layers(), inputs, pass);
  }

  private NDArray through(List<Layer> layers, NDArray inputs, Pass pass) {
    NDArray x = inputs;
    String weight = null;
    for (Layer layer : layers) {
      boolean goesOn = layer instanceof Layer.BatchNorm || layer instanceof Layer.Relu;
      if (weight != null && !goesOn) {
        pass.observer().output(weight, x);
      }
      weight = goesOn ? weight : weight(layer);
      if (weight(layer) != null) {
        pass.observer().input(layer, x);
      }
      x = through(layer, x, pass);
      if (layer instanceof Layer.Relu && weight != null) {
        pass.observer().output(weight, x);
        weight = null;
      }
    }
    if (weight != null) {
      pass.observer().output(weight, x);
    }
    return x;
  }

  private static String weight(Layer layer) {
    return layer instanceof Layer.Convolution conv
        ? conv.weight()
        : layer instanceof Layer.Linear linear ? linear.weight() : null;
  }

  private NDArray through(Layer layer, NDArray x, Pass pass) {
    if (layer instanceof Layer.Convolution conv) {
      return Conv2d.conv2d(
              x,
              of(conv.weight(), x),
              bias(conv.bias(), x),
              new Shape(conv.stride(), conv.stride()),
              new Shape(conv.padding(), conv.padding()),
              ONE,
              1)
          .singletonOrThrow();
    } else if (layer instanceof Layer.Linear linear) {
      return Linear.linear(x, of(linear.weight(), x), bias(linear.bias(), x)).singletonOrThrow();
    } else if (layer instanceof Layer.BatchNorm norm) {
      return BatchNorm.batchNorm(
              x,
              parameters.apply(norm.mean()),
              parameters.apply(norm.variance()),
              parameters.apply(norm.scale()),
              parameters.apply(norm.shift()),
              1,
              KEPT,
              (float) norm.epsilon(),
              pass.training())
          .singletonOrThrow();
    } else if (layer instanceof Layer.Relu) {
      return Activation.relu(x);
    } else if (layer instanceof Layer.MaxPool pool) {
      return Pool.maxPool2d(
          x,
          new Shape(pool.size(), pool.size()),
          new Shape(pool.stride(), pool.stride()),
          new Shape(0, 0),
          false);
    } else if (layer instanceof Layer.PadChannels pad) {
      return zeros(x, pad.before()).concat(x, 1).concat(zeros(x, pad.after()), 1);
    } else if (layer instanceof Layer.GlobalAveragePool) {
      return Pool.globalAvgPool2d(x).reshape(x.getShape().get(0), x.getShape().get(1), 1, 1);
    } else if (layer instanceof Layer.Flatten) {
      return x.reshape(x.getShape().get(0), -1);
    } else if (layer instanceof Layer.Dropout) {
      return pass.dropout() == 0 ? x : x.mul(dropout(x, pass));
    } else if (layer instanceof Layer.Residual residual) {
      return through(residual.body(), x, pass).add(through(residual.shortcut(), x, pass));
    }
    throw new IllegalArgumentException("training has no layer " + layer);
  }

  /** Channels of zeros beside those of {@code x}. */
  private static NDArray zeros(NDArray x, long channels) {
    Shape shape = x.getShape();
    return x.getManager()
        .zeros(new Shape(shape.get(0), channels, shape.get(2), shape.get(3)), x.getDataType());
  }

  private NDArray bias(Optional<String> name, NDArray x) {
    return name.map(n -> of(n, x)).orElse(null);
  }

  private NDArray of(String name, NDArray x) {
    NDArray whole = parameters.apply(name);
    return compaction == null ? whole : compaction.of(x.getManager(), name, whole);
  }

  /** Drawn here, not by PyTorch, whose generator all tasks of a process share. */
  private static NDArray dropout(NDArray x, Pass pass) {
    float[] factors = new float[Math.toIntExact(x.size())];
    float kept = (float) (1 / (1 - pass.dropout()));
    for (int i = 0; i < factors.length; i++) {
      factors[i] = pass.random().nextDouble() < pass.dropout() ? 0 : kept;
    }
    return x.getManager().create(factors, x.getShape());
  }

  /** Share of a set's images that are classified wrongly; not a number for none. */
  double error(NDManager manager, Batches images) {
    if (images.count() == 0) {
      return Double.NaN;
    }
    int correct = 0;
    Batches.Epoch epoch = images.inOrder();
    while (epoch.hasNext()) {
      try (NDManager step = manager.newSubManager()) {
        Batches.Batch next = epoch.next(step, TEST_BATCH);
        long[] best = scores(next.inputs(), Pass.TEST).argMax(1).toLongArray();
        for (int i = 0; i < best.length; i++) {
          correct += best[i] == next.labels()[i] ? 1 : 0;
        }
      }
    }
    return 1 - (double) correct / images.count();
  }
}
