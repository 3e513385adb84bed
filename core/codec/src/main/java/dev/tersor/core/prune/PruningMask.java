package dev.tersor.core.prune;

import java.io.Serializable;

/** What of a tensor, or of a segment of one, is pruned. */
public sealed interface PruningMask extends Serializable
    permits Threshold, PrunedRows, PrunedBlocks, NOfM {
  /**
   * A copy of the weights with the pruned ones set to zero.
   *
   * @param weights in row-major order; not changed
   * @param saliency of each weight, what the mask was decided by; the weights themselves where
   *     their magnitude decides
   */
  float[] apply(float[] weights, float[] saliency);
}
