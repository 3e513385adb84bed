package dev.tersor.jobs.codebooks;

import dev.tersor.core.quantize.Calibration;
import dev.tersor.core.quantize.CodebookFitter;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.quantize.Points;
import dev.tersor.core.quantize.ValueHistogram;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.codebooks.CodebookUnit.Timed;
import dev.tersor.jobs.fit.SegmentWeights;
import dev.tersor.jobs.plan.CodebookId;
import dev.tersor.jobs.plan.SegmentRef;
import dev.tersor.jobs.source.TensorRef;
import dev.tersor.jobs.table.Failure;
import dev.tersor.jobs.table.RowBuilder;
import dev.tersor.jobs.table.Table;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Row;

/**
 * Fits codebooks to the surviving weights of one tensor and compares their squared error with that
 * of the optimum (Deep Compression, section 3: k-means, and its initialisations). A codebook that
 * cannot be fitted becomes a row with its error. One with a step for each row or group can do
 * better than the optimum of all together, and is held against that of each row or group by itself.
 */
final class CodebookTask implements Serializable {
  private static final long serialVersionUID = 1L;

  static final String OPTIMUM = "exact";

  /** What a codebook may do better than the optimum by rounding of its centroids to fp32. */
  private static final double ROUNDING = 1e-5;

  /** The same where both were fitted on a histogram and are judged by the weights. */
  private static final double BINNED_ROUNDING = 1e-2;

  private final SegmentWeights reader;
  private final String run;
  private final long seed;
  private final int timingRuns;

  CodebookTask(SegmentWeights reader, String run, long seed, int timingRuns) {
    this.reader = reader;
    this.run = run;
    this.seed = seed;
    this.timingRuns = timingRuns;
  }

  /** Sums over all weights for one codebook. */
  private static final class Tally {
    final long[] counts = new long[256];
    double pruned;
    double wcss;
    double bySaliency;

    /**
     * @param id of the codebook, as it was fitted
     * @param known of the weights, as that codebook goes by it
     * @param importances of the weights, or null
     */
    void add(
        CodebookId id,
        Shape shape,
        float[] weights,
        float[] survivors,
        Calibration known,
        float[] importances,
        Codebook codebook) {
      Codes quantised = id.quantise(shape, survivors, known, codebook);
      byte[] codes = quantised.codes();
      float[] values = quantised.dequantize();
      for (int i = 0; i < codes.length; i++) {
        double error = (double) weights[i] - values[i];
        if (survivors[i] == 0) {
          pruned += error * error;
        } else {
          wcss += error * error;
          bySaliency += importances == null ? 0 : Math.abs(importances[i]) * error * error;
          counts[codes[i] & 0xFF]++;
        }
      }
    }

    /** Bits of a surviving weight's code. */
    double entropy(long survivors) {
      double bits = 0;
      for (long count : counts) {
        if (count > 0) {
          bits -= count * Math.log((double) count / survivors) / Math.log(2);
        }
      }
      return survivors == 0 ? 0 : bits / survivors;
    }

    int used() {
      int used = 0;
      for (long count : counts) {
        used += count > 0 ? 1 : 0;
      }
      return used;
    }
  }

  List<Row> compute(CodebookUnit unit) {
    List<Row> rows = new ArrayList<>();
    Map<CodebookId, Timed> fitted = new LinkedHashMap<>(unit.fitted());
    Map<CodebookId, Tally> tallies = new LinkedHashMap<>();
    Map<CodebookId, Throwable> errors = new LinkedHashMap<>();
    Set<CodebookId> ids = new LinkedHashSet<>(unit.keys().keySet());
    for (CodebookId id : unit.keys().keySet()) {
      ids.add(optimum(id.bits()));
      if (id.isShared() && hasBound(id)) {
        ids.add(optimum(boundBits(id)));
      }
    }
    ids.removeAll(fitted.keySet());
    boolean binned = unit.segments().size() > 1;
    RowCodebooks rowCodebooks = new RowCodebooks(reader, unit);
    Map<List<Object>, Double> partOptima = new LinkedHashMap<>();
    try {
      float[] only = binned ? null : survivors(unit, 0, reader.of(unit.segments().get(0)));
      // Tensors of several segments have none.
      float[] importances =
          unit.isBySaliency() ? reader.of(unit.segments().get(0).ofSaliency()) : null;
      ValueHistogram histogram = binned ? histogram(unit) : null;
      for (CodebookId id : ids) {
        try {
          fitted.put(
              id,
              id.isShared()
                  ? fit(unit, unit.chosen(id), only, histogram)
                  : rowCodebooks.fit(id, seed, timingRuns));
          if (!id.isShared() && hasBound(id)) {
            long span = id.span(unit.tensor().shape());
            partOptima.computeIfAbsent(
                List.of(boundBits(id), span), key -> rowCodebooks.optimum(boundBits(id), span));
          }
        } catch (RuntimeException | VirtualMachineError | LinkageError e) {
          errors.put(id, e);
        }
      }
      fitted.keySet().forEach(id -> tallies.put(id, new Tally()));
      for (int i = 0; i < unit.segments().size(); i++) {
        SegmentRef ref = unit.segments().get(i);
        Segment segment = ref.segment();
        float[] weights = reader.of(ref);
        float[] survivors = survivors(unit, i, weights);
        long rowLength = unit.tensor().shape().rowLength();
        tallies.forEach(
            (id, tally) ->
                tally.add(
                    unit.chosen(id),
                    segment.shape(),
                    weights,
                    survivors,
                    reader.calibration(ref, unit.chosen(id)),
                    importances,
                    fitted.get(id).codebook().part(segment, rowLength)));
      }
    } catch (RuntimeException | VirtualMachineError | LinkageError e) {
      unit.keys().forEach((id, key) -> rows.add(failed(unit, id, e)));
      return rows;
    }
    for (CodebookId id : unit.keys().keySet()) {
      CodebookId optimum = optimum(id.bits());
      Throwable error = errors.getOrDefault(id, errors.get(optimum));
      if (error == null && id.isShared() && hasBound(id)) {
        error = errors.get(optimum(boundBits(id)));
      }
      if (error != null) {
        rows.add(failed(unit, id, error));
      } else {
        Tally best = tallies.get(optimum);
        double bound = hasBound(id) ? bound(unit, id, tallies, partOptima) : 0;
        rows.add(row(unit, id, fitted.get(id).nanos(), tallies.get(id), best, bound));
      }
    }
    return rows;
  }

