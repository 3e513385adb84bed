package dev.tersor.jobs.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.tersor.core.model.Graph;
import dev.tersor.core.model.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures saliencies of a network's weights. Batch normalisation takes its running statistics: the
 * network is looked at as it is, and not trained.
 */
final class SaliencyTask {
  /** Of Adam's second moment (Kingma and Ba 2015). */
  private static final double KEPT = 0.999;

  private final Graph graph;
  private final List<Parameter> parameters;
  private final Map<String, float[]> values;
  private final Batches images;
  private final int batch;
  private final long seed;

  /**
   * @param values of every parameter
   * @param images those that are looked at, once each
   * @param batch images that go through the network at once
   * @param seed of their order
   */
  SaliencyTask(
      Graph graph,
      List<Parameter> parameters,
      Map<String, float[]> values,
      Batches images,
      int batch,
      long seed) {
    this.graph = graph;
    this.parameters = parameters;
    this.values = values;
    this.images = images;
    this.batch = batch;
    this.seed = seed;
  }

  /** What is told of each batch: the gradients of its loss, by the name of the weights. */
  private interface Gradients {
    void of(Map<String, float[]> gradients);
  }

  /**
   * A saliency of each weight, by the name of its tensor.
   *
   * @throws DivergedException if the loss of a batch is not a number
   */
  Map<String, float[]> measure(Saliency kind) {
    return switch (kind) {
      case SNIP -> sensitivities();
      case SQUARED_GRADIENT -> squares();
      case SECOND_MOMENT -> moments();
      case FEATURE_RANK -> ranks();
      case INPUT_MOMENT -> inputs();
      case INPUT_PRODUCTS -> products();
    };
  }

  private Map<String, float[]> sensitivities() {
    Map<String, double[]> sums = zeros();
    walk(gradients -> sums.forEach((name, sum) -> add(sum, 1, gradients.get(name), 1)));
    Map<String, float[]> found = new LinkedHashMap<>();
    sums.forEach(
        (name, sum) -> {
          float[] weights = values.get(name);
          float[] saliency = new float[sum.length];
          for (int i = 0; i < sum.length; i++) {
            saliency[i] = (float) Math.abs(sum[i] * weights[i]);
          }
          found.put(name, saliency);
        });
    return found;
  }

  private Map<String, float[]> squares() {
    Map<String, double[]> sums = zeros();
    int batches = walk(g -> sums.forEach((name, sum) -> addSquares(sum, 1, g.get(name), 1)));
    return scaled(sums, 1.0 / batches);
  }

  private Map<String, float[]> moments() {
    Map<String, double[]> sums = zeros();
    int batches =
        walk(g -> sums.forEach((name, sum) -> addSquares(sum, KEPT, g.get(name), 1 - KEPT)));
    return scaled(sums, 1 / (1 - Math.pow(KEPT, batches)));
  }

