package dev.tersor.jobs.cost;

import dev.tersor.jobs.plan.Cell;
import dev.tersor.jobs.plan.Cost;
import dev.tersor.jobs.plan.Setting;
import dev.tersor.jobs.source.TensorRef.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * The measured times of a verified cell, in nanoseconds; not a number where an earlier version did
 * not measure one.
 *
 * @param unit names the segment at one sparsity, in one run
 * @param isPart whether its tensor has more segments
 * @param kept weights that its pruning leaves, as far as that says
 * @param unitNanos of all cells of the unit together
 */
record CellTime(
    String unit,
    String origin,
    boolean isPart,
    double weights,
    double kept,
    int timingRuns,
    Cell cell,
    double pruneNanos,
    double fitNanos,
    double encodeNanos,
    double decodeNanos,
    double unitNanos) {

  /** Smaller ones are all overhead, and a plan does not depend on them. */
  private static final int LEAST_WEIGHTS = 4096;

  /** One of so many units is held out. */
  private static final int FOLDS = 5;

  /** All that were measured, of tensors that are worth it. */
  static List<CellTime> of(Dataset<Row> cells) {
    List<CellTime> times = new ArrayList<>();
    cells
        .filter("verified AND params >= " + LEAST_WEIGHTS)
        .filter("encode_ns_per_weight > 0 AND decode_ns_per_weight > 0 AND timing_runs > 0")
        .withColumn(
            "size",
            functions.expr("aggregate(split(shape, 'x'), 1L, (a, d) -> a * CAST(d AS LONG))"))
        .select(
            "run_id",
            "model",
            "tensor",
            "segment",
            "pruning",
            "sparsity_target",
            "weights_source",
            "size",
            "params",
            "timing_runs",
            "bits",
            "setting",
            "codebook",
            "encoding",
            "recipe",
            "key",
            "prune_ns_per_weight",
            "fit_ns_per_weight",
            "encode_ns_per_weight",
            "decode_ns_per_weight",
            "unit_ns_per_weight",
            "product_ns")
        .filter("product_ns IS NULL")
        .toLocalIterator()
        .forEachRemaining(row -> times.add(of(row)));
    return times;
  }

  private static CellTime of(Row row) {
    long weights = row.<Long>getAs("params");
    Double target = row.getAs("sparsity_target");
    List<String> unit = new ArrayList<>();
    for (String column :
        List.of("run_id", "model", "tensor", "segment", "pruning", "sparsity_target")) {
      unit.add(String.valueOf(row.<Object>getAs(column)));
    }
    Cell cell =
        new Cell(
            Setting.of(row), row.<Integer>getAs("bits"), row.getAs("recipe"), row.getAs("key"));
    return new CellTime(
        String.join(" ", unit),
        Cost.origin(Origin.valueOf(row.<String>getAs("weights_source").toUpperCase(Locale.ROOT))),
        row.<Long>getAs("size") > weights,
        weights,
        weights * (1 - (target == null ? 0 : target)),
        row.<Integer>getAs("timing_runs"),
        cell,
        nanos(row, "prune_ns_per_weight", weights),
        nanos(row, "fit_ns_per_weight", weights),
        nanos(row, "encode_ns_per_weight", weights),
        nanos(row, "decode_ns_per_weight", weights),
        nanos(row, "unit_ns_per_weight", weights));
  }

  private static double nanos(Row row, String column, long weights) {
    Double perWeight = row.getAs(column);
    return perWeight == null ? Double.NaN : perWeight * weights;
  }

  /** Whether the unit is kept from fitting, to see how far off an estimate is. */
  boolean isHeldOut() {
    return Math.floorMod(unit.hashCode(), FOLDS) == 0;
  }

  /** What the cells of the unit with this codebook have in common. */
  String codes() {
    return unit + " " + cell.setting().codes() + " " + cell.bits();
  }

  /** What those of them with this index scheme have in common. */
  String split() {
    return codes() + " " + Cost.scheme(cell.encoding());
  }
}
