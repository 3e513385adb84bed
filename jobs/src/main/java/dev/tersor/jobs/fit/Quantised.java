package dev.tersor.jobs.fit;

import dev.tersor.core.prune.Filters;
import dev.tersor.core.prune.Magnitude;
import dev.tersor.core.prune.PruningMask;
import dev.tersor.core.quantize.Assignment;
import dev.tersor.core.quantize.CodebookFitter;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.quantize.Points;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.plan.CodebookId;
import dev.tersor.jobs.plan.Unit;

/** The weights of a unit, pruned, and quantised by one codebook after the other. */
public final class Quantised {
  private final Unit unit;
  private final float[] pruned;
  private final long seed;
  private Points points;

  /**
   * @param weights of the unit's segment; not changed
   * @param seed for codebooks that draw
   */
  public Quantised(Unit unit, SegmentWeights reader, float[] weights, long seed) {
    this.unit = unit;
    this.pruned = reader.pruned(unit.segment(), unit.pruning(), unit.mask(), weights);
    this.seed = seed;
  }

  /** The weights that are left, not quantised; not to be changed. */
  public float[] pruned() {
    return pruned;
  }

  /** The codes by a codebook: the one that was fitted over more than this segment, or its own. */
  public Codes codes(CodebookId id) {
    Shape shape = unit.segment().segment().shape();
    Codebook codebook = unit.codebooks().get(id);
    if (codebook == null) {
      CodebookFitter fitter = CodebookFitters.parse(id.fitter());
      if (points == null && fitter.isShared()) {
        points = Points.ofNonZero(pruned);
      }
      codebook =
          fitter.isShared()
              ? fitter.fit(points, id.bits(), seed)
              : fitter.fit(shape, pruned, id.bits(), seed);
    }
    return new Codes(shape, Assignment.codes(pruned, codebook), codebook);
  }

  /**
   * The weights of a tensor or segment with those pruned set to zero.
   *
   * @param deciding their saliency, or they themselves
   * @param mask the one that was decided over more than this segment, or null
   */
  public static float[] prune(
      float[] weights, float[] deciding, Shape shape, Pruning pruning, PruningMask mask) {
    if (mask != null) {
      return mask.apply(weights, deciding);
    }
    return switch (pruning.scope()) {
      case ASIS -> weights;
      case TENSOR, PAPER ->
          Magnitude.threshold(deciding, Magnitude.count(pruning.sparsity(), deciding.length))
              .apply(weights, deciding);
      case FILTER -> {
        int rows = Math.toIntExact(shape.rows());
        yield Filters.least(Filters.norms(deciding, rows), pruning.sparsity())
            .apply(weights, deciding);
      }
      case GLOBAL, LAYER ->
          throw new IllegalStateException("no mask for " + pruning.label() + " of the model");
    };
  }
}
