package dev.tersor.jobs.fit;

import dev.tersor.core.prune.BlockGrid;
import dev.tersor.core.prune.Filters;
import dev.tersor.core.prune.Magnitude;
import dev.tersor.core.prune.NOfM;
import dev.tersor.core.prune.PruningMask;
import dev.tersor.core.quantize.CodebookFitter;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.quantize.ErrorMeasure;
import dev.tersor.core.quantize.Points;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.config.BitWidth;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.plan.Cell;
import dev.tersor.jobs.plan.CodebookId;
import dev.tersor.jobs.plan.Unit;
import java.util.HashMap;
import java.util.Map;

/** The weights of a unit, pruned, and quantised by one codebook after the other. */
public final class Quantised {
  private final Unit unit;
  private final SegmentWeights reader;
  private final PruningMask mask;
  private final float[] pruned;
  private final long seed;
  private final Map<CodebookId, Codebook> codebooks = new HashMap<>();
  private final Map<CodebookId, Long> nanos = new HashMap<>();

  /**
   * @param weights of the unit's segment; not changed
   * @param seed for codebooks that draw
   */
  public Quantised(Unit unit, SegmentWeights reader, float[] weights, long seed) {
    this.unit = unit;
    this.reader = reader;
    float[] deciding = reader.deciding(unit.segment(), unit.pruning(), weights);
    this.mask =
        unit.mask() != null
            ? unit.mask()
            : mask(deciding, unit.segment().segment().shape(), unit.pruning());
    this.pruned = mask == null ? weights : mask.apply(weights, deciding);
    this.seed = seed;
    this.codebooks.putAll(unit.codebooks());
  }

  /**
   * The mask, and the codebooks that codes were asked of. Not those with a step for each row or
   * group: they are large and quickly fitted again.
   */
  public UnitFit fit() {
    Map<CodebookId, Codebook> shared = new HashMap<>(codebooks);
    shared.keySet().removeIf(id -> !id.isShared());
    return new UnitFit(unit.segment(), unit.pruning(), mask, shared);
  }

  /**
   * Fits all codebooks of the unit that share one sorted copy of the weights, so that it need not
   * be kept while codes are encoded. One that cannot be fitted is tried again by {@link #codes},
   * which then says why.
   */
  public void fitShared() {
    Points points = null;
    for (Cell cell : unit.cells()) {
      CodebookId id = cell.codebook();
      if (!isFitted(id) || codebooks.containsKey(id) || !id.isShared()) {
        continue;
      }
      long start = System.nanoTime();
      try {
        boolean byImportance = id.measure() == ErrorMeasure.SALIENCY;
        if (points == null && !byImportance) {
          points = Points.ofNonZero(pruned);
        }
        Points own = byImportance ? points(id) : points;
        codebooks.put(id, fitter(id).fit(own, id.bits(), seed));
        nanos.put(id, System.nanoTime() - start);
      } catch (RuntimeException | VirtualMachineError e) {
        points = null; // room for those that follow
      }
    }
  }

  private Points points(CodebookId id) {
    return id.measure() == ErrorMeasure.SALIENCY
        ? reader.calibration(unit.segment(), id).points(pruned)
        : Points.ofNonZero(pruned);
  }

  /** What {@link #fitShared} took for a codebook; the first has the sorting. */
  public long fitNanos(CodebookId id) {
    return nanos.getOrDefault(id, 0L);
  }

  private static boolean isFitted(CodebookId id) {
    return id.bits() != BitWidth.LOSSLESS.fixed() && !id.isOfFile();
  }

  private CodebookFitter fitter(CodebookId id) {
    return CodebookFitters.parse(unit.chosen(id).fitter());
  }

  /** The weights that are left, not quantised; not to be changed. */
  public float[] pruned() {
    return pruned;
  }

  /** The codes by a codebook: the one that was fitted over more than this segment, or its own. */
  public Codes codes(CodebookId id) {
    Shape shape = unit.segment().segment().shape();
    Codebook codebook = codebooks.computeIfAbsent(id, key -> fitted(shape, key));
    CodebookId chosen = unit.chosen(id);
    Codes codes =
        chosen.quantise(shape, pruned, reader.calibration(unit.segment(), chosen), codebook);
    if (id.isOfFile()) {
      checkExact(codes);
    }
    return codes;
  }

  /** Codes of a file stand for its very weights, and not for others close by. */
  private void checkExact(Codes codes) {
    float[] decoded = codes.dequantize();
    for (int i = 0; i < decoded.length; i++) {
      if (decoded[i] != pruned[i]) {
        throw new IllegalStateException(
            "weight %d is %s, and %s by the codebook of the file"
                .formatted(i, pruned[i], decoded[i]));
      }
    }
  }

  private Codebook fitted(Shape shape, CodebookId id) {
    if (id.isOfFile()) {
      return reader.codebook(unit.segment());
    }
    CodebookFitter fitter = fitter(id);
    if (!fitter.isShared()) {
      return fitter.fit(shape, pruned, id.bits(), seed);
    }
    return fitter.fit(points(id), id.bits(), seed);
  }

  /**
   * The weights of a tensor or segment with those pruned set to zero.
   *
   * @param deciding their saliency, or they themselves
   * @param mask the one that was decided over more than this segment, or null
   */
  public static float[] prune(
      float[] weights, float[] deciding, Shape shape, Pruning pruning, PruningMask mask) {
    PruningMask own = mask != null ? mask : mask(deciding, shape, pruning);
    return own == null ? weights : own.apply(weights, deciding);
  }

  /** The mask of a segment by itself; null where nothing is pruned. */
  private static PruningMask mask(float[] deciding, Shape shape, Pruning pruning) {
    return switch (pruning.scope()) {
      case ASIS -> null;
      case TENSOR, PAPER ->
          Magnitude.threshold(deciding, Magnitude.count(pruning.sparsity(), deciding.length));
      case FILTER ->
          Filters.least(Filters.norms(deciding, Math.toIntExact(shape.rows())), pruning.sparsity());
      case PATTERN ->
          new NOfM(
              pruning.size().first(), pruning.size().second(), Math.toIntExact(shape.rowLength()));
      case BLOCK -> {
        BlockGrid grid = BlockFit.grid(pruning, shape);
        yield grid.least(grid.sums(deciding, 0, 0, grid.columns()), pruning.sparsity());
      }
      case GLOBAL, LAYER, HEAD ->
          throw new IllegalStateException("no mask for " + pruning.label() + " of the model");
    };
  }
}
