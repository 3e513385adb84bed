package dev.tersor.jobs.choose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.choose.ClosedForm.Scale;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClosedFormTest {
  private static final List<Scale> LAYERS =
      List.of(new Scale(1000, 0.02), new Scale(50_000, 0.005), new Scale(8000, 0.11));

  private static double density(double scale, double weight) {
    return Math.exp(-Math.abs(weight) / scale) / (2 * scale);
  }

  /** By rectangles. */
  private static double integral(
      double from, double to, java.util.function.DoubleUnaryOperator of) {
    int parts = 200_000;
    double width = (to - from) / parts;
    double sum = 0;
    for (int i = 0; i < parts; i++) {
      sum += width * of.applyAsDouble(from + (i + 0.5) * width);
    }
    return sum;
  }

  @Test
  void sharesAndErrorsAreThoseOfTheDensity() {
    for (Scale layer : LAYERS) {
      for (double t : new double[] {0.001, 0.02, 0.3}) {
        double b = layer.scale();
        assertEquals(integral(-t, t, w -> density(b, w)), ClosedForm.sparsity(layer, t), 1e-6);
        assertEquals(
            integral(-t, t, w -> w * w * density(b, w)),
            ClosedForm.pruningError(layer, t),
            1e-6 * b * b);
      }
    }
  }

  /** Moving pruned weights from one layer to another makes the error larger, whichever way. */
  @Test
  void oneThresholdIsTheLeastError() {
    for (double sparsity : new double[] {0.1, 0.5, 0.9}) {
      double t = ClosedForm.threshold(LAYERS, sparsity);
      double pruned =
          LAYERS.stream().mapToDouble(l -> l.weights() * ClosedForm.sparsity(l, t)).sum();
      assertEquals(sparsity * 59_000, pruned, 1e-6 * pruned);
      double least = error(t, t, t);
      for (double factor : new double[] {0.9, 0.99, 1.01, 1.1}) {
        for (int moved = 0; moved < 3; moved++) {
          double[] thresholds = {t, t, t};
          thresholds[moved] *= factor;
          int other = (moved + 1) % 3;
          double difference =
              LAYERS.get(moved).weights()
                  * (ClosedForm.sparsity(LAYERS.get(moved), t * factor)
                      - ClosedForm.sparsity(LAYERS.get(moved), t));
          double share =
              ClosedForm.sparsity(LAYERS.get(other), t) - difference / LAYERS.get(other).weights();
          if (share > 0 && share < 1) {
            thresholds[other] = -LAYERS.get(other).scale() * Math.log1p(-share);
            assertTrue(
                error(thresholds[0], thresholds[1], thresholds[2]) > least * (1 - 1e-9),
                factor + " of layer " + moved + " at " + sparsity);
          }
        }
      }
    }
  }

  private static double error(double... thresholds) {
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      sum += LAYERS.get(i).weights() * ClosedForm.pruningError(LAYERS.get(i), thresholds[i]);
    }
    return sum;
  }

  /** The entropy of the levels, added up one by one. */
  @Test
  void bitsAreTheEntropyOfTheLevels() {
    Scale layer = LAYERS.get(0);
    double step = 0.004;
    double t = 0.01;
    double sum = 0;
    double pruned = ClosedForm.sparsity(layer, t);
    sum -= pruned * Math.log(pruned);
    for (int level = 0; level < 5000; level++) {
      double share =
          (1 - pruned) / 2 * Math.exp(-level * step / 0.02) * (1 - Math.exp(-step / 0.02));
      sum -= share > 0 ? 2 * share * Math.log(share) : 0;
    }
    assertEquals(sum / Math.log(2), ClosedForm.bits(layer, t, step), 1e-9);
  }

  @Test
  void nothingIsPrunedWhereNothingIsAsked() {
    assertEquals(0, ClosedForm.threshold(LAYERS, 0));
    Scale zeros = new Scale(10, 0);
    assertEquals(0, ClosedForm.sparsity(zeros, 0.1));
    assertEquals(0, ClosedForm.bits(zeros, 0.1, 0.1));
    assertEquals(0, ClosedForm.pruningError(zeros, 0.1));
  }
}
