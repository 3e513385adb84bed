package dev.tersor.jobs.fit;

import dev.tersor.core.prune.Magnitude;
import dev.tersor.core.prune.MagnitudeHistogram;
import dev.tersor.core.prune.Threshold;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.plan.SegmentRef;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/**
 * Exact pruning thresholds over several segments: those of a tensor, or of a model where one
 * threshold serves all its tensors. Two passes of merged histograms find the threshold, a third
 * counts the ties of each segment; only counts reach the driver.
 */
final class ThresholdFit {
  /** Where the last pruned weight lies: its coarse bin, and how many of that bin are pruned. */
  private record Pick(int bin, long rest) implements Serializable {}

  private final JavaSparkContext spark;
  private final SegmentWeights weights;

  ThresholdFit(JavaSparkContext spark, SegmentWeights weights) {
    this.spark = spark;
    this.weights = weights;
  }

  void fit(List<SegmentRef> segments, Pruning pruning, Fitted fitted) {
    if (segments.isEmpty()) {
      return;
    }
    SegmentWeights reader = weights;
    Map<String, Long> prune = new HashMap<>();
    for (SegmentRef ref : segments) {
      prune.merge(group(ref, pruning), (long) ref.segment().length(), Long::sum);
    }
    prune.replaceAll((group, size) -> Magnitude.count(pruning.sparsity(), size));
    Map<String, Pick> picks =
        new HashMap<>(
            byGroup(segments, pruning)
                .mapValues(
                    ref -> histogram(MagnitudeHistogram.coarse(), reader.deciding(ref, pruning)))
                .reduceByKey(MagnitudeHistogram::merge)
                .mapToPair(pair -> new Tuple2<>(pair._1, pick(pair._2, prune.get(pair._1))))
                .collectAsMap());
    Map<String, Threshold> whole = new HashMap<>();
    prune.keySet().forEach(group -> whole.put(group, Threshold.NONE));
    whole.putAll(
        byGroup(segments, pruning)
            .filter(pair -> picks.get(pair._1).rest() > 0)
            .mapToPair(
                pair -> {
                  MagnitudeHistogram fine = MagnitudeHistogram.fine(picks.get(pair._1).bin());
                  return new Tuple2<>(pair._1, histogram(fine, reader.deciding(pair._2, pruning)));
                })
            .reduceByKey(MagnitudeHistogram::merge)
            .mapToPair(pair -> new Tuple2<>(pair._1, pair._2.threshold(picks.get(pair._1).rest())))
            .collectAsMap());
    Map<String, Long> ties =
        byGroup(segments, pruning)
            .mapToPair(
                pair ->
                    new Tuple2<>(
                        pair._2.id(),
                        whole.get(pair._1).countTies(reader.deciding(pair._2, pruning))))
            .collectAsMap();
    // Ties go by position, so a segment prunes those that the segments before it left.
    Map<String, Long> before = new HashMap<>();
    for (SegmentRef ref : segments) {
      String group = group(ref, pruning);
      long earlier = before.getOrDefault(group, 0L);
      fitted.put(ref, pruning, whole.get(group).after(earlier));
      before.put(group, earlier + ties.get(ref.id()));
    }
  }

  private JavaPairRDD<String, SegmentRef> byGroup(List<SegmentRef> segments, Pruning pruning) {
    return SegmentWeights.spread(spark, segments)
        .mapToPair(ref -> new Tuple2<>(group(ref, pruning), ref));
  }

  private static String group(SegmentRef ref, Pruning pruning) {
    return pruning.scope().isModelWide() ? ref.tensor().model() : ref.tensorId();
  }

  private static MagnitudeHistogram histogram(MagnitudeHistogram empty, float[] weights) {
    empty.add(weights);
    return empty;
  }

  private static Pick pick(MagnitudeHistogram coarse, long prune) {
    if (prune == 0) {
      return new Pick(0, 0);
    }
    int bin = coarse.binOf(prune);
    return new Pick(bin, prune - coarse.countBelow(bin));
  }
}
