package dev.tersor.jobs.comparison;

import java.util.Locale;

/**
 * A figure of a cell that two results are compared by; less is better. What gets larger is said in
 * percent of what it was.
 */
enum Metric {
  TOTAL_BYTES(Kind.SIZE, "before.params = after.params", "%s.total_bytes"),

  /** Another shape under the same name. */
  BITS_PER_WEIGHT(Kind.SIZE, "before.params <> after.params", "%s.bits_per_weight"),

  /** Where the container says something else: a smaller header hides a larger payload. */
  PAYLOAD_BYTES(
      Kind.SIZE,
      "before.params = after.params AND signum(after.payload_bytes - before.payload_bytes)"
          + " <> signum(after.total_bytes - before.total_bytes)",
      "%s.payload_bytes"),

  MSE(Kind.ERROR, "true", "%s.mse"),

  DECODE_COPIES(
      Kind.SPEED, Metric.IS_TIMED, "try_divide(%1$s.decode_ns_per_weight, %1$s.copy_ns_per_weight)"),

  ENCODE_COPIES(
      Kind.SPEED, Metric.IS_TIMED, "try_divide(%1$s.encode_ns_per_weight, %1$s.copy_ns_per_weight)"),

  /** Multiples of the dense product. */
  PRODUCT_RATIO(Kind.SPEED, Metric.IS_TIMED, "try_divide(%1$s.product_ns, %1$s.dense_product_ns)");

  /** A figure that was timed once, or not as often as the other, says little. */
  static final String IS_TIMED =
      "(before.timing_runs > 1 AND before.timing_runs = after.timing_runs)";

  private final Kind kind;
  private final String condition;
  private final String figure;

  /**
   * @param condition SQL over {@code before} and {@code after}: whether the figure is compared
   * @param figure SQL over one of them, {@code %s}
   */
  Metric(Kind kind, String condition, String figure) {
    this.kind = kind;
    this.condition = condition;
    this.figure = figure;
  }

  /** What can get worse. */
  enum Kind {
    /** A cell that fails now and did not. */
    FAILED,
    /** A cell that is no more. */
    VANISHED,
    ACCURACY,
    SIZE,
    ERROR,
    SPEED;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The column of a summary that counts regressions of this kind. */
    String count() {
      return "worse_" + label();
    }

    private double of(Tolerances tolerances) {
      return switch (this) {
        case FAILED, VANISHED -> 0;
        case ACCURACY -> tolerances.accuracy();
        case SIZE -> tolerances.size();
        case ERROR -> tolerances.error();
        case SPEED -> tolerances.speed();
      };
    }

    /**
     * A change as SQL.
     *
     * @param worse by how much, in percent or points, at most {@link #DECIMALS} decimals; below 0
     *     is better
     */
    String change(String metric, String before, String after, String worse, Tolerances tolerances) {
      return "named_struct('kind', '%s', 'metric', '%s', 'before', CAST(%s AS DOUBLE), 'after', CAST(%s AS DOUBLE), 'worse', CAST(%s AS DOUBLE), 'tolerance', CAST('%s' AS DOUBLE))"
          .formatted(label(), metric, before, after, worse, of(tolerances));
    }
  }

  /** What is past these is rounding: a change that equals the tolerance is within it. */
  static final int DECIMALS = 9;

  /** The change of this figure as SQL; null in it where it is not compared. */
  String change(Tolerances tolerances) {
    String before = "if(" + condition + ", " + figure.formatted("before") + ", NULL)";
    String after = "if(" + condition + ", " + figure.formatted("after") + ", NULL)";
    String worse =
        "CASE WHEN %1$s IS NULL OR %2$s IS NULL THEN NULL WHEN %1$s <> 0 THEN round(100D * (%2$s - %1$s) / %1$s, %3$d) WHEN %2$s = 0 THEN 0D WHEN %2$s > 0 THEN double('Infinity') END"
            .formatted(before, after, DECIMALS);
    return kind.change(name().toLowerCase(Locale.ROOT), before, after, worse, tolerances);
  }
}
