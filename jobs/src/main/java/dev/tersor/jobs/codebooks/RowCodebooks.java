package dev.tersor.jobs.codebooks;

import dev.tersor.core.quantize.Assignment;
import dev.tersor.core.quantize.CodebookFitter;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.quantize.Points;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.codebooks.CodebookUnit.Timed;
import dev.tersor.jobs.fit.SegmentWeights;
import dev.tersor.jobs.plan.CodebookId;
import dev.tersor.jobs.plan.SegmentRef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Codebooks of rows or groups of a tensor, and the least error that these can have. */
final class RowCodebooks {
  private final SegmentWeights reader;
  private final CodebookUnit unit;

  RowCodebooks(SegmentWeights reader, CodebookUnit unit) {
    this.reader = reader;
    this.unit = unit;
  }

  /**
   * The codebook of all of it, fitted segment by segment, each the fastest of some runs.
   *
   * @throws IllegalArgumentException if a row is cut into several segments
   */
  Timed fit(CodebookId id, long seed, int runs) {
    Shape shape = unit.tensor().shape();
    if (id.isFittedOverSegments(shape)) {
      throw new IllegalArgumentException(
          "rows of %d weights are cut, and not compared; at most %d"
              .formatted(shape.rowLength(), Segment.MAX_WEIGHTS));
    }
    CodebookFitter fitter = CodebookFitters.parse(id.fitter());
    List<Codebook> parts = new ArrayList<>();
    long nanos = 0;
    for (int i = 0; i < unit.segments().size(); i++) {
      SegmentRef ref = unit.segments().get(i);
      float[] survivors = survivors(i);
      long least = Long.MAX_VALUE;
      Codebook codebook = null;
      for (int run = 0; run < runs; run++) {
        long start = System.nanoTime();
        codebook = fitter.fit(ref.segment().shape(), survivors, id.bits(), seed);
        least = Math.min(least, System.nanoTime() - start);
      }
      parts.add(codebook);
      nanos += least;
    }
    return new Timed(Codebook.join(shape, parts), nanos);
  }

  /**
   * Squared error of the optimal codebook of each run by itself, summed.
   *
   * @param span weights of a run; the last one of a row may be shorter
   */
  double optimum(int bits, long span) {
    double error = 0;
    for (int i = 0; i < unit.segments().size(); i++) {
      float[] survivors = survivors(i);
      int length = Math.toIntExact(unit.segments().get(i).segment().shape().rowLength());
      for (int row = 0; row < survivors.length; row += length) {
        for (int from = row; from < row + length; from += (int) span) {
          int to = Math.min(from + (int) span, row + length);
          error += optimum(bits, Arrays.copyOfRange(survivors, from, to));
        }
      }
    }
    return error;
  }

  private static double optimum(int bits, float[] run) {
    Points points = Points.ofNonZero(run);
    Codebook codebook = CodebookFitters.ALL.get(CodebookTask.OPTIMUM).fit(points, bits, 0);
    Shape shape = Shape.of(run.length);
    float[] values = new Codes(shape, Assignment.codes(run, codebook), codebook).dequantize();
    double error = 0;
    for (int i = 0; i < run.length; i++) {
      double difference = (double) run[i] - values[i];
      error += difference * difference;
    }
    return error;
  }

  private float[] survivors(int segment) {
    return reader.pruned(unit.segments().get(segment), unit.pruning(), unit.masks().get(segment));
  }
}
