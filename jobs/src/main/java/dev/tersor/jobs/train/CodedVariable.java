package dev.tersor.jobs.train;

import dev.tersor.core.tensor.Codebook;

/** Weights that are codes of a codebook while they are trained. */
sealed interface CodedVariable extends Variable
    permits SharedVariable, RatedVariable, StraightThroughVariable {
  /** The codebook as it is now. */
  Codebook codebook();

  /** A code for each weight, as they are now. */
  byte[] codes();
}
