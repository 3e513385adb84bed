package dev.tersor.jobs.comparison;

import dev.tersor.jobs.config.UsageException;

/**
 * What a figure may get worse by before it counts.
 *
 * @param size percent of bytes, and of bits a weight
 * @param error percent of the mean squared error
 * @param accuracy percentage points of images
 * @param speed percent of a time, which is a multiple of that of a copy or of a dense product
 */
public record Tolerances(double size, double error, double accuracy, double speed) {
  public Tolerances {
    check("tolerance-size", size);
    check("tolerance-error", error);
    check("tolerance-accuracy", accuracy);
    check("tolerance-speed", speed);
  }

  private static void check(String option, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new UsageException(option + ": " + value + ", expected a number of at least 0");
    }
  }

  /**
   * A tolerance as a command line has it: {@code 20} or {@code 20%}.
   *
   * @throws UsageException if it is neither
   */
  public static double parse(String option, String text) {
    String number = text.endsWith("%") ? text.substring(0, text.length() - 1).strip() : text;
    try {
      return Double.parseDouble(number);
    } catch (NumberFormatException e) {
      throw new UsageException(option + ": '" + text + "', expected a number, as 0.5 or 20%", e);
    }
  }
}