  private static void add(double[] sums, double kept, float[] terms, double share) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] = kept * sums[i] + share * terms[i];
    }
  }

  private static void addSquares(double[] sums, double kept, float[] terms, double share) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] = kept * sums[i] + share * terms[i] * terms[i];
    }
  }

  private List<Parameter> weights() {
    return parameters.stream().filter(p -> p.role() == Parameter.Role.WEIGHT).toList();
  }

  private Map<String, double[]> zeros() {
    Map<String, double[]> zeros = new LinkedHashMap<>();
    weights().forEach(p -> zeros.put(p.name(), new double[values.get(p.name()).length]));
    return zeros;
  }

  private static Map<String, float[]> scaled(Map<String, double[]> sums, double factor) {
    Map<String, float[]> scaled = new LinkedHashMap<>();
    sums.forEach(
        (name, sum) -> {
          float[] values = new float[sum.length];
          for (int i = 0; i < sum.length; i++) {
            values[i] = (float) (factor * sum[i]);
          }
          scaled.put(name, values);
        });
    return scaled;
  }

  /** Goes through the images and returns how many batches that were. */
  private int walk(Gradients told) {
    try (NDManager manager = Torch.manager()) {
      Map<String, NDArray> arrays = arrays(manager);
      weights().forEach(weight -> arrays.get(weight.name()).setRequiresGradient(true));
      TorchNetwork network = new TorchNetwork(graph, arrays::get);
      Batches.Epoch epoch = images.shuffled(seed, 0);
      int batches = 0;
      while (epoch.hasNext()) {
        try (NDManager scratch = manager.newSubManager()) {
          backward(scratch, network, epoch.next(scratch, batch));
        }
        batches++;
        told.of(gradients(arrays));
      }
      return batches;
    }
  }

  private static void backward(NDManager scratch, TorchNetwork network, Batches.Batch next) {
    Torch.recording(true);
    try {
      NDArray scores = network.scores(next.inputs(), TorchNetwork.Pass.TEST);
      NDArray loss = CrossEntropy.of(scratch, scores, next.labels());
      Torch.backward(loss);
      float value = loss.getFloat();
      if (!Float.isFinite(value)) {
        throw new DivergedException("loss is " + value + ": these weights have no saliency");
      }
    } finally {
      Torch.recording(false);
    }
  }

  private Map<String, float[]> gradients(Map<String, NDArray> arrays) {
    Map<String, float[]> gradients = new LinkedHashMap<>();
    for (Parameter weight : weights()) {
      NDArray array = arrays.get(weight.name());
      try (NDArray gradient = array.getGradient()) {
        gradients.put(weight.name(), gradient.toFloatArray());
      }
      Torch.zeroGradient(array);
    }
    return gradients;
  }

  private Map<String, NDArray> arrays(NDManager manager) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      arrays.put(
          parameter.name(),
          manager.create(values.get(parameter.name()), Torch.shape(parameter.shape())));
    }
    return arrays;
  }

  private Map<String, float[]> ranks() {
    FeatureRanks ranks = new FeatureRanks();
    observe(ranks);
    Map<String, float[]> found = new LinkedHashMap<>();
    for (Parameter weight : weights()) {
      double[] means = ranks.means(weight.name());
      float[] saliency = new float[values.get(weight.name()).length];
      int length = saliency.length / means.length;
      for (int i = 0; i < saliency.length; i++) {
        saliency[i] = (float) (means[i / length] / length);
      }
      found.put(weight.name(), saliency);
    }
    return found;
  }

  private Map<String, float[]> inputs() {
    InputMoments moments = new InputMoments(kernels());
    observe(moments);
    Map<String, float[]> found = new LinkedHashMap<>();
    for (Parameter weight : weights()) {
      double[] means = moments.means(weight.name());
      float[] saliency = new float[values.get(weight.name()).length];
      for (int i = 0; i < saliency.length; i++) {
        saliency[i] = (float) means[i % means.length];
      }
      found.put(weight.name(), saliency);
    }
    return found;
  }

  private Map<String, float[]> products() {
    InputProducts products = new InputProducts(kernels());
    observe(products);
    Map<String, float[]> found = new LinkedHashMap<>();
    weights().forEach(weight -> found.put(weight.name(), products.means(weight.name())));
    return found;
  }

  /** The side of the kernel of each convolution. */
  private Map<String, Integer> kernels() {
    Map<String, Integer> kernels = new LinkedHashMap<>();
    for (Parameter weight : weights()) {
      if (weight.shape().rank() == 4) {
        kernels.put(weight.name(), Math.toIntExact(weight.shape().dims()[2]));
      }
    }
    return kernels;
  }

  /** Shows the images' way through the network. */
  private void observe(TorchNetwork.Observer observer) {
    TorchNetwork.Pass pass = new TorchNetwork.Pass(false, 0, null, observer);
    try (NDManager manager = Torch.manager()) {
      TorchNetwork network = new TorchNetwork(graph, arrays(manager)::get);
      Batches.Epoch epoch = images.shuffled(seed, 0);
      while (epoch.hasNext()) {
        try (NDManager scratch = manager.newSubManager()) {
          network.scores(epoch.next(scratch, batch).inputs(), pass);
        }
      }
    }
  }
}
