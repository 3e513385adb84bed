package dev.tersor.jobs.inference;

import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.infer.Inference;
import dev.tersor.core.kernel.DenseMatrix;
import dev.tersor.core.kernel.Matrix;
import dev.tersor.core.kernel.Products;
import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.Parameter;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.config.UsageException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

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
   * @param stored bytes of its containers; of one sequence of all layers no layer has any
   * @param opened bytes of what the kernel reads
   * @param dense bytes of the fp32 weights
   * @param ratio time of its products over those of the dense weights
   */
  public record LayerResult(
      String name,
      Shape shape,
      String form,
      OptionalLong stored,
      long opened,
      long dense,
      double ratio) {}

  /**
   * What one sequence of all layers comes to.
   *
   * @param coder of the tree
   * @param symbols of the sequence
   * @param bytes of the whole, with its head
   * @param placeNanos what finding a layer takes: two selects and the access of its flag
   */
  public record SequenceResult(String coder, int symbols, long bytes, double placeNanos) {}

  /**
   * What running a network came to.
   *
   * @param difference the largest between two scores of the same class and image
   * @param scale the largest magnitude of a score
   * @param nanos a pass through the stored layers, an image
   * @param denseNanos the same through the dense ones
   * @param sequence of all layers; none where each has containers of its own
   */
  public record Result(
      Accuracy accuracy,
      Accuracy denseAccuracy,
      double difference,
      double scale,
      double nanos,
      double denseNanos,
      List<LayerResult> layers,
      Optional<SequenceResult> sequence) {
    /** Bytes of all stored weights. */
    public long stored() {
      long bytes = sequence.map(SequenceResult::bytes).orElse(0L);
      for (LayerResult layer : layers) {
        bytes += layer.stored().orElse(0);
      }
      return bytes;
    }
  }

  private final Architecture architecture;
  private final Map<String, StoredWeights.Layer> forms = new LinkedHashMap<>();
  private final StoredWeights weights;
  private final ClockedNetwork network;
  private final ClockedNetwork dense;

  /**
   * @param tensors of the network
   * @param storage of its quantised weights
   * @throws UsageException naming the tensor, if network and tensors do not fit each other, or it
   *     cannot be stored so
   * @throws IllegalArgumentException if it is not known how the network computes
   */
  public StoredInference(Architecture architecture, List<NetworkTensor> tensors, Storage storage) {
    this.architecture = architecture;
    Map<String, NetworkTensor> byName = TestNetwork.of(architecture).fitted(tensors);
    this.weights = storage.of(coded(architecture, byName));
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
      StoredWeights.Layer form =
          tensor instanceof NetworkTensor.Coded coded
              ? weights.layer(coded)
              : new StoredWeights.Layer("fp32", OptionalLong.of(fp32.bytes()), fp32);
      forms.put(parameter.name(), form);
      stored.put(parameter.name(), form.matrix());
      decoded.put(parameter.name(), fp32);
    }
    this.network = new ClockedNetwork(architecture, stored, numbers);
    this.dense = new ClockedNetwork(architecture, decoded, numbers);
  }

  /** The quantised weights, in the order in which the network has them. */
  private static List<NetworkTensor.Coded> coded(
      Architecture architecture, Map<String, NetworkTensor> byName) {
    return architecture.parameters().stream()
        .filter(parameter -> parameter.role() == Parameter.Role.WEIGHT)
        .map(parameter -> byName.get(parameter.name()))
        .filter(NetworkTensor.Coded.class::isInstance)
        .map(NetworkTensor.Coded.class::cast)
        .toList();
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
      correct += Inference.predicted(scores) == images.label(image) ? 1 : 0;
      denseCorrect += Inference.predicted(expected) == images.label(image) ? 1 : 0;
    }
    time(timed);
    return new Result(
        new Accuracy(correct, images.count()),
        new Accuracy(denseCorrect, images.count()),
        difference,
        scale,
        (double) network.passNanos() / timed.size(),
        (double) dense.passNanos() / timed.size(),
        layers(),
        weights.sequence());
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
      StoredWeights.Layer form = forms.get(parameter.name());
      if (form != null) {
        layers.add(
            new LayerResult(
                parameter.name(),
                parameter.shape(),
                form.name(),
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
}
