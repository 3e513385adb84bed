package dev.tersor.jobs.inference;

import dev.tersor.core.data.ImageShape;
import dev.tersor.jobs.config.UsageException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How pixels become inputs: {@code (pixel / 255 - mean) / deviation} for each channel.
 *
 * @param mean of each channel, or one number for all, or none for 0
 * @param deviation of each channel, or one number for all, or none for 1
 */
record Normalisation(List<Double> mean, List<Double> deviation) implements Serializable {
  private static final int LEVELS = 256;

  Normalisation {
    mean = new ArrayList<>(mean);
    deviation = new ArrayList<>(deviation);
  }

  /**
   * The input of each pixel value of each channel.
   *
   * @throws UsageException if there are not as many numbers as channels
   */
  float[][] inputs(ImageShape shape, String data) {
    List<Double> means = each("data-mean", mean, 0, shape, data);
    List<Double> deviations = each("data-deviation", deviation, 1, shape, data);
    float[][] inputs = new float[shape.channels()][LEVELS];
    for (int channel = 0; channel < inputs.length; channel++) {
      for (int level = 0; level < LEVELS; level++) {
        inputs[channel][level] =
            (float) ((level / 255.0 - means.get(channel)) / deviations.get(channel));
      }
    }
    return inputs;
  }

  private static List<Double> each(
      String key, List<Double> given, double otherwise, ImageShape shape, String data) {
    if (given.size() == shape.channels()) {
      return given;
    }
    if (given.size() > 1) {
      throw new UsageException(
          "%s: %d numbers %s, an image of %s has %d channels"
              .formatted(key, given.size(), given, data, shape.channels()));
    }
    return Collections.nCopies(shape.channels(), given.isEmpty() ? otherwise : given.get(0));
  }
}
