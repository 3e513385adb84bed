package dev.tersor.jobs.inference;

import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.encode.Container;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.kernel.DenseMatrix;
import dev.tersor.core.kernel.Matrix;
import dev.tersor.core.kernel.MatrixReader;
import dev.tersor.core.kernel.Products;
import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.Parameter;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.config.UsageException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network run layer by layer from its tensors as they are stored, and again from dense fp32
 * matrices of the weights that they decode to, on the same vector unit (Succinct Compression,
 * section 5).
 */
public final class StoredInference {
  /** Images of a pass that is timed. */
  private static final int TIMED_IMAGES = 100;

  private static final int LEAST_PASSES = 3;
  private static final int MOST_PASSES = 20;
  private static final long MOST_NANOS = 10_000_000_000L;

  /**
   * What a weight is multiplied from.
   *
   * @param form its recipe; {@code fp32} of weights that are stored as numbers
   * @param stored bytes of its containers
   * @param opened bytes of what the kernel reads
   * @param dense bytes of the fp32 weights
   * @param ratio time of its products over those of the dense weights
   */
  public record LayerResult(
      String name, Shape shape, String form, long stored, long opened, long dense, double ratio) {}

  /**
   * What running a network came to.
   *
   * @param difference the largest between two scores of the same class and image
   * @param scale the largest magnitude of a score
   * @param nanos a pass through the stored layers, an image
   * @param denseNanos the same through the dense ones
   */
  public record Result(
      Accuracy accuracy,
      Accuracy denseAccuracy,
      double difference,
      double scale,
      double nanos,
      double denseNanos,
      List<LayerResult> layers) {}

  private record Form(String recipe, long stored, Matrix matrix) {}

  private final Architecture architecture;
  private final Map<String, Form> forms = new LinkedHashMap<>();
  private final ClockedNetwork network;
  private final ClockedNetwork dense;

  /**
   * @param tensors of the network
   * @param recipe to store all weights in; null for that of each
   * @throws UsageException naming the tensor, if network and tensors do not fit each other, or it
   *     cannot be stored so
   * @throws IllegalArgumentException if it is not known how the network computes
   */
  public StoredInference(Architecture architecture, List<NetworkTensor> tensors, Recipe recipe) {
    this.architecture = architecture;
    Map<String, NetworkTensor> byName = TestNetwork.of(architecture).fitted(tensors);
    Map<String, Matrix> stored = new LinkedHashMap<>();
    Map<String, Matrix> decoded = new LinkedHashMap<>();
    Map<String, float[]> numbers = new HashMap<>();
    for (Parameter parameter : architecture.parameters()) {
      NetworkTensor tensor = byName.get(parameter.name());
      float[] values = tensor.values();
      if (parameter.role() != Parameter.Role.WEIGHT) {
        numbers.put(parameter.name(), values);
        continue;
      }
      Shape shape = tensor.shape();
      Matrix fp32 =
          new DenseMatrix(Products.fastest(), values, (int) shape.rows(), (int) shape.rowLength());
      Form form =
          tensor instanceof NetworkTensor.Coded coded
              ? form(coded, recipe == null ? coded.recipe() : recipe)
              : new Form("fp32", fp32.bytes(), fp32);
      forms.put(parameter.name(), form);
      stored.put(parameter.name(), form.matrix());
      decoded.put(parameter.name(), fp32);
    }
    this.network = new ClockedNetwork(architecture, stored, numbers);
    this.dense = new ClockedNetwork(architecture, decoded, numbers);
  }

  private static Form form(NetworkTensor.Coded tensor, Recipe recipe) {
    List<byte[]> containers = new ArrayList<>();
    long bytes = 0;
    try {
      for (Codes segment : tensor.segments()) {
        byte[] container = Container.encode(segment, recipe).container();
        containers.add(container);
        bytes += container.length;
      }
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "encoding: tensor '%s' of shape %s cannot be stored as %s: %s"
              .formatted(tensor.name(), tensor.shape(), recipe, e.getMessage()),
          e);
    }
    return new Form(recipe.name(), bytes, MatrixReader.fastest().read(containers));
  }

  /** The scores of the stored network. */
  float[] scores(float[] input) {
    return network.scores(input);
  }

  /** The scores of the dense network. */
  float[] denseScores(float[] input) {
    return dense.scores(input);
  }

  /**
   * Runs both networks on all images, and times them on the first of these.
   *
   * @throws UsageException if an image is none that the network takes, or has other classes
   */
  public Result run(LabelledImages images) {
    int size = 1;
    for (long dim : architecture.input()) {
      size *= Math.toIntExact(dim);
    }
    if (images.shape().size() != size) {
      throw new UsageException(
          "%s: takes inputs of %s, an image of %s is %s"
              .formatted(architecture.name(), architecture.input(), images.name(), images.shape()));
    }
    TestNetwork described = TestNetwork.of(architecture);
    float[][] levels =
        new Normalisation(described.mean(), described.deviation())
            .inputs(images.shape(), images.name());
    List<float[]> timed = new ArrayList<>();
    int correct = 0;
    int denseCorrect = 0;
    double difference = 0;
    double scale = 0;
    for (int image = 0; image < images.count(); image++) {
      float[] input = input(images, image, levels);
      if (image < TIMED_IMAGES) {
        timed.add(input);
      }
      float[] scores = scores(input);
      float[] expected = denseScores(input);
      if (scores.length != images.classes().size()) {
        throw new UsageException(
            "%s: %d scores, %s has %d classes"
                .formatted(
                    architecture.name(), scores.length, images.name(), images.classes().size()));
      }
      for (int i = 0; i < scores.length; i++) {
        difference = Math.max(difference, Math.abs(scores[i] - expected[i]));
        scale = Math.max(scale, Math.abs(expected[i]));
      }
      correct += largest(scores) == images.label(image) ? 1 : 0;
      denseCorrect += largest(expected) == images.label(image) ? 1 : 0;
    }
    time(timed);
    return new Result(
        new Accuracy(correct, images.count()),
        new Accuracy(denseCorrect, images.count()),
        difference,
        scale,
        (double) network.passNanos() / timed.size(),
        (double) dense.passNanos() / timed.size(),
        layers());
  }

  /** Pass after pass, now through the one network, now through the other. */
  private void time(List<float[]> images) {
    long start = System.nanoTime();
    for (int pass = 0;
        pass < LEAST_PASSES || (pass < MOST_PASSES && System.nanoTime() - start < MOST_NANOS);
        pass++) {
      network.pass(images);
      dense.pass(images);
    }
  }

  private List<LayerResult> layers() {
    List<LayerResult> layers = new ArrayList<>();
    for (Parameter parameter : architecture.parameters()) {
      Form form = forms.get(parameter.name());
      if (form != null) {
        layers.add(
            new LayerResult(
                parameter.name(),
                parameter.shape(),
                form.recipe(),
                form.stored(),
                form.matrix().bytes(),
                Float.BYTES * parameter.shape().size(),
                (double) network.productNanos(parameter.name())
                    / Math.max(1, dense.productNanos(parameter.name()))));
      }
    }
    return layers;
  }

  private static float[] input(LabelledImages images, int image, float[][] levels) {
    int area = images.shape().height() * images.shape().width();
    float[] input = new float[images.shape().size()];
    for (int at = 0; at < input.length; at++) {
      input[at] = levels[at / area][images.pixel(image, at)];
    }
    return input;
  }

  private static int largest(float[] scores) {
    int largest = 0;
    for (int i = 1; i < scores.length; i++) {
      if (scores[i] > scores[largest]) {
        largest = i;
      }
    }
    return largest;
  }
}
