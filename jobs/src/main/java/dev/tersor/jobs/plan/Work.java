package dev.tersor.jobs.plan;

import dev.tersor.jobs.config.Pruning;

/** A segment at one sparsity, as far as waves are cut by it. */
public interface Work {
  SegmentRef segment();

  Pruning pruning();

  /** Estimated nanoseconds on one core. */
  long cost();
}
