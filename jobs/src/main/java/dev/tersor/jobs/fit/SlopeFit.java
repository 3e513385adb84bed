package dev.tersor.jobs.fit;

import dev.tersor.core.encode.RateMeter;
import dev.tersor.core.prune.PruningMask;
import dev.tersor.core.quantize.CodebookFitter;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.quantize.ErrorMeasure;
import dev.tersor.core.quantize.RatePoint;
import dev.tersor.core.quantize.RateTarget;
import dev.tersor.core.quantize.SlopeSearch;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.plan.ChosenFitter;
import dev.tersor.jobs.plan.CodebookId;
import dev.tersor.jobs.plan.SegmentRef;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The lambda of each target: one for all tensors of a model, or one a tensor. Of every search that
 * goes on, the next lambda is measured on all its segments, which are tasks of one job; after a few
 * jobs the last one is found.
 */
public final class SlopeFit {
  /**
   * A segment whose codebook has a target.
   *
   * @param setting names what all tensors of a model reach together
   */
  public record Sought(SegmentRef segment, Pruning pruning, CodebookId codebook, String setting) {}

  /** A segment that is measured for a search. */
  private record Asked(
      String search,
      SegmentRef segment,
      Pruning pruning,
      PruningMask mask,
      CodebookId codebook,
      double lambda)
      implements Serializable {}

  /** What is to be reached together. */
  private static final class Group {
    final CodebookId codebook;
    final String what;
    final List<Sought> segments = new ArrayList<>();
    SlopeSearch search;

    Group(CodebookId codebook, String what) {
      this.codebook = codebook;
      this.what = what;
    }
  }

  private final JavaSparkContext spark;
  private final SegmentWeights reader;
  private final long seed;

  public SlopeFit(JavaSparkContext spark, SegmentWeights reader, long seed) {
    this.spark = spark;
    this.reader = reader;
    this.seed = seed;
  }

  /** Whether a codebook has a target. */
  public static boolean isAsked(CodebookId id) {
    return id.target().isPresent();
  }

  /**
   * Finds them; of a target that cannot be reached it keeps what is the nearest.
   *
   * @param sought all segments of the models that have targets, each once for a codebook and a
   *     setting; masks of several segments fitted
   */
  public void fit(List<Sought> sought, Fitted fitted) {
    Map<String, Group> groups = groups(sought);
    if (groups.isEmpty()) {
      return;
    }
    Map<String, RatePoint> powers = new LinkedHashMap<>();
    measure(groups, fitted, true)
        .forEach((group, point) -> powers.merge(group, point, RatePoint::plus));
    groups.forEach(
        (name, group) -> {
          RatePoint all = powers.get(name);
          RateTarget target = group.codebook.target().orElseThrow();
          group.search = new SlopeSearch(target, all.power() / Math.max(1, all.weights()));
        });
    Map<String, Group> open = new LinkedHashMap<>(groups);
    open.values().removeIf(group -> group.search.isDone());
    while (!open.isEmpty()) {
      measure(open, fitted, false).forEach((name, point) -> open.get(name).search.take(point));
      open.values().removeIf(group -> group.search.isDone());
    }
    for (Group group : groups.values()) {
      ChosenFitter chosen =
          group.search.isReached()
              ? ChosenFitter.of(
                  CodebookFitters.parse(group.codebook.fitter()).at(group.search.lambda()).name())
              : ChosenFitter.refused(group.what + ": " + group.search.nearest());
      group.segments.forEach(
          one -> fitted.put(one.segment().tensorId(), one.pruning(), one.codebook(), chosen));
    }
  }

  private static Map<String, Group> groups(List<Sought> sought) {
    Map<String, Group> groups = new LinkedHashMap<>();
    for (Sought one : sought) {
      boolean each = one.codebook().target().orElseThrow().each();
      String what =
          one.segment().tensor().model()
              + (each ? ", " + one.segment().tensor().name() : "")
              + ", "
              + one.setting();
      groups.computeIfAbsent(what, key -> new Group(one.codebook(), what)).segments.add(one);
    }
    return groups;
  }

  /** The points of groups, summed in the order of segments, so that they are the same each time. */
  private Map<String, RatePoint> measure(
      Map<String, Group> groups, Fitted fitted, boolean onlyPower) {
    List<Asked> asked = new ArrayList<>();
    groups.forEach(
        (name, group) -> {
          double lambda = onlyPower ? 0 : group.search.lambda();
          for (Sought one : group.segments) {
            PruningMask mask = fitted.mask(one.segment(), one.pruning());
            asked.add(new Asked(name, one.segment(), one.pruning(), mask, one.codebook(), lambda));
          }
        });
    SegmentWeights weights = reader;
    long drawn = seed;
    List<RatePoint> points =
        spark
            .parallelize(asked, Math.max(1, asked.size()))
            .map(one -> onlyPower ? power(weights, one) : measure(weights, one, drawn))
            .collect();
    Map<String, RatePoint> sums = new LinkedHashMap<>();
    for (int i = 0; i < asked.size(); i++) {
      sums.merge(asked.get(i).search(), points.get(i), RatePoint::plus);
    }
    return sums;
  }

  private static RatePoint power(SegmentWeights reader, Asked one) {
    double power = 0;
    float[] weights = reader.of(one.segment());
    float[] importances =
        one.codebook().measure() == ErrorMeasure.SALIENCY
            ? reader.of(one.segment().ofSaliency())
            : null;
    for (int i = 0; i < weights.length; i++) {
      double counts = importances == null ? 1 : Math.abs(importances[i]);
      power += counts * weights[i] * weights[i];
    }
    return new RatePoint(weights.length, 0, 0, power);
  }

  private static RatePoint measure(SegmentWeights reader, Asked one, long seed) {
    float[] weights = reader.of(one.segment());
    float[] pruned = reader.pruned(one.segment(), one.pruning(), one.mask(), weights);
    CodebookFitter fitter = CodebookFitters.parse(one.codebook().fitter()).at(one.lambda());
    return RateMeter.measure(
        fitter,
        one.segment().segment().shape(),
        pruned,
        weights,
        reader.calibration(one.segment(), one.codebook()),
        one.codebook().bits(),
        seed);
  }
}
