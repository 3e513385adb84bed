package dev.tersor.core.bench;

import dev.tersor.core.bits.BitVector;
import dev.tersor.core.bits.BitVectorForm;
import it.unimi.dsi.sux4j.bits.Rank9;
import it.unimi.dsi.sux4j.bits.SimpleSelect;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Rank and select at random places of 9,437,184 random bits, beside Sux4J; the score is nanoseconds
 * a query.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BitVectorBenchmark {
  private static final int BITS = 4 * Samples.WEIGHTS;
  private static final int QUERIES = 1 << 14;

  /** The bits and what is asked. */
  @State(Scope.Benchmark)
  public static class Input {
    final long[] words = new long[BITS / 64];
    final int[] places = new int[QUERIES];
    final int[] occurrences = new int[QUERIES];

    @Setup
    public void setUp() {
      SplittableRandom random = new SplittableRandom(2);
      int ones = 0;
      for (int i = 0; i < words.length; i++) {
        words[i] = random.nextLong();
        ones += Long.bitCount(words[i]);
      }
      for (int i = 0; i < QUERIES; i++) {
        places[i] = random.nextInt(BITS);
        occurrences[i] = random.nextInt(ones);
      }
    }
  }

  /** A form of them. */
  @State(Scope.Benchmark)
  public static class Vector {
    @Param({"BLOCKS", "SPARSE", "RRR15", "RRR63"})
    BitVectorForm form;

    BitVector bits;

    @Setup
    public void setUp(Input input) {
      byte[] stored = form.store(input.words, BITS);
      bits = form.open(stored, 0, stored.length, BITS);
    }
  }

  /** Sux4J's. */
  @State(Scope.Benchmark)
  public static class Sux {
    Rank9 rank9;
    SimpleSelect simpleSelect;

    @Setup
    public void setUp(Input input) {
      rank9 = new Rank9(input.words, BITS);
      simpleSelect = new SimpleSelect(input.words, BITS);
    }
  }

  @Benchmark
  @OperationsPerInvocation(QUERIES)
  public long rank(Input input, Vector vector) {
    long sum = 0;
    for (int place : input.places) {
      sum += vector.bits.rank1(place);
    }
    return sum;
  }

  @Benchmark
  @OperationsPerInvocation(QUERIES)
  public long select(Input input, Vector vector) {
    long sum = 0;
    for (int k : input.occurrences) {
      sum += vector.bits.select1(k);
    }
    return sum;
  }

  @Benchmark
  @OperationsPerInvocation(QUERIES)
  public long rank9(Input input, Sux sux) {
    long sum = 0;
    for (int place : input.places) {
      sum += sux.rank9.rank(place);
    }
    return sum;
  }

  @Benchmark
  @OperationsPerInvocation(QUERIES)
  public long simpleSelect(Input input, Sux sux) {
    long sum = 0;
    for (int k : input.occurrences) {
      sum += sux.simpleSelect.select(k);
    }
    return sum;
  }
}
