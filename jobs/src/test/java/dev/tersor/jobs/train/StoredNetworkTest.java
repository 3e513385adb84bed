package dev.tersor.jobs.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tersor.core.encode.Encoding;
import dev.tersor.core.model.Parameter;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.Checkpoints;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers that are narrowed where a trained network is stored. */
class StoredNetworkTest {
  private static float[] stored(Parameter.Role role, float[] numbers, int biasBits) {
    Parameter parameter = new Parameter("fc.bias", Shape.of(numbers.length), role);
    StageTask.Shared network =
        new StageTask.Shared(
            new Trained(Map.of("fc.bias", numbers), List.of()), 0, Map.of(), Map.of());
    return StoredNetwork.of(List.of(parameter), network, Map.of(), Encoding.parse("auto"), biasBits)
        .values()
        .get("fc.bias");
  }

  /** The fit of least squared error would cut the outlier off. */
  @ParameterizedTest
  @ValueSource(ints = {2, 4, 6, 8})
  void noBiasChangesByMoreThanHalfAStep(int bits) {
    float[] numbers = Checkpoints.weights(300, bits);
    for (float outlier : new float[] {0.1f, 0.5f, -2, 3e4f, -1e30f}) {
      numbers[7] = outlier;
      float[] values = stored(Parameter.Role.BIAS, numbers, bits);
      double step = Double.POSITIVE_INFINITY;
      for (float value : values) {
        step = value == 0 ? step : Math.min(step, Math.abs((double) value));
      }
      for (int i = 0; i < values.length; i++) {
        assertEquals(numbers[i], values[i], step * 0.5001, bits + " bits, outlier " + outlier);
      }
    }
  }

  @Test
  void numbersThat16BitsCannotHoldStayAsTheyAre() {
    float[] numbers = {0.5f, 70_000, -1e6f, 1e-10f};
    assertArrayEquals(numbers, stored(Parameter.Role.VARIANCE, numbers, 16));
    assertArrayEquals(numbers, stored(Parameter.Role.VARIANCE, numbers, 8));
    assertArrayEquals(numbers, stored(Parameter.Role.BIAS, numbers, 16));
  }
}
