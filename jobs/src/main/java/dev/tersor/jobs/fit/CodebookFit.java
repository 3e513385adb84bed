package dev.tersor.jobs.fit;

import dev.tersor.core.prune.PruningMask;
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
import java.util.function.Function;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/**
 * Codebooks over several segments: the histograms of a tensor's surviving weights are merged, or of
 * a row's where each row has a step and is cut itself, and core's fitters run on them in a task.
 * Spark MLlib's runs are jobs of their own, started by the driver on one tensor's histogram after
 * the other.
 */
public final class CodebookFit {
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

  public CodebookFit(SparkSession session, SegmentWeights weights, long seed) {
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
  public void fit(
      List<SegmentRef> segments,
      Pruning pruning,
      Map<String, Set<CodebookId>> own,
      Map<String, Set<CodebookId>> mllib,
      Fitted fitted) {
    if (segments.isEmpty()) {
      return;
    }
    rows(segments, pruning, own, fitted);
    Map<String, Set<CodebookId>> ofTensors = only(own, true);
    JavaPairRDD<String, ValueHistogram> histograms =
        histograms(segments, SegmentRef::tensorId, pruning, fitted).cache();
    if (!ofTensors.isEmpty()) {
      fit(histograms.filter(pair -> ofTensors.containsKey(pair._1)), ofTensors, pruning, fitted);
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

  /** Steps of rows that are cut into several segments. */
  private void rows(
      List<SegmentRef> segments, Pruning pruning, Map<String, Set<CodebookId>> own, Fitted fitted) {
    Map<String, Set<CodebookId>> asked = only(own, false);
    List<SegmentRef> cut =
        segments.stream().filter(ref -> asked.containsKey(ref.tensorId())).toList();
    if (!cut.isEmpty()) {
      Map<String, Set<CodebookId>> byRow = new HashMap<>();
      cut.forEach(ref -> byRow.put(ref.rowId(), asked.get(ref.tensorId())));
      fit(histograms(cut, SegmentRef::rowId, pruning, fitted), byRow, pruning, fitted);
    }
  }

  /** The codebooks that all weights of a tensor share, or the others. */
  private static Map<String, Set<CodebookId>> only(
      Map<String, Set<CodebookId>> asked, boolean isShared) {
    Map<String, Set<CodebookId>> only = new HashMap<>();
    asked.forEach(
        (tensor, ids) -> {
          for (CodebookId id : ids) {
            if (id.isShared() == isShared) {
              only.computeIfAbsent(tensor, key -> new HashSet<>()).add(id);
            }
          }
        });
    return only;
  }

  private void fit(
      JavaPairRDD<String, ValueHistogram> histograms,
      Map<String, Set<CodebookId>> asked,
      Pruning pruning,
      Fitted fitted) {
    long drawn = seed;
    Map<String, Map<CodebookId, String>> fitters = new HashMap<>();
    asked.forEach(
        (id, codebooks) -> {
          Map<CodebookId, String> own = new HashMap<>();
          codebooks.forEach(codebook -> own.put(codebook, fitted.fitter(id, pruning, codebook)));
          fitters.put(id, own);
        });
    histograms
        .mapToPair(
            pair -> new Tuple2<>(pair._1, fitAll(pair._2.points(), fitters.get(pair._1), drawn)))
        .collectAsMap()
        .forEach((id, codebooks) -> fitted.put(id, pruning, codebooks));
  }

  /**
   * @param group what has a histogram: the id of a segment's tensor, or of its row
   */
  private JavaPairRDD<String, ValueHistogram> histograms(
      List<SegmentRef> segments,
      Function<SegmentRef, String> group,
      Pruning pruning,
      Fitted fitted) {
    SegmentWeights reader = weights;
    Map<String, PruningMask> masks = new HashMap<>();
    Map<String, String> groups = new HashMap<>();
    for (SegmentRef ref : segments) {
      PruningMask mask = fitted.mask(ref, pruning);
      if (mask != null) {
        masks.put(ref.id(), mask);
      }
      groups.put(ref.id(), group.apply(ref));
    }
    Map<String, Range> ranges =
        new HashMap<>(
            SegmentWeights.spread(spark, segments)
                .mapToPair(ref -> new Tuple2<>(groups.get(ref.id()), Range.of(reader.of(ref))))
                .reduceByKey(Range::with)
                .collectAsMap());
    return SegmentWeights.spread(spark, segments)
        .mapToPair(
            ref -> {
              Range range = ranges.get(groups.get(ref.id()));
              ValueHistogram histogram = new ValueHistogram(range.low(), range.high());
              histogram.add(reader.pruned(ref, pruning, masks.get(ref.id())));
              return new Tuple2<>(groups.get(ref.id()), histogram);
            })
        .reduceByKey(ValueHistogram::merge);
  }

  private static Map<CodebookId, Codebook> fitAll(
      Points points, Map<CodebookId, String> fitters, long seed) {
    Map<CodebookId, Codebook> fitted = new HashMap<>();
    fitters.forEach(
        (id, fitter) -> fitted.put(id, CodebookFitters.parse(fitter).fit(points, id.bits(), seed)));
    return fitted;
  }
}
