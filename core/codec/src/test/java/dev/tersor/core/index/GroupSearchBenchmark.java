package dev.tersor.core.index;

import dev.tersor.core.bench.Samples;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The group search with the paper's parameters on one thread: milliseconds for a layer of 2,359,296
 * weights with words counted one and many at a time, and for small pieces of it with the literal
 * search, whose time grows with the square of the size.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class GroupSearchBenchmark {
  private static final GroupParameters PAPER = GroupParameters.PAPER;

  /** The non-zeros of a layer. */
  @State(Scope.Benchmark)
  public static class Layer {
    @Param({"0.3", "0.5", "0.7"})
    double sparsity;

    @Param({"scalar", "vector"})
    String words;

    int[] positions;

    @Setup
    public void setUp() {
      positions = Samples.codes(sparsity, 8).nonZeroPositions();
    }

    LaneCounts counts() {
      return words.equals("scalar") ? new ScalarLaneCounts() : LaneCounts.vectors();
    }
  }

  /** A mask of the same kind that the literal search ends on. */
  @State(Scope.Benchmark)
  public static class Piece {
    @Param({"0.3", "0.5", "0.7"})
    double sparsity;

    @Param({"4608", "9216", "18432"})
    int size;

    private byte[] codes;
    private long nanos;
    private int runs;

    @Setup
    public void setUp() {
      codes = Samples.codes(sparsity, 8).codes();
    }

    /** The estimate is printed beside the measured figure and says what it is. */
    @TearDown
    public void tearDown() {
      double factor = (double) Samples.WEIGHTS / size;
      System.out.printf(
          "%nliteral search, sparsity %.1f: %.3f s for %,d weights; for %,d weights %,.0f s,"
              + " EXTRAPOLATED with the square of the size, not measured%n",
          sparsity,
          nanos / 1e9 / runs,
          size,
          Samples.WEIGHTS,
          nanos / 1e9 / runs * factor * factor);
    }
  }

  @Benchmark
  public List<FoundGroups> search(Layer layer) {
    return new GroupSearch(layer.positions, Samples.WEIGHTS, layer.counts()).take(PAPER);
  }

  @Benchmark
  public int literal(Piece piece) {
    boolean[] mask = new boolean[piece.size];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = piece.codes[i] != 0;
    }
    long start = System.nanoTime();
    LiteralSearch search = new LiteralSearch(mask);
    int groups = 0;
    for (int lanes : PAPER.sizes()) {
      groups += search.take(lanes, PAPER.strides(), PAPER.least(lanes), PAPER.order()).size();
    }
    piece.nanos += System.nanoTime() - start;
    piece.runs++;
    return groups;
  }
}
