package dev.tersor.jobs.run;

import dev.tersor.core.prune.Magnitude;
import dev.tersor.core.prune.Threshold;
import dev.tersor.core.quantize.Assignment;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.quantize.Points;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.plan.CodebookId;
import dev.tersor.jobs.plan.Unit;

/** The weights of a unit, pruned, and quantised by one codebook after the other. */
final class Quantised {
  private final Unit unit;
  private final float[] pruned;
  private final long seed;
  private Points points;

  /**
   * @param weights of the unit's segment; not changed
   * @param seed for codebooks that draw
   */
  Quantised(Unit unit, float[] weights, long seed) {
    this.unit = unit;
    this.pruned = prune(weights, unit.pruning(), unit.threshold());
    this.seed = seed;
  }

  /** The weights that are left, not quantised; not to be changed. */
  float[] pruned() {
    return pruned;
  }

  /** The codes by a codebook: the one that was fitted over more than this segment, or its own. */
  Codes codes(CodebookId id) {
    Codebook codebook = unit.codebooks().get(id);
    if (codebook == null) {
      if (points == null) {
        points = Points.ofNonZero(pruned);
      }
      codebook = CodebookFitters.ALL.get(id.fitter()).fit(points, id.bits(), seed);
    }
    return new Codes(
        unit.segment().segment().shape(), Assignment.codes(pruned, codebook), codebook);
  }

  /**
   * @param threshold the one that was fitted over more than this segment, or null
   */
  static float[] prune(float[] weights, Pruning pruning, Threshold threshold) {
    if (threshold != null) {
      return threshold.apply(weights);
    }
    return pruning.scope() == Pruning.Scope.ASIS
        ? weights
        : Magnitude.threshold(weights, Magnitude.count(pruning.sparsity(), weights.length))
            .apply(weights);
  }
}