  private static CodebookId optimum(int bits) {
    return new CodebookId(bits, OPTIMUM);
  }

  /** Bits of an optimum with as many values, or more. */
  private static int boundBits(CodebookId id) {
    return id.values() < 1 << id.bits() ? id.bits() : id.bits() + 1;
  }

  /** Whether there is such an optimum. */
  private static boolean hasBound(CodebookId id) {
    return boundBits(id) <= Byte.SIZE;
  }

  /** The least squared error that so many values can have. */
  private static double bound(
      CodebookUnit unit,
      CodebookId id,
      Map<CodebookId, Tally> tallies,
      Map<List<Object>, Double> partOptima) {
    Object span = id.span(unit.tensor().shape());
    return id.isShared()
        ? tallies.get(optimum(boundBits(id))).wcss
        : partOptima.get(List.of(boundBits(id), span));
  }

  private float[] survivors(CodebookUnit unit, int segment, float[] weights) {
    return reader.pruned(
        unit.segments().get(segment), unit.pruning(), unit.masks().get(segment), weights);
  }

  /** Sorts and fits; the fastest of the timing runs. */
  private Timed fit(CodebookUnit unit, CodebookId id, float[] survivors, ValueHistogram histogram) {
    CodebookFitter fitter = CodebookFitters.parse(id.fitter());
    Calibration known = reader.calibration(unit.segments().get(0), id);
    long least = Long.MAX_VALUE;
    Codebook codebook = null;
    for (int i = 0; i < timingRuns; i++) {
      long start = System.nanoTime();
      Points points = histogram != null ? histogram.points() : known.points(survivors);
      codebook = fitter.fit(points, id.bits(), seed);
      least = Math.min(least, System.nanoTime() - start);
    }
    return new Timed(codebook, least);
  }

  /** A tensor of several segments is fitted on a histogram, as a sweep fits it. */
  private ValueHistogram histogram(CodebookUnit unit) {
    float low = 0;
    float high = 0;
    for (var segment : unit.segments()) {
      for (float weight : reader.of(segment)) {
        low = Math.min(low, weight);
        high = Math.max(high, weight);
      }
    }
    ValueHistogram histogram = new ValueHistogram(low, high);
    for (int i = 0; i < unit.segments().size(); i++) {
      histogram.add(survivors(unit, i, reader.of(unit.segments().get(i))));
    }
    return histogram;
  }

  private RowBuilder identity(CodebookUnit unit, CodebookId id) {
    TensorRef tensor = unit.tensor();
    return new RowBuilder(Table.CODEBOOKS)
        .set("key", unit.keys().get(id))
        .set("run_id", run)
        .set("model", tensor.model())
        .set("tensor", tensor.name())
        .set("kind", tensor.kind().name().toLowerCase(Locale.ROOT))
        .set("shape", tensor.shape().toString())
        .set("params", tensor.shape().size())
        .set("weights_source", tensor.origin().label())
        .set("weights_hash", unit.weightsHash())
        .set("pruning", unit.pruning().kind())
        .set(
            "sparsity_target",
            unit.pruning().target().isPresent() ? unit.pruning().sparsity() : null)
        .set("bits", id.bits())
        .set("codebook", id.fitter())
        .set("error_measure", id.measure().label())
        .set("seed", seed)
        .set("binned", unit.segments().size() > 1 && id.isShared());
  }

  private Row failed(CodebookUnit unit, CodebookId id, Throwable error) {
    return identity(unit, id).setAll(Failure.of(error).values()).build();
  }

  /**
   * @param bound the least squared error that such a codebook can have
   */
  private Row row(
      CodebookUnit unit, CodebookId id, long nanos, Tally tally, Tally optimum, double bound) {
    long params = unit.tensor().shape().size();
    long survivors = 0;
    for (long count : tally.counts) {
      survivors += count;
    }
    int clusters = id.values();
    boolean isBinned = unit.segments().size() > 1 && id.isShared();
    double tolerance = isBinned ? BINNED_ROUNDING : ROUNDING;
    boolean holds = tally.wcss >= bound * (1 - tolerance);
    RowBuilder row =
        identity(unit, id)
            .set("sparsity", 1 - (double) survivors / params)
            .set("survivors", survivors)
            .set("clusters", clusters)
            .set("empty_clusters", clusters - tally.used())
            .set("wcss", tally.wcss)
            .set("wcss_optimum", optimum.wcss)
            .set("ratio", optimum.wcss == 0 ? null : tally.wcss / optimum.wcss)
            .set("mse", (tally.wcss + tally.pruned) / params)
            .set("entropy_bits", tally.entropy(survivors))
            .set("saliency_wcss", unit.isBySaliency() ? tally.bySaliency : null)
            .set("fit_ms", nanos / 1e6)
            .set("timing_runs", unit.fitted().containsKey(id) ? 1 : timingRuns)
            .set("verified", holds);
    if (!holds) {
      row.setAll(
          new Failure(Failure.Cause.INPUT, "less squared error than the optimum's " + bound)
              .values());
    }
    return row.build();
  }
}
