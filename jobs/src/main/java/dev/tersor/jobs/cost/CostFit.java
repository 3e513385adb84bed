package dev.tersor.jobs.cost;

import dev.tersor.core.encode.Auto;
import dev.tersor.jobs.config.CostModel;
import dev.tersor.jobs.config.CostModel.Rate;
import dev.tersor.jobs.config.CostModel.Stage;
import dev.tersor.jobs.config.Measures;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.cost.LeastSquares.Sample;
import dev.tersor.jobs.plan.Cell;
import dev.tersor.jobs.plan.Cost;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Fits the rates that times are estimated by to measured cells, and says how far off estimates are
 * of cells that were held out: a fifth of the segments, chosen by their names.
 */
public final class CostFit {
  private static final String WEIGHT = "weight";
  private static final String KEPT = "kept";
  private static final String FIXED = "fixed";

  /**
   * How far off the estimates of held-out times are.
   *
   * @param what was timed
   * @param ratios estimated over measured, sorted
   * @param total sum of the estimates over that of the times
   */
  public record Deviation(String what, List<Double> ratios, double total) {
    /** The ratio that a share of them lies below. */
    public double quantile(double share) {
      return ratios.get((int) Math.round(share * (ratios.size() - 1)));
    }
  }

  /**
   * @param cells that the rates were fitted to
   * @param heldOut cells that they were not
   */
  public record Result(CostModel model, List<Deviation> errors, long cells, long heldOut) {}

  private final LeastSquares squares;
  private final List<CellTime> fitted = new ArrayList<>();
  private final List<CellTime> heldOut = new ArrayList<>();
  private final Map<Stage, Map<String, Rate>> rates = new EnumMap<>(Stage.class);
  private final List<Deviation> errors = new ArrayList<>();

  /**
   * @param before rates of stages that were not measured
   */
  private CostFit(SparkSession session, List<CellTime> times, CostModel before) {
    squares = new LeastSquares(session);
    rates.putAll(before.rates());
    times.forEach(time -> (time.isHeldOut() ? heldOut : fitted).add(time));
  }

  /**
   * @param from what the cells are of, for the model
   * @param before rates of what was not measured, and of products, which are not fitted
   * @throws UsageException if there are too few measured cells
   */
  public static Result of(SparkSession session, Dataset<Row> cells, String from, CostModel before) {
    CostFit fit = new CostFit(session, CellTime.of(cells), before);
    if (fit.fitted.isEmpty() || fit.heldOut.isEmpty()) {
      throw new UsageException(
          "cost: too few timed cells of tensors of 4,096 weights and more: "
              + (fit.fitted.size() + fit.heldOut.size()));
    }
    return fit.result(from);
  }

  private Result result(String from) {
    fit("prune", CostFit::prunings, Map.of("prune", Stage.PRUNE));
    fit("fit", CostFit::codebooks, Map.of("fit", Stage.FIT));
    fit("encode", CostFit::encodings, Map.of("split", Stage.SPLIT, "code", Stage.CODE));
    fit("decode", CostFit::decodings, Map.of("join", Stage.JOIN, "decode", Stage.DECODE));
    fit("compare and count", this::checks, Map.of("check", Stage.CHECK));
    CostModel model = new CostModel(from, rates);
    error(model);
    return new Result(model, errors, fitted.size(), heldOut.size());
  }

  @FunctionalInterface
  private interface Samples {
    List<Sample> of(List<CellTime> times);
  }

  private void fit(String what, Samples samples, Map<String, Stage> stages) {
    List<Sample> own = samples.of(fitted);
    if (own.isEmpty()) {
      return;
    }
    Map<String, Double> coefficients = squares.fit(own);
    stages.forEach((name, stage) -> rates.put(stage, rates(name, coefficients)));
    List<Sample> others =
        samples.of(heldOut).stream()
            .filter(sample -> coefficients.keySet().containsAll(sample.quantities().keySet()))
            .toList();
    add(
        what,
        others.stream().map(Sample::nanos).toList(),
        others.stream().map(sample -> LeastSquares.nanos(sample, coefficients)).toList());
  }

  private void add(String what, List<Double> measured, List<Double> estimated) {
    List<Double> ratios = new ArrayList<>();
    double sum = 0;
    double total = 0;
    for (int i = 0; i < measured.size(); i++) {
      ratios.add(estimated.get(i) / measured.get(i));
      sum += estimated.get(i);
      total += measured.get(i);
    }
    if (!ratios.isEmpty()) {
      Collections.sort(ratios);
      errors.add(new Deviation(what, ratios, sum / total));
    }
  }

  /**
   * Quantities are named {@code stage|family|what}; what all families share has an empty family.
   */
  private static Map<String, Double> quantities(CellTime time, String stage, String family) {
    Map<String, Double> quantities = new LinkedHashMap<>();
    quantities.put(stage + "|" + family + "|" + WEIGHT, time.weights());
    quantities.put(stage + "|" + family + "|" + KEPT, time.kept());
    return quantities;
  }

