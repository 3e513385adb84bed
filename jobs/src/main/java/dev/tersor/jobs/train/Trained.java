package dev.tersor.jobs.train;

import dev.tersor.core.model.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parameters of a network at some point of its training.
 *
 * @param values of each parameter
 * @param epochs what happened so far in the stage
 */
record Trained(Map<String, float[]> values, List<Epoch> epochs) {
  /**
   * An epoch that is over.
   *
   * @param loss mean over its images
   * @param heldOutError share of held-out images that are classified wrongly; not a number if there
   *     are none
   * @param density share of the pruned tensors' weights that are left
   * @param seconds of training
   */
  record Epoch(int number, double loss, double heldOutError, double density, double seconds) {
    private static final String COMMA = ",";

    String text() {
      return number + COMMA + loss + COMMA + heldOutError + COMMA + density + COMMA + seconds;
    }

    static Epoch parse(String text) {
      String[] parts = text.split(COMMA, -1);
      return new Epoch(
          Integer.parseInt(parts[0]),
          Double.parseDouble(parts[1]),
          Double.parseDouble(parts[2]),
          Double.parseDouble(parts[3]),
          Double.parseDouble(parts[4]));
    }
  }

  /** A fresh network: weights drawn in the manner of He et al. 2015, scales one, all else zero. */
  static Trained fresh(List<Parameter> parameters, long seed) {
    Map<String, float[]> values = new LinkedHashMap<>();
    java.util.Random random = new java.util.Random(seed);
    for (Parameter parameter : parameters) {
      float[] value = new float[Math.toIntExact(parameter.shape().size())];
      switch (parameter.role()) {
        case WEIGHT -> {
          double deviation = Math.sqrt(2.0 / parameter.shape().rowLength());
          for (int i = 0; i < value.length; i++) {
            value[i] = (float) (deviation * random.nextGaussian());
          }
        }
        case SCALE, VARIANCE -> java.util.Arrays.fill(value, 1);
        case BIAS, SHIFT, MEAN -> {}
      }
      values.put(parameter.name(), value);
    }
    return new Trained(values, new ArrayList<>());
  }

  /** How many values are not zero. */
  static int nonZeros(float[] values) {
    int count = 0;
    for (float value : values) {
      count += value != 0 ? 1 : 0;
    }
    return count;
  }

  double seconds() {
    return epochs.stream().mapToDouble(Epoch::seconds).sum();
  }
}
