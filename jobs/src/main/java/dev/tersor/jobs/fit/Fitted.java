package dev.tersor.jobs.fit;

import dev.tersor.core.prune.PruningMask;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.plan.ChosenFitter;
import dev.tersor.jobs.plan.CodebookId;
import dev.tersor.jobs.plan.Grid;
import dev.tersor.jobs.plan.SegmentRef;
import dev.tersor.jobs.plan.Unit;
import java.util.HashMap;
import java.util.Map;

/**
 * Masks and codebooks that were fitted over more weights than a task holds. What is not here, a
 * task fits by itself.
 */
public final class Fitted {
  private final Map<String, PruningMask> masks = new HashMap<>();
  private final Map<String, Map<CodebookId, Codebook>> codebooks = new HashMap<>();

  private final Map<String, Map<CodebookId, ChosenFitter>> fitters = new HashMap<>();

  private final Map<String, Long> nanos = new HashMap<>();

  private static String key(String id, Pruning pruning) {
    return id + " " + pruning.label();
  }

  /** The mask of a segment; null where its task finds it. */
  public PruningMask mask(SegmentRef ref, Pruning pruning) {
    return masks.get(key(ref.id(), pruning));
  }

  /**
   * A block as a task computes it.
   *
   * @param cost estimated nanoseconds on one core
   */
  public Unit unit(Grid.Block block, long cost) {
    SegmentRef segment = block.segment();
    Pruning pruning = block.pruning();
    return new Unit(
        segment,
        pruning,
        block.weightsHash(),
        mask(segment, pruning),
        codebooks(segment, pruning),
        fitters(segment, pruning),
        block.cells(),
        cost);
  }

  /** Takes what a task fitted, for the evaluation of the same weights. */
  public void add(UnitFit fit) {
    if (fit.mask() != null) {
      put(fit.segment(), fit.pruning(), fit.mask());
    }
    put(fit.segment().id(), fit.pruning(), fit.codebooks());
  }

  /** The codebooks of a segment, its tensor, and its row, that were fitted. */
  public Map<CodebookId, Codebook> codebooks(SegmentRef ref, Pruning pruning) {
    Map<CodebookId, Codebook> own = new HashMap<>();
    own.putAll(codebooks.getOrDefault(key(ref.tensorId(), pruning), Map.of()));
    own.putAll(codebooks.getOrDefault(key(ref.rowId(), pruning), Map.of()));
    own.putAll(codebooks.getOrDefault(key(ref.id(), pruning), Map.of()));
    return own;
  }

  /** Of the codebooks of a tensor that have targets, what became of these. */
  public Map<CodebookId, ChosenFitter> fitters(SegmentRef ref, Pruning pruning) {
    return fitters.getOrDefault(key(ref.tensorId(), pruning), Map.of());
  }

  /**
   * @param id of a tensor, or of a row of one, whose codebooks have no targets
   */
  String fitter(String id, Pruning pruning, CodebookId codebook) {
    ChosenFitter chosen = fitters.getOrDefault(key(id, pruning), Map.of()).get(codebook);
    return chosen == null ? codebook.fitter() : chosen.of(codebook).fitter();
  }

  /** Whether a codebook of a tensor has a target that cannot be reached. */
  boolean isRefused(String tensorId, Pruning pruning, CodebookId id) {
    ChosenFitter chosen = fitters.getOrDefault(key(tensorId, pruning), Map.of()).get(id);
    return chosen != null && chosen.isRefused();
  }

  void put(String tensorId, Pruning pruning, CodebookId id, ChosenFitter fitter) {
    fitters.computeIfAbsent(key(tensorId, pruning), key -> new HashMap<>()).put(id, fitter);
  }

  /** What fitting a codebook on the driver took. */
  void took(String tensorId, Pruning pruning, CodebookId id, long fitNanos) {
    nanos.put(key(tensorId, pruning) + " " + id, fitNanos);
  }

  public long nanos(String tensorId, Pruning pruning, CodebookId id) {
    return nanos.getOrDefault(key(tensorId, pruning) + " " + id, 0L);
  }

  void put(SegmentRef ref, Pruning pruning, PruningMask mask) {
    masks.put(key(ref.id(), pruning), mask);
  }

  /**
   * @param id of a tensor, of a row or of a segment of one
   */
  void put(String id, Pruning pruning, Map<CodebookId, Codebook> fitted) {
    codebooks.computeIfAbsent(key(id, pruning), key -> new HashMap<>()).putAll(fitted);
  }
}
