package dev.tersor.jobs.run;

import dev.tersor.core.prune.Magnitude;
import dev.tersor.core.prune.Threshold;
import dev.tersor.core.quantize.Assignment;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.quantize.Points;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.jobs.config.Measures;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.config.SweepSettings;
import dev.tersor.jobs.plan.Cell;
import dev.tersor.jobs.plan.CodebookId;
import dev.tersor.jobs.plan.Unit;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Computes the cells of a unit: prune, quantise, split, encode, decode and compare. A cell that
 * fails becomes a row with its error, and the others go on.
 */
final class UnitTask implements Serializable {
  private static final long serialVersionUID = 1L;

  private final SegmentWeights reader;
  private final String run;
  private final long seed;
  private final List<String> keep;
  private final Measures measures;

  UnitTask(SegmentWeights reader, String run, SweepSettings settings) {
    this.reader = reader;
    this.run = run;
    this.seed = settings.seed();
    this.keep = settings.keep();
    this.measures = settings.measures();
  }

  UnitResult compute(Unit unit) {
    UnitResult result = new UnitResult();
    CellRows rows = new CellRows(unit, run);
    float[] weights;
    float[] pruned;
    try {
      weights = reader.of(unit.segment());
      pruned = prune(weights, unit.pruning(), unit.threshold());
    } catch (RuntimeException | OutOfMemoryError e) {
      for (Cell cell : unit.cells()) {
        result.cells().add(rows.failed(cell, e));
      }
      return result;
    }
    Map<CodebookId, List<Cell>> byCodebook = new LinkedHashMap<>();
    for (Cell cell : unit.cells()) {
      byCodebook
          .computeIfAbsent(new CodebookId(cell.bits(), cell.codebook()), id -> new ArrayList<>())
          .add(cell);
    }
    Points[] points = new Points[1];
    byCodebook.forEach(
        (id, cells) -> {
          try {
            Codebook codebook = unit.codebooks().get(id);
            if (codebook == null) {
              if (points[0] == null) {
                points[0] = Points.ofNonZero(pruned);
              }
              codebook = CodebookFitters.ALL.get(id.fitter()).fit(points[0], id.bits(), seed);
            }
            Codes codes =
                new Codes(
                    unit.segment().segment().shape(), Assignment.codes(pruned, codebook), codebook);
            new CodesTask(codes, weights, rows, keep, measures).compute(cells, result);
          } catch (RuntimeException | OutOfMemoryError e) {
            for (Cell cell : cells) {
              result.cells().add(rows.failed(cell, e));
            }
          }
        });
    return result;
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
