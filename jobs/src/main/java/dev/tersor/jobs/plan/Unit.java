package dev.tersor.jobs.plan;

import dev.tersor.core.prune.PruningMask;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.jobs.config.Pruning;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A unit of work: a segment at one sparsity. Its cells share the mask, so they are computed
 * together.
 *
 * @param weightsHash of all swept weights of the model, and of what decides beside them
 * @param mask what to prune, where it was fitted over more than this segment; null where the task
 *     fits it
 * @param codebooks those that were fitted over more than this segment
 * @param fitters of codebooks with targets: the same with the lambda that reaches it, or why none
 *     does
 * @param cells those that the results do not hold yet
 * @param cost estimated nanoseconds on one core
 */
public record Unit(
    SegmentRef segment,
    Pruning pruning,
    String weightsHash,
    PruningMask mask,
    Map<CodebookId, Codebook> codebooks,
    Map<CodebookId, ChosenFitter> fitters,
    List<Cell> cells,
    long cost)
    implements Work, Serializable {
  /**
   * A codebook as it is fitted: with a lambda where it has a target.
   *
   * @throws UnreachableException if that cannot be reached
   */
  public CodebookId chosen(CodebookId id) {
    ChosenFitter chosen = fitters.get(id);
    return chosen == null ? id : chosen.of(id);
  }

  /** The same with no other codebook than one: a task need carry none that it does not ask for. */
  public Unit withCodebook(CodebookId id) {
    Map<CodebookId, Codebook> own =
        codebooks.containsKey(id) ? Map.of(id, codebooks.get(id)) : Map.of();
    return new Unit(segment, pruning, weightsHash, mask, own, fitters, cells, cost);
  }

  /** The same with some of its cells. */
  public Unit of(Predicate<Cell> some) {
    List<Cell> left = cells.stream().filter(some).toList();
    return new Unit(segment, pruning, weightsHash, mask, codebooks, fitters, left, cost);
  }
}
