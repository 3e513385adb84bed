package dev.tersor.jobs.codebooks;

import dev.tersor.core.prune.PruningMask;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.plan.ChosenFitter;
import dev.tersor.jobs.plan.CodebookId;
import dev.tersor.jobs.plan.SegmentRef;
import dev.tersor.jobs.source.TensorRef;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * A tensor at one sparsity whose codebooks are compared.
 *
 * @param segments all of the tensor's
 * @param isBySaliency whether errors are also counted by the saliency of each weight, since some
 *     codebook is fitted so
 * @param masks of each segment; null where the task finds the only one
 * @param fitted codebooks that the driver fitted, and the nanoseconds that took
 * @param fitters of codebooks with targets, what became of these
 * @param keys of the rows to make, by codebook
 */
record CodebookUnit(
    List<SegmentRef> segments,
    Pruning pruning,
    String weightsHash,
    boolean isBySaliency,
    List<PruningMask> masks,
    Map<CodebookId, Timed> fitted,
    Map<CodebookId, ChosenFitter> fitters,
    Map<CodebookId, String> keys)
    implements Serializable {

  TensorRef tensor() {
    return segments.get(0).tensor();
  }

  /**
   * A codebook as it is fitted: with a lambda where it has a target.
   *
   * @throws dev.tersor.jobs.plan.UnreachableException if that cannot be reached
   */
  CodebookId chosen(CodebookId id) {
    ChosenFitter chosen = fitters.get(id);
    return chosen == null ? id : chosen.of(id);
  }

  /** A codebook and what fitting it took. */
  record Timed(Codebook codebook, long nanos) implements Serializable {}
}
