package dev.tersor.jobs.fit;

import dev.tersor.core.prune.Filters;
import dev.tersor.core.prune.Layers;
import dev.tersor.core.prune.PrunedRows;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.plan.SegmentRef;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Pruning masks that are decided over more than one segment: by thresholds for single weights, by
 * sums over rows for filters, over blocks and heads, and over tensors for layers. Tasks read the
 * weights, or their saliency; only counts and sums reach the driver.
 */
public final class MaskFit {
  /** The saliency of so many weights of a tensor. */
  private record Total(double sum, long weights) {
    Total plus(Total other) {
      return new Total(sum + other.sum, weights + other.weights);
    }

    double mean() {
      return sum / weights;
    }
  }

  private final JavaSparkContext spark;
  private final SegmentWeights weights;

  public MaskFit(JavaSparkContext spark, SegmentWeights weights) {
    this.spark = spark;
    this.weights = weights;
  }

  /**
   * @param all segments of the models, for what is decided over a model
   * @param large all segments of the tensors that have several, for what is decided over a tensor
   */
  public void fit(List<SegmentRef> all, List<SegmentRef> large, Pruning pruning, Fitted fitted) {
    switch (pruning.scope()) {
      case ASIS, PATTERN -> {
        // Nothing is pruned, or each few weights by themselves.
      }
      case TENSOR, PAPER -> new ThresholdFit(spark, weights).fit(large, pruning, fitted);
      case GLOBAL -> new ThresholdFit(spark, weights).fit(all, pruning, fitted);
      case FILTER -> filters(large, pruning, fitted);
      case BLOCK -> new BlockFit(spark, weights).blocks(large, pruning, fitted);
      case HEAD -> new BlockFit(spark, weights).heads(all, pruning, fitted);
      case LAYER -> layers(all, pruning, fitted);
    }
  }

  /** Sums over the rows of each segment, in the order of the segments. */
  private List<double[]> sums(List<SegmentRef> segments, Pruning pruning, boolean byRow) {
    SegmentWeights reader = weights;
    return SegmentWeights.spread(spark, segments)
        .map(
            ref -> {
              int rows = byRow ? Math.toIntExact(ref.segment().shape().rows()) : 1;
              return Filters.norms(reader.deciding(ref, pruning), rows);
            })
        .collect();
  }

  private void filters(List<SegmentRef> segments, Pruning pruning, Fitted fitted) {
    List<double[]> sums = sums(segments, pruning, true);
    Map<String, double[]> norms = new LinkedHashMap<>();
    for (int i = 0; i < segments.size(); i++) {
      SegmentRef ref = segments.get(i);
      double[] tensor =
          norms.computeIfAbsent(
              ref.tensorId(), id -> new double[Math.toIntExact(ref.tensor().shape().rows())]);
      // A row that is cut into several segments has a part of its sum in each.
      double[] part = sums.get(i);
      for (int row = 0; row < part.length; row++) {
        tensor[ref.firstRow() + row] += part[row];
      }
    }
    Map<String, PrunedRows> masks = new LinkedHashMap<>();
    norms.forEach((tensor, of) -> masks.put(tensor, Filters.least(of, pruning.sparsity())));
    for (int i = 0; i < segments.size(); i++) {
      SegmentRef ref = segments.get(i);
      PrunedRows mask = masks.get(ref.tensorId());
      fitted.put(ref, pruning, mask.part(ref.firstRow(), sums.get(i).length));
    }
  }

  private void layers(List<SegmentRef> segments, Pruning pruning, Fitted fitted) {
    List<double[]> sums = sums(segments, pruning, false);
    Map<String, Map<String, Total>> models = new LinkedHashMap<>();
    for (int i = 0; i < segments.size(); i++) {
      SegmentRef ref = segments.get(i);
      models
          .computeIfAbsent(ref.tensor().model(), model -> new LinkedHashMap<>())
          .merge(ref.tensorId(), new Total(sums.get(i)[0], ref.segment().length()), Total::plus);
    }
    Map<String, PrunedRows> masks = new LinkedHashMap<>();
    for (Map<String, Total> tensors : models.values()) {
      double[] means = tensors.values().stream().mapToDouble(Total::mean).toArray();
      long[] sizes = tensors.values().stream().mapToLong(Total::weights).toArray();
      BitSet pruned = Layers.least(means, sizes, pruning.sparsity());
      int tensor = 0;
      for (String id : tensors.keySet()) {
        masks.put(id, PrunedRows.whole(pruned.get(tensor++)));
      }
    }
    for (SegmentRef ref : segments) {
      fitted.put(ref, pruning, masks.get(ref.tensorId()));
    }
  }
}
