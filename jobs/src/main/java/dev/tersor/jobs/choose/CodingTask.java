package dev.tersor.jobs.choose;

import dev.tersor.core.encode.NetworkFile;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.tensor.Segment;
import dev.tersor.jobs.fit.SegmentWeights;
import dev.tersor.jobs.plan.SegmentRef;
import dev.tersor.jobs.source.TensorRef;
import java.io.Serializable;
import java.util.List;

/**
 * Compresses a tensor as {@code compress} does.
 *
 * @param name in the file
 * @param setting null for a tensor of plain numbers
 * @param half whether these take 16 bits
 */
record CodingTask(
    String name, TensorRef tensor, LayerSetting setting, boolean half, SegmentWeights reader)
    implements Serializable {

  /**
   * A tensor as a network file of its own.
   *
   * @param error squared error of what is decoded from it, summed over the weights
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes on their way to the driver, not copied
  record Coded(byte[] file, double error) implements Serializable {
    NetworkTensor tensor() {
      return NetworkFile.read(file).get(0);
    }
  }

  /**
   * What a closed form knows of a layer.
   *
   * @param power sum of squares
   */
  record Scales(double meanMagnitude, double largest, double power) implements Serializable {}

  Scales scales() {
    double magnitudes = 0;
    double largest = 0;
    double power = 0;
    float[] weights = weights();
    for (float weight : weights) {
      magnitudes += Math.abs(weight);
      largest = Math.max(largest, Math.abs(weight));
      power += (double) weight * weight;
    }
    return new Scales(magnitudes / Math.max(1, weights.length), largest, power);
  }

  /** The same with another setting; as it is with none. */
  CodingTask with(LayerSetting other) {
    return new CodingTask(name, tensor, other, half, reader);
  }

  /** The tensor as it is, dense. */
  NetworkTensor.Plain dense() {
    return new NetworkTensor.Plain(name, tensor.shape(), weights(), false);
  }

  /** The tensor as it comes out of the file. */
  NetworkTensor made() {
    return made(weights());
  }

  private NetworkTensor made(float[] weights) {
    return setting == null
        ? new NetworkTensor.Plain(name, tensor.shape(), weights, half)
        : setting.compression().encode(name, tensor.shape(), weights);
  }

  Coded compute() {
    float[] weights = weights();
    NetworkTensor made = made(weights);
    byte[] file = NetworkFile.write(List.of(made)).bytes();
    float[] decoded = NetworkFile.read(file).get(0).values();
    double error = 0;
    for (int i = 0; i < decoded.length; i++) {
      double difference = (double) decoded[i] - weights[i];
      error += difference * difference;
    }
    return new Coded(file, error);
  }

  private float[] weights() {
    float[] values = new float[Math.toIntExact(tensor.shape().size())];
    for (Segment segment : Segment.cut(tensor.shape())) {
      float[] part = reader.of(new SegmentRef(tensor, segment));
      System.arraycopy(part, 0, values, Math.toIntExact(segment.offset()), part.length);
    }
    return values;
  }
}
