package dev.tersor.jobs.cost;

import dev.tersor.core.encode.Auto;
import dev.tersor.jobs.config.CostModel;
import dev.tersor.jobs.config.CostModel.Stage;
import dev.tersor.jobs.config.Measures;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.plan.Cell;
import dev.tersor.jobs.plan.CodebookId;
import dev.tersor.jobs.plan.Cost;
import dev.tersor.jobs.plan.Setting;
import dev.tersor.jobs.source.TensorRef.Origin;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Fits the rates that times are estimated by to measured units: each is the time of its family over
 * the family's weights, so that heavy units, which decide when a wave ends, count most.
 */
public final class CostFit {
  /** Tensors of fewer weights are all overhead, and a plan does not depend on them. */
  private static final String TIMED =
      "verified AND params >= 4096 AND timing_runs = 1 AND product_ns IS NULL"
          + " AND prune_ns_per_weight >= 0 AND fit_ns_per_weight >= 0 AND unit_ns_per_weight > 0";

  /** One of so many units, chosen by their names, is held out. */
  private static final int FOLDS = 5;

  /**
   * How far off estimates are.
   *
   * @param fitted units that the rates were fitted to
   * @param ratios estimated over measured times of the units that were held out, sorted
   * @param total sum of these estimates over that of the times
   */
  public record Result(CostModel model, int fitted, List<Double> ratios, double total) {
    /** The ratio that a share of them lies below. */
    public double quantile(double share) {
      return ratios.get((int) Math.round(share * (ratios.size() - 1)));
    }
  }

  /** What was measured of a family. */
  private record Total(double nanos, double weights) {
    Total plus(Total other) {
      return new Total(nanos + other.nanos, weights + other.weights);
    }
  }

  private final Map<Stage, Map<String, Total>> totals = new EnumMap<>(Stage.class);

  private CostFit() {}

  /**
   * Fits rates to the verified cells that were timed once and without products.
   *
   * @param from what the cells are of, for the model
   * @param before rates of stages that were not measured
   * @throws UsageException if there are too few
   */
  public static Result of(Dataset<Row> cells, String from, CostModel before) {
    Map<String, List<Row>> fitted = new LinkedHashMap<>();
    Map<String, List<Row>> heldOut = new LinkedHashMap<>();
    cells
        .filter(TIMED)
        .selectExpr(
            "concat_ws(' ', run_id, model, tensor, segment, pruning, sparsity_target) AS unit",
            "aggregate(split(shape, 'x'), 1L, (a, d) -> a * CAST(d AS LONG)) > params AS part",
            "*")
        .toLocalIterator()
        .forEachRemaining(
            row -> {
              String unit = row.getAs("unit");
              (Math.floorMod(unit.hashCode(), FOLDS) == 0 ? heldOut : fitted)
                  .computeIfAbsent(unit, key -> new ArrayList<>())
                  .add(row);
            });
    if (fitted.isEmpty() || heldOut.isEmpty()) {
      throw new UsageException(
          "cost: too few units of tensors of 4,096 weights and more that were timed once: "
              + (fitted.size() + heldOut.size()));
    }
    CostFit fit = new CostFit();
    fitted.values().forEach(fit::add);
    CostModel model = fit.model(from, before);
    Cost cost = new Cost(model, Measures.STANDARD);
    List<Double> ratios = new ArrayList<>();
    double estimates = 0;
    double times = 0;
    for (List<Row> unit : heldOut.values()) {
      Row first = unit.get(0);
      long weights = first.getAs("params");
      List<Cell> asked = unit.stream().map(CostFit::cell).toList();
      Pruning pruning = asked.get(0).setting().pruning();
      double nanos =
          cost.nanos(origin(first), first.<Boolean>getAs("part"), weights, pruning, asked);
      double measured = weights * first.<Double>getAs("unit_ns_per_weight");
      ratios.add(nanos / measured);
      estimates += nanos;
      times += measured;
    }
    ratios.sort(null);
    return new Result(model, fitted.size(), ratios, estimates / times);
  }

  private static String origin(Row row) {
    return Cost.origin(
        Origin.valueOf(row.<String>getAs("weights_source").toUpperCase(Locale.ROOT)));
  }

  /** A cell with the recipe that a plan knows: of a choice its name. */
  private static Cell cell(Row row) {
    String encoding = row.getAs("encoding");
    String recipe = Auto.isAuto(encoding) ? encoding : row.getAs("recipe");
    return new Cell(Setting.of(row), row.<Integer>getAs("bits"), recipe, "");
  }

  private static double coding(Row row) {
    return row.<Double>getAs("encode_ns_per_weight") + row.<Double>getAs("decode_ns_per_weight");
  }

  /**
   * Adds a unit. What it took beside pruning and fitting goes to its cells as they took to code.
   */
  private void add(List<Row> unit) {
    Row first = unit.get(0);
    double weights = first.<Long>getAs("params");
    double work = weights * Cost.share(cell(first).setting().pruning());
    double prune = first.getAs("prune_ns_per_weight");
    add(Stage.PRUNE, origin(first), weights * prune, weights);
    double left = first.<Double>getAs("unit_ns_per_weight") - prune;
    Set<CodebookId> codebooks = new HashSet<>();
    for (Row row : unit) {
      CodebookId codebook = cell(row).codebook();
      if (codebooks.add(codebook)) {
        double fit = row.getAs("fit_ns_per_weight");
        String family = Cost.fitter(row.<Boolean>getAs("part"), codebook.fitter());
        add(Stage.FIT, family, weights * fit, work);
        left -= fit;
      }
    }
    double coding = unit.stream().mapToDouble(CostFit::coding).sum();
    double share = coding == 0 ? 0 : Math.max(left, 0) / coding;
    for (Row row : unit) {
      add(Stage.CELL, Cost.family(cell(row).recipe()), weights * coding(row) * share, work);
    }
  }

  private void add(Stage stage, String family, double nanos, double weights) {
    totals
        .computeIfAbsent(stage, key -> new TreeMap<>())
        .merge(family, new Total(nanos, weights), Total::plus);
  }

  private CostModel model(String from, CostModel before) {
    Map<Stage, Map<String, Double>> rates = new EnumMap<>(before.rates());
    totals.forEach(
        (stage, families) -> {
          Map<String, Double> all = new TreeMap<>();
          families.forEach((family, total) -> all.put(family, total.nanos() / total.weights()));
          rates.put(stage, all);
        });
    return new CostModel(from, rates);
  }
}
