package dev.tersor.jobs.sweep;

import dev.tersor.core.encode.Content;
import dev.tersor.core.index.SharedWork;
import dev.tersor.core.tensor.FloatFormat;
import dev.tersor.core.tensor.Floats;
import dev.tersor.jobs.config.BitWidth;
import dev.tersor.jobs.config.Measures;
import dev.tersor.jobs.config.SweepSettings;
import dev.tersor.jobs.fit.Quantised;
import dev.tersor.jobs.fit.SegmentWeights;
import dev.tersor.jobs.plan.Cell;
import dev.tersor.jobs.plan.CodebookId;
import dev.tersor.jobs.plan.Unit;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

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
    this.seed = settings.grid().seed();
    this.keep = settings.run().keep();
    this.measures = settings.grid().measures();
  }

  UnitResult compute(Unit unit) {
    long started = System.nanoTime();
    UnitResult result = new UnitResult();
    CellRows rows = new CellRows(unit, run);
    float[] weights;
    Quantised quantised;
    long pruneNanos;
    try {
      weights = reader.of(unit.segment());
      quantised = new Quantised(unit, reader, weights, seed);
      pruneNanos = System.nanoTime() - started;
      quantised.fitShared();
    } catch (RuntimeException | VirtualMachineError | LinkageError e) {
      for (Cell cell : unit.cells()) {
        result.cells().add(rows.failed(cell, e));
      }
      return result;
    }
    Map<CodebookId, List<Cell>> byCodebook = new LinkedHashMap<>();
    for (Cell cell : unit.cells()) {
      byCodebook.computeIfAbsent(cell.codebook(), id -> new ArrayList<>()).add(cell);
    }
    SharedWork masks = new SharedWork();
    byCodebook.forEach(
        (id, cells) -> {
          try {
            long start = System.nanoTime();
            Content content = content(unit, quantised, id);
            rows.prepared(pruneNanos, quantised.fitNanos(id) + System.nanoTime() - start);
            SharedWork work = masks.ofOtherCodes();
            work.meet(content.codes());
            ProductTimes products =
                measures.products()
                    ? new ProductTimes(
                        content.weights(),
                        content.shape(),
                        unit.segment().tensor().positions(),
                        new Stopwatch(measures.timingRuns()))
                    : null;
            new CodesTask(content, work, weights, rows, keep, measures, products)
                .compute(cells, result);
          } catch (RuntimeException | VirtualMachineError | LinkageError e) {
            for (Cell cell : cells) {
              result.cells().add(rows.failed(cell, e));
            }
          }
        });
    result.fits().add(quantised.fit());
    long nanos = System.nanoTime() - started;
    Set<String> stored =
        result.compressed().stream()
            .map(row -> row.<String>getAs("key"))
            .collect(Collectors.toSet());
    result.cells().replaceAll(row -> CellRows.ofUnit(row, nanos, stored));
    return result;
  }

  private static Content content(Unit unit, Quantised quantised, CodebookId id) {
    if (id.bits() != BitWidth.LOSSLESS.fixed()) {
      return Content.of(quantised.codes(id));
    }
    FloatFormat format = unit.segment().tensor().format();
    return Content.of(Floats.of(unit.segment().segment().shape(), format, quantised.pruned()));
  }
}
