package dev.tersor.jobs.run;

import dev.tersor.core.prune.Threshold;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.plan.CodebookId;
import dev.tersor.jobs.plan.SegmentRef;
import java.util.HashMap;
import java.util.Map;

/**
 * Thresholds and codebooks that were fitted over more weights than a task holds. What is not here,
 * a task fits by itself.
 */
final class Fitted {
  private final Map<String, Threshold> thresholds = new HashMap<>();
  private final Map<String, Map<CodebookId, Codebook>> codebooks = new HashMap<>();

  private final Map<String, Long> nanos = new HashMap<>();

  private static String key(String id, Pruning pruning) {
    return id + " " + pruning.label();
  }

  /** The threshold of a segment; null where its task fits it. */
  Threshold threshold(SegmentRef ref, Pruning pruning) {
    return thresholds.get(key(ref.id(), pruning));
  }

  /** The codebooks of a segment's tensor that were fitted. */
  Map<CodebookId, Codebook> codebooks(SegmentRef ref, Pruning pruning) {
    return codebooks.getOrDefault(key(ref.tensorId(), pruning), Map.of());
  }

  /** What fitting a codebook on the driver took. */
  void took(String tensorId, Pruning pruning, CodebookId id, long fitNanos) {
    nanos.put(key(tensorId, pruning) + " " + id, fitNanos);
  }

  long nanos(String tensorId, Pruning pruning, CodebookId id) {
    return nanos.getOrDefault(key(tensorId, pruning) + " " + id, 0L);
  }

  void put(SegmentRef ref, Pruning pruning, Threshold threshold) {
    thresholds.put(key(ref.id(), pruning), threshold);
  }

  void put(String tensorId, Pruning pruning, Map<CodebookId, Codebook> fitted) {
    codebooks.computeIfAbsent(key(tensorId, pruning), id -> new HashMap<>()).putAll(fitted);
  }
}
