package dev.tersor.jobs.fit;

import dev.tersor.core.prune.PruningMask;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.plan.CodebookId;
import dev.tersor.jobs.plan.SegmentRef;
import java.io.Serializable;
import java.util.Map;

/**
 * What a task fitted to a segment at one sparsity, for those who need the same weights again.
 *
 * @param mask null where nothing is pruned
 */
public record UnitFit(
    SegmentRef segment, Pruning pruning, PruningMask mask, Map<CodebookId, Codebook> codebooks)
    implements Serializable {}
