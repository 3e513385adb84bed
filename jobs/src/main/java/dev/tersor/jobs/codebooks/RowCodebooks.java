package dev.tersor.jobs.codebooks;

import dev.tersor.core.quantize.Assignment;
import dev.tersor.core.quantize.CodebookFitter;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.quantize.Points;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Segment;
import dev.tersor.jobs.codebooks.CodebookUnit.Timed;
import dev.tersor.jobs.fit.SegmentWeights;
import dev.tersor.jobs.plan.CodebookId;
import dev.tersor.jobs.plan.SegmentRef;
import java.util.Arrays;

/** Codebooks with a step for each row of a tensor, and the least error that rows can have. */
final class RowCodebooks {
  private final SegmentWeights reader;
  private final CodebookUnit unit;

  RowCodebooks(SegmentWeights reader, CodebookUnit unit) {
    this.reader = reader;
    this.unit = unit;
  }

  /**
   * The steps of all rows, fitted segment by segment, each the fastest of some runs.
   *
   * @throws IllegalArgumentException if a row is cut into several segments
   */
  Timed fit(CodebookId id, long seed, int runs) {
    CodebookFitter fitter = CodebookFitters.ALL.get(id.fitter());
    float[] steps = new float[Math.toIntExact(unit.tensor().shape().rows())];
    long nanos = 0;
    for (int i = 0; i < unit.segments().size(); i++) {
      SegmentRef ref = unit.segments().get(i);
      checkRows(ref);
      float[] survivors = survivors(i);
      long least = Long.MAX_VALUE;
      Codebook codebook = null;
      for (int run = 0; run < runs; run++) {
        long start = System.nanoTime();
        codebook = fitter.fit(ref.segment().shape(), survivors, id.bits(), seed);
        least = Math.min(least, System.nanoTime() - start);
      }
      for (int row = 0; row < codebook.rows(); row++) {
        steps[ref.firstRow() + row] = codebook.step(row);
      }
      nanos += least;
    }
    return new Timed(Codebook.channels(id.bits(), steps), nanos);
  }

  private static void checkRows(SegmentRef ref) {
    if (ref.tensor().shape().rowLength() > Segment.MAX_WEIGHTS) {
      throw new IllegalArgumentException(
          "rows of %d weights are cut, and not compared; at most %d"
              .formatted(ref.tensor().shape().rowLength(), Segment.MAX_WEIGHTS));
    }
  }

  /** Squared error of the optimal codebook of each row by itself, summed. */
  double optimum(int bits) {
    CodebookFitter exact = CodebookFitters.ALL.get(CodebookTask.OPTIMUM);
    double error = 0;
    for (int i = 0; i < unit.segments().size(); i++) {
      float[] survivors = survivors(i);
      int length = Math.toIntExact(unit.tensor().shape().rowLength());
      for (int from = 0; from < survivors.length; from += length) {
        float[] row = Arrays.copyOfRange(survivors, from, from + length);
        Codebook codebook = exact.fit(Points.ofNonZero(row), bits, 0);
        byte[] codes = Assignment.codes(row, codebook);
        for (int j = 0; j < length; j++) {
          double difference = (double) row[j] - codebook.value(codes[j] & 0xFF);
          error += difference * difference;
        }
      }
    }
    return error;
  }

  private float[] survivors(int segment) {
    return reader.pruned(unit.segments().get(segment), unit.pruning(), unit.masks().get(segment));
  }
}
