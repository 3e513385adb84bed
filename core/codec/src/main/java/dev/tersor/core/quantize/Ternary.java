package dev.tersor.core.quantize;

import java.util.OptionalInt;

/**
 * Ternary weights -a, 0, a of least squared error (Li, Zhang and Liu 2016, Ternary Weight
 * Networks). Of all thresholds d, with k weights of a magnitude above it whose magnitudes add up to
 * S, the error is the sum of squares less S^2 / k, so that {@code d = argmax S^2 / k} and {@code a
 * = S / k}. The paper approximates the threshold by 0.7 mean|w|; here every one is tried, from the
 * largest magnitude down, in one pass. Weights above a / 2 are then just those above d.
 */
final class Ternary implements StepFitter {
  private static final int BITS = 2;

  @Override
  public String name() {
    return "ternary";
  }

  @Override
  public OptionalInt width() {
    return OptionalInt.of(BITS);
  }

  @Override
  public float step(Points survivors, int bits) {
    if (survivors.size() == 0) {
      return 0;
    }
    float exact = ExactGrid.step(survivors, bits);
    if (exact != 0) {
      return exact;
    }
    int low = 0;
    int high = survivors.size() - 1;
    double sum = 0;
    double count = 0;
    double best = 0;
    double most = 0;
    while (low <= high) {
      boolean isLow = -survivors.value(low) > survivors.value(high);
      int next = isLow ? low++ : high--;
      sum += Math.abs((double) survivors.value(next)) * survivors.count(next, next + 1);
      count += survivors.count(next, next + 1);
      // Along equal magnitudes S^2 / k is convex: it is largest at an end, and splits none of them.
      if (sum * sum / count > most) {
        most = sum * sum / count;
        best = sum / count;
      }
    }
    return Math.max(Float.MIN_VALUE, (float) best);
  }
}
