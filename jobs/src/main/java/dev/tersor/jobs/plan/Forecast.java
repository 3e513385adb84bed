package dev.tersor.jobs.plan;

import dev.tersor.jobs.config.CostModel;
import dev.tersor.jobs.config.CostModel.Stage;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.config.SweepSettings;
import dev.tersor.jobs.source.ResolvedModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a sweep into an empty folder is expected to take, planned from shapes alone: no weight is
 * read, and what is held of a cell is shared by all segments of a tensor.
 *
 * @param cores that work at once
 * @param passes over the weights before the waves
 * @param waves in order
 * @param cells of all waves
 * @param coreSeconds of the waves, by model
 */
public record Forecast(
    int cores,
    List<Pass> passes,
    List<Schedule> waves,
    long cells,
    Map<String, Double> coreSeconds) {

  /** Bins of a histogram of magnitudes, and bytes of the count of a bin. */
  private static final long HISTOGRAM_BYTES = (1L << 16) * Long.BYTES;

  /** A histogram of values as so many of magnitudes: twice the bins, of 18 bytes each. */
  private static final double VALUES = 4.5;

  /** Tasks of a pass for each core. */
  private static final int TASKS = 4;

  /**
   * Passes over weights that come before the waves.
   *
   * @param what they find
   * @param times how often each weight is read or drawn
   * @param travelling bytes of histograms that tasks send each other
   */
  public record Pass(String what, int times, long weights, double seconds, long travelling) {}

  private record Planned(SegmentRef segment, Pruning pruning, long cost) implements Work {}

  /**
   * Plans a sweep.
   *
   * @param cores tasks that run at once
   */
  public static Forecast of(SweepSettings settings, List<ResolvedModel> models, int cores) {
    Cost cost = new Cost(CostModel.load(settings.run().cost()), settings.grid().measures());
    List<Planned> units = new ArrayList<>();
    List<SegmentRef> segments = Grid.segments(models);
    Map<List<Object>, List<Cell>> cellsOf = new HashMap<>();
    Map<String, Double> coreSeconds = new HashMap<>();
    long cells = 0;
    for (SegmentRef segment : segments) {
      for (Pruning each : settings.grid().prunings()) {
        List<Cell> asked =
            cellsOf.computeIfAbsent(
                List.of(segment.tensorId(), each),
                id -> Grid.cells(settings.grid(), each, segment.tensor(), (setting, bits) -> null));
        Pruning pruning = TensorSettings.pruning(each, segment.tensor());
        Planned unit = new Planned(segment, pruning, cost.nanos(segment, pruning, asked));
        units.add(unit);
        coreSeconds.merge(segment.tensor().model(), unit.cost() / 1e9, Double::sum);
        cells += asked.size();
      }
    }
    List<Schedule> waves =
        Waves.cut(units, cores, settings.run().waveSeconds()).stream()
            .map(wave -> Schedule.of(wave, cores))
            .toList();
    return new Forecast(cores, passes(settings, segments, cores), waves, cells, coreSeconds);
  }

  private static List<Pass> passes(SweepSettings settings, List<SegmentRef> segments, int cores) {
    CostModel model = CostModel.load(settings.run().cost());
    List<SegmentRef> stored =
        segments.stream().filter(ref -> ref.tensor().stored() != null).toList();
    List<SegmentRef> large =
        segments.stream()
            .filter(ref -> ref.segment().length() < ref.tensor().shape().size())
            .toList();
    List<Pass> passes = new ArrayList<>();
    add(passes, "hashes of the weights", 1, stored, 0, model, cores);
    List<CodebookId> codebooks =
        settings.grid().bits().stream()
            .filter(width -> !width.isLossless())
            .flatMap(width -> settings.grid().codebooks(width).stream())
            .map(fitter -> new CodebookId(0, fitter))
            .toList();
    List<SegmentRef> fitted =
        large.stream()
            .filter(
                ref ->
                    codebooks.stream()
                        .anyMatch(id -> id.isFittedOverSegments(ref.tensor().shape())))
            .toList();
    for (Pruning pruning : settings.grid().prunings()) {
      String label = pruning.label();
      switch (pruning.scope()) {
        case ASIS, PATTERN -> {
          // Nothing is pruned, or each few weights by themselves.
        }
        case TENSOR, PAPER -> add(passes, "thresholds, " + label, 3, large, 2, model, cores);
        case GLOBAL -> add(passes, "thresholds, " + label, 3, segments, 2, model, cores);
        case HEAD -> add(passes, "heads, " + label, 1, segments, 0, model, cores);
        case BLOCK -> add(passes, "blocks, " + label, 1, large, 0, model, cores);
        case FILTER -> add(passes, "rows, " + label, 1, large, 0, model, cores);
        case LAYER -> add(passes, "layers, " + label, 1, segments, 0, model, cores);
      }
      add(passes, "codebooks, " + label, 2, fitted, VALUES, model, cores);
    }
    return passes;
  }

  /**
   * @param histograms whose counts, 8 bytes a bin, each task sends for each of its tensors
   */
  private static void add(
      List<Pass> passes,
      String what,
      int times,
      List<SegmentRef> segments,
      double histograms,
      CostModel model,
      int cores) {
    if (segments.isEmpty()) {
      return;
    }
    long weights = 0;
    double nanos = 0;
    for (SegmentRef ref : segments) {
      int length = ref.segment().length();
      weights += length;
      nanos += times * length * model.rate(Stage.PRUNE, Cost.origin(ref.tensor().origin()));
    }
    long tensors = segments.stream().map(SegmentRef::tensorId).distinct().count();
    // A task has neighbours: it shares at most its first tensor with the task before it.
    long sent = Math.min(segments.size(), (long) TASKS * cores + tensors);
    passes.add(
        new Pass(
            what,
            times,
            weights,
            nanos / 1e9 / cores,
            (long) (histograms * sent * HISTOGRAM_BYTES)));
  }

  /** Seconds of the waves on all cores. */
  public double waveSeconds() {
    return waves.stream().mapToDouble(Schedule::seconds).sum();
  }

  /** Seconds of the passes before the waves. */
  public double passSeconds() {
    return passes.stream().mapToDouble(Pass::seconds).sum();
  }

  /** Share of the cores' time in the waves that nothing runs in. */
  public double idle() {
    double busy = waves.stream().mapToDouble(Schedule::busy).sum();
    return waves.isEmpty() ? 0 : 1 - busy / (waveSeconds() * cores);
  }
}