  private static Map<String, Rate> rates(String stage, Map<String, Double> coefficients) {
    Map<String, Map<String, Double>> families = new TreeMap<>();
    coefficients.forEach(
        (name, value) -> {
          String[] parts = name.split("\\|", -1);
          if (parts[0].equals(stage)) {
            families.computeIfAbsent(parts[1], key -> new HashMap<>()).put(parts[2], value);
          }
        });
    Map<String, Double> shared = families.getOrDefault("", Map.of());
    families.remove("");
    Map<String, Rate> rates = new TreeMap<>();
    families.forEach(
        (family, of) ->
            rates.put(
                family,
                new Rate(
                    of.getOrDefault(WEIGHT, 0.0),
                    of.getOrDefault(KEPT, 0.0),
                    of.getOrDefault(FIXED, shared.getOrDefault(FIXED, 0.0)))));
    rates.computeIfAbsent(CostModel.OTHER, key -> mean(List.copyOf(rates.values())));
    return rates;
  }

  private static Rate mean(Collection<Rate> rates) {
    return new Rate(
        rates.stream().mapToDouble(Rate::weight).average().orElse(0),
        rates.stream().mapToDouble(Rate::kept).average().orElse(0),
        rates.stream().mapToDouble(Rate::fixed).average().orElse(0));
  }

  private static List<Sample> prunings(List<CellTime> times) {
    Set<String> seen = new HashSet<>();
    return times.stream()
        .filter(time -> time.pruneNanos() > 0 && seen.add(time.unit()))
        .map(time -> new Sample(quantities(time, "prune", time.origin()), time.pruneNanos()))
        .toList();
  }

  private static List<Sample> codebooks(List<CellTime> times) {
    Set<String> seen = new HashSet<>();
    return times.stream()
        .filter(time -> time.fitNanos() > 0 && seen.add(time.codes()))
        .map(
            time -> {
              String family = Cost.fitter(time.isPart(), time.cell().codebook().fitter());
              return new Sample(quantities(time, "fit", family), time.fitNanos());
            })
        .toList();
  }

  private static List<Sample> encodings(List<CellTime> times) {
    return times.stream()
        .map(
            time -> {
              String encoding = time.cell().encoding();
              Map<String, Double> quantities =
                  quantities(time, "split", Cost.scheme(recipe(time.cell())));
              // A choice is one family: it splits and codes all that it tries.
              if (!Auto.isAuto(encoding)) {
                quantities.putAll(quantities(time, "code", Cost.coder(recipe(time.cell()))));
              }
              quantities.put("code||" + FIXED, 1.0);
              return new Sample(quantities, time.encodeNanos());
            })
        .toList();
  }

  /** The recipe that a plan knows: of a choice its name. */
  private static String recipe(Cell cell) {
    return Auto.isAuto(cell.encoding()) ? cell.encoding() : cell.recipe();
  }

  private static List<Sample> decodings(List<CellTime> times) {
    return times.stream()
        .map(
            time -> {
              String recipe = time.cell().recipe();
              Map<String, Double> quantities = quantities(time, "join", Cost.scheme(recipe));
              quantities.putAll(quantities(time, "decode", Cost.coder(recipe)));
              return new Sample(quantities, time.decodeNanos());
            })
        .toList();
  }

  private static Map<String, List<CellTime>> units(List<CellTime> times) {
    return times.stream()
        .filter(time -> time.unitNanos() > 0 && time.timingRuns() == 1)
        .collect(Collectors.groupingBy(CellTime::unit, LinkedHashMap::new, Collectors.toList()));
  }

  /** What is left of a unit's time without the stages that are timed by themselves. */
  private List<Sample> checks(List<CellTime> times) {
    List<Sample> samples = new ArrayList<>();
    for (List<CellTime> unit : units(times).values()) {
      CellTime first = unit.get(0);
      double left = first.unitNanos() - first.pruneNanos();
      Set<String> shared = new HashSet<>();
      for (CellTime time : unit) {
        left -= shared.add(time.codes()) ? time.fitNanos() : 0;
        // The split is in the time of each of its cells, and was done once.
        String scheme = Cost.scheme(time.cell().encoding());
        Rate split = rates.get(Stage.SPLIT).getOrDefault(scheme, Rate.NONE);
        left += shared.add(time.split()) ? 0 : split.nanos(time.weights(), time.kept());
        left -= time.encodeNanos() + time.decodeNanos();
      }
      if (left > 0) {
        Map<String, Double> quantities = new HashMap<>();
        quantities.put("check|" + CostModel.OTHER + "|" + WEIGHT, first.weights() * unit.size());
        quantities.put("check|" + CostModel.OTHER + "|" + KEPT, first.kept() * unit.size());
        quantities.put("check|" + CostModel.OTHER + "|" + FIXED, (double) unit.size());
        samples.add(new Sample(quantities, left));
      }
    }
    return samples;
  }

  /** The error of what plans are made of: whole units. */
  private void error(CostModel model) {
    Cost cost = new Cost(model, Measures.STANDARD);
    List<Double> measured = new ArrayList<>();
    List<Double> estimated = new ArrayList<>();
    for (List<CellTime> unit : units(heldOut).values()) {
      CellTime first = unit.get(0);
      List<Cell> cells =
          unit.stream()
              .map(CellTime::cell)
              .map(cell -> new Cell(cell.setting(), cell.bits(), recipe(cell), cell.key()))
              .toList();
      measured.add(first.unitNanos());
      estimated.add(
          cost.nanos(first.origin(), first.isPart(), first.weights(), first.kept(), cells));
    }
    add("unit: a segment at one sparsity", measured, estimated);
  }
}
