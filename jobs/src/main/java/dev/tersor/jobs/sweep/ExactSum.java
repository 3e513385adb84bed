package dev.tersor.jobs.sweep;

import java.math.BigDecimal;

/**
 * A sum of doubles that is the same in whatever order they come: exact until it is asked for. Cells
 * of one setting come in another order for each encoding, and have one error.
 */
final class ExactSum {
  private BigDecimal sum = BigDecimal.ZERO;

  /**
   * @throws NumberFormatException if the number is not finite
   */
  void add(double number) {
    sum = sum.add(new BigDecimal(number));
  }

  double value() {
    return sum.doubleValue();
  }
}
