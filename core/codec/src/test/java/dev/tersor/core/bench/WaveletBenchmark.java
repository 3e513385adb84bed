package dev.tersor.core.bench;

import dev.tersor.core.bits.BitVectorForm;
import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.PackedInts;
import dev.tersor.core.wavelet.Shape;
import dev.tersor.core.wavelet.WaveletTree;
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
 * Wavelet trees of 2,359,296 symbols of 4 bits, normally distributed and quantised, at random
 * places, beside a plain packed array; the score is nanoseconds a symbol or query. Blocks are 256
 * symbols from a multiple of 256.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WaveletBenchmark {
  private static final int BLOCK = 256;
  private static final int QUERIES = 1 << 14;
  private static final int BITS = 4;

  /** The symbols, and where they are asked for. */
  @State(Scope.Benchmark)
  public static class Input {
    final byte[] symbols = new byte[Samples.WEIGHTS];
    final int[] places = new int[QUERIES];
    final int[] asked = new int[QUERIES];
    final int[] occurrences = new int[QUERIES];
    byte[] packed;

    @Setup
    public void setUp() {
      SplittableRandom random = new SplittableRandom(1);
      int[] values = new int[symbols.length];
      int[] counts = new int[1 << BITS];
      for (int i = 0; i < symbols.length; i++) {
        values[i] = (int) Math.max(-7, Math.min(7, Math.round(random.nextGaussian() * 2.8))) & 15;
        symbols[i] = (byte) values[i];
        counts[values[i]]++;
      }
      packed = PackedInts.pack(values, BITS);
      for (int i = 0; i < QUERIES; i++) {
        places[i] = random.nextInt(symbols.length);
        asked[i] = symbols[random.nextInt(symbols.length)];
        occurrences[i] = random.nextInt(counts[asked[i]]);
      }
    }
  }

  /** A tree of them. */
  @State(Scope.Benchmark)
  public static class Tree {
    @Param({
      "HUFFMAN-SPARSE",
      "HUFFMAN-BLOCKS",
      "BALANCED-BLOCKS",
      "MATRIX-BLOCKS",
      "QUAD-BLOCKS",
      "MATRIX-RRR63"
    })
    String tree;

    Shape shape;
    BitVectorForm form;
    WaveletTree wavelet;
    byte[] bytes;
    final byte[] out = new byte[BLOCK];

    @Setup
    public void setUp(Input input) {
      String[] parts = tree.split("-", -1);
      shape = Shape.valueOf(parts[0]);
      form = BitVectorForm.valueOf(parts[1]);
      wavelet = WaveletTree.of(input.symbols, BITS, shape, form);
      bytes = wavelet.toBytes();
    }
  }

  @Benchmark
  @OperationsPerInvocation(QUERIES)
  public int access(Input input, Tree tree) {
    int sum = 0;
    for (int place : input.places) {
      sum += tree.wavelet.access(place);
    }
    return sum;
  }

  /** Where each place follows from the symbol before, as in a chain of queries. */
  @Benchmark
  @OperationsPerInvocation(QUERIES)
  public int accessChained(Input input, Tree tree) {
    int last = 0;
    for (int place : input.places) {
      last = tree.wavelet.access(Math.max(0, place - last));
    }
    return last;
  }

  @Benchmark
  @OperationsPerInvocation(QUERIES)
  public int rank(Input input, Tree tree) {
    int sum = 0;
    for (int i = 0; i < QUERIES; i++) {
      sum += tree.wavelet.rank(input.asked[i], input.places[i]);
    }
    return sum;
  }

  @Benchmark
  @OperationsPerInvocation(QUERIES)
  public int select(Input input, Tree tree) {
    int sum = 0;
    for (int i = 0; i < QUERIES; i++) {
      sum += tree.wavelet.select(input.asked[i], input.occurrences[i]);
    }
    return sum;
  }

  @Benchmark
  @OperationsPerInvocation(QUERIES / 16 * BLOCK)
  public int decodeBlocks(Input input, Tree tree) {
    int sum = 0;
    for (int i = 0; i < QUERIES; i += 16) {
      int from = input.places[i] & -BLOCK;
      tree.wavelet.decode(from, from + BLOCK, tree.out, 0);
      sum += tree.out[i & (BLOCK - 1)];
    }
    return sum;
  }

  @Benchmark
  @OperationsPerInvocation(Samples.WEIGHTS)
  public byte[] decodeAll(Tree tree) {
    byte[] out = new byte[Samples.WEIGHTS];
    tree.wavelet.decode(0, out.length, out, 0);
    return out;
  }

  @Benchmark
  @OperationsPerInvocation(Samples.WEIGHTS)
  public WaveletTree construct(Input input, Tree tree) {
    return WaveletTree.of(input.symbols, BITS, tree.shape, tree.form);
  }

  /** Checks the stored bytes; a symbol is a thousandth of a nanosecond or so. */
  @Benchmark
  @OperationsPerInvocation(Samples.WEIGHTS)
  public WaveletTree open(Tree tree) {
    return WaveletTree.open(tree.bytes);
  }

  @Benchmark
  @OperationsPerInvocation(QUERIES)
  public int packedAccess(Input input) {
    int sum = 0;
    for (int place : input.places) {
      sum += (input.packed[place >>> 1] >>> ((place & 1) * BITS)) & 15;
    }
    return sum;
  }

  @Benchmark
  @OperationsPerInvocation(QUERIES / 16 * BLOCK)
  public int packedDecodeBlocks(Input input, Tree tree) {
    int sum = 0;
    for (int i = 0; i < QUERIES; i += 16) {
      int from = (input.places[i] & -BLOCK) * BITS / 8;
      for (int k = 0; k < BLOCK; k += 8) {
        long spread = LittleEndian.getInt(input.packed, from + k / 2) & 0xFFFFFFFFL;
        spread = (spread | spread << 16) & 0x0000FFFF0000FFFFL;
        spread = (spread | spread << 8) & 0x00FF00FF00FF00FFL;
        LittleEndian.putLong(tree.out, k, (spread | spread << 4) & 0x0F0F0F0F0F0F0F0FL);
      }
      sum += tree.out[i & (BLOCK - 1)];
    }
    return sum;
  }
}
