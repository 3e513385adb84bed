package dev.tersor.jobs.fit;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.plan.CellKeys;
import dev.tersor.jobs.plan.SegmentRef;
import dev.tersor.jobs.plan.WeightHashes;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The first look at the weights: every segment is read once by a task, hashed, and searched for
 * values that no encoding holds. Nothing is written before it is through.
 */
public final class Scan {
  private record Facts(String segment, String hash, long nonFinite, String error)
      implements Serializable {}

  private Scan() {}

  /**
   * The hashes of all weights, and of their saliencies and inputs where these are given.
   *
   * @throws UsageException naming the tensor and the count, if one of them is not finite, or the
   *     file, if it cannot be read
   */
  public static WeightHashes all(
      JavaSparkContext spark, SegmentWeights reader, List<SegmentRef> segments) {
    List<SegmentRef> saliencies =
        segments.stream()
            .filter(ref -> ref.tensor().saliency() != null)
            .map(SegmentRef::ofSaliency)
            .toList();
    List<SegmentRef> inputs =
        segments.stream()
            .filter(ref -> ref.tensor().inputs() != null && ref.segment().index() == 0)
            .map(SegmentRef::ofInputs)
            .toList();
    return new WeightHashes(
        segments,
        hashes(spark, reader, segments),
        hashes(spark, reader, saliencies, "saliency", "values"),
        hashes(spark, reader, inputs, "input-products", "values"));
  }

  /**
   * The hash of every tensor's weights, by {@link SegmentRef#tensorId}.
   *
   * @throws UsageException naming the tensor and the count, if weights are not finite, or the file,
   *     if it cannot be read
   */
  public static Map<String, String> hashes(
      JavaSparkContext spark, SegmentWeights reader, List<SegmentRef> segments) {
    return hashes(spark, reader, segments, "weights", "weights");
  }

  private static Map<String, String> hashes(
      JavaSparkContext spark,
      SegmentWeights reader,
      List<SegmentRef> segments,
      String option,
      String what) {
    Map<String, Facts> facts = new HashMap<>();
    List<SegmentRef> stored =
        segments.stream().filter(ref -> ref.tensor().stored() != null).toList();
    if (!stored.isEmpty()) {
      SegmentWeights.spread(spark, stored)
          .map(ref -> look(ref, reader))
          .collect()
          .forEach(found -> facts.put(found.segment(), found));
    }
    Map<String, List<String>> parts = new LinkedHashMap<>();
    Map<String, Long> nonFinite = new LinkedHashMap<>();
    for (SegmentRef ref : segments) {
      Facts found = facts.get(ref.id());
      if (found != null && found.error() != null) {
        throw new UsageException(option + ": " + found.error());
      }
      if (found != null && found.nonFinite() > 0) {
        nonFinite.merge(ref.label(), found.nonFinite(), Long::sum);
      }
      String hash = found == null ? CellKeys.ofSynthetic(ref.tensor()) : found.hash();
      parts.computeIfAbsent(ref.tensorId(), id -> new ArrayList<>()).add(hash);
    }
    if (!nonFinite.isEmpty()) {
      Map.Entry<String, Long> first = nonFinite.entrySet().iterator().next();
      throw new UsageException(
          option
              + ": tensor '"
              + first.getKey()
              + "' has "
              + first.getValue()
              + " "
              + what
              + " that are NaN or infinite"
              + (nonFinite.size() > 1 ? ", and " + (nonFinite.size() - 1) + " more tensors" : ""));
    }
    Map<String, String> hashes = new HashMap<>();
    parts.forEach((tensor, all) -> hashes.put(tensor, CellKeys.ofParts(all)));
    return hashes;
  }

  /** Of weights that are codes in their file, the same floats may be other codes. */
  private static String hash(SegmentRef ref, SegmentWeights reader, float[] weights) {
    String hash = CellKeys.ofWeights(weights);
    if (!ref.tensor().isQuantised()) {
      return hash;
    }
    // Blocks that bring their scales are no integers by themselves.
    boolean areIntegers = ref.tensor().stored().quantisation() != null;
    String codes = areIntegers ? CellKeys.ofWeights(reader.of(ref.ofIntegers())) : hash;
    return CellKeys.ofParts(List.of(hash, codes, ref.tensor().stored().dtypeName()));
  }

  private static Facts look(SegmentRef ref, SegmentWeights reader) {
    try {
      float[] weights = reader.of(ref);
      long nonFinite = 0;
      for (float weight : weights) {
        nonFinite += Float.isFinite(weight) ? 0 : 1;
      }
      return new Facts(ref.id(), hash(ref, reader, weights), nonFinite, null);
    } catch (UncheckedIOException | MalformedInputException e) {
      return new Facts(ref.id(), "", 0, e.getMessage());
    }
  }
}
