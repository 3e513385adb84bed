package dev.tersor.jobs.comparison;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

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
      Kind.SPEED,
      Metric.IS_TIMED,
      "try_divide(%1$s.decode_ns_per_weight, %1$s.copy_ns_per_weight)"),

  ENCODE_COPIES(
      Kind.SPEED,
      Metric.IS_TIMED,
      "try_divide(%1$s.encode_ns_per_weight, %1$s.copy_ns_per_weight)"),

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

  /**
   * The changes of all figures as SQL, an array; what is not compared has null in it. Each figure
   * is named once, and what it got worse by is worked out of the array: less to compile.
   */
  static String changes(Tolerances tolerances) {
    String figures =
        Arrays.stream(values())
            .map(metric -> metric.figures(tolerances))
            .collect(Collectors.joining(", ", "array(", ")"));
    String worse =
        "CASE WHEN c.before IS NULL OR c.after IS NULL THEN NULL"
            + " WHEN c.before <> 0 THEN round(100D * (c.after - c.before) / c.before, "
            + DECIMALS
            + ") WHEN c.after = 0 THEN 0D ELSE double('Infinity') END";
    return "transform("
        + figures
        + ", c -> named_struct('kind', c.kind, 'metric', c.metric, 'before', c.before, 'after',"
        + " c.after, 'worse', "
        + worse
        + ", 'tolerance', c.tolerance))";
  }

  private String figures(Tolerances tolerances) {
    return kind.change(
        name().toLowerCase(Locale.ROOT),
        "if(" + condition + ", " + figure.formatted("before") + ", NULL)",
        "if(" + condition + ", " + figure.formatted("after") + ", NULL)",
        "NULL",
        tolerances);
  }
}
