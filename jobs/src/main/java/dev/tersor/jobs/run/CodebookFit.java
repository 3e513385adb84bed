package dev.tersor.jobs.run;

import dev.tersor.core.prune.Threshold;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.quantize.Points;
import dev.tersor.core.quantize.ValueHistogram;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.plan.CodebookId;
import dev.tersor.jobs.plan.SegmentRef;
import java.io.Serializable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/**
 * Codebooks over several segments: the histograms of a tensor's surviving weights are merged, and
 * core's fitters run on them in a task. Spark MLlib's runs are jobs of their own, started by the
 * driver on one tensor's histogram after the other.
 */
final class CodebookFit {
  private record Range(float low, float high) implements Serializable {
    static Range of(float[] weights) {
      float low = 0;
      float high = 0;
      for (float weight : weights) {
        low = Math.min(low, weight);
        high = Math.max(high, weight);
      }
      return new Range(low, high);
    }

    Range with(Range other) {
      return new Range(Math.min(low, other.low), Math.max(high, other.high));
    }
  }

  private final SparkSession session;
  private final JavaSparkContext spark;
  private final SegmentWeights weights;
  private final long seed;

  CodebookFit(SparkSession session, SegmentWeights weights, long seed) {
    this.session = session;
    this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    this.weights = weights;
    this.seed = seed;
  }

  /**
   * @param segments all segments of the tensors whose codebooks are fitted here
   * @param own by tensor, codebooks that core fits
   * @param mllib by tensor, codebooks that MLlib fits
   */
  void fit(
      List<SegmentRef> segments,
      Pruning pruning,
      Map<String, Set<CodebookId>> own,
      Map<String, Set<CodebookId>> mllib,
      Fitted fitted) {
    if (segments.isEmpty()) {
      return;
    }
    JavaPairRDD<String, ValueHistogram> histograms = histograms(segments, pruning, fitted).cache();
    long drawn = seed;
    if (!own.isEmpty()) {
      Map<String, Set<CodebookId>> asked = new HashMap<>(own);
      histograms
          .filter(pair -> asked.containsKey(pair._1))
          .mapToPair(
              pair -> new Tuple2<>(pair._1, fitAll(pair._2.points(), asked.get(pair._1), drawn)))
          .collectAsMap()
          .forEach((tensor, codebooks) -> fitted.put(tensor, pruning, codebooks));
    }
    if (!mllib.isEmpty()) {
      MllibKMeans kMeans = new MllibKMeans(session, seed);
      Set<String> asked = new HashSet<>(mllib.keySet());
      histograms
          .filter(pair -> asked.contains(pair._1))
          .toLocalIterator()
          .forEachRemaining(
              pair -> {
                Points points = pair._2.points();
                Map<CodebookId, Codebook> codebooks = new HashMap<>();
                for (CodebookId id : mllib.get(pair._1)) {
                  long start = System.nanoTime();
                  codebooks.put(id, kMeans.fit(points, id.bits()));
                  fitted.took(pair._1, pruning, id, System.nanoTime() - start);
                }
                fitted.put(pair._1, pruning, codebooks);
              });
    }
    histograms.unpersist();
  }

  private JavaPairRDD<String, ValueHistogram> histograms(
      List<SegmentRef> segments, Pruning pruning, Fitted fitted) {
    SegmentWeights reader = weights;
    Map<String, Threshold> thresholds = new HashMap<>();
    for (SegmentRef ref : segments) {
      Threshold threshold = fitted.threshold(ref, pruning);
      if (threshold != null) {
        thresholds.put(ref.id(), threshold);
      }
    }
    Map<String, Range> ranges =
        new HashMap<>(
            spark
                .parallelize(segments, segments.size())
                .mapToPair(ref -> new Tuple2<>(ref.tensorId(), Range.of(reader.of(ref))))
                .reduceByKey(Range::with)
                .collectAsMap());
    return spark
        .parallelize(segments, segments.size())
        .mapToPair(
            ref -> {
              Range range = ranges.get(ref.tensorId());
              ValueHistogram histogram = new ValueHistogram(range.low(), range.high());
              histogram.add(Quantised.prune(reader.of(ref), pruning, thresholds.get(ref.id())));
              return new Tuple2<>(ref.tensorId(), histogram);
            })
        .reduceByKey(ValueHistogram::merge);
  }

  private static Map<CodebookId, Codebook> fitAll(Points points, Set<CodebookId> ids, long seed) {
    Map<CodebookId, Codebook> fitted = new HashMap<>();
    for (CodebookId id : ids) {
      fitted.put(id, CodebookFitters.ALL.get(id.fitter()).fit(points, id.bits(), seed));
    }
    return fitted;
  }
}
