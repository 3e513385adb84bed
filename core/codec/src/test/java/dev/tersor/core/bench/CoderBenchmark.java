package dev.tersor.core.bench;

import dev.tersor.core.symbol.Coded;
import dev.tersor.core.symbol.Place;
import dev.tersor.core.symbol.SymbolCoder;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Shape;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
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
 * Symbol coders on one stream of 2,359,296 symbols; the score is symbols a second. The peers are
 * zlib's Huffman coding of the same symbols as bytes, and a memory copy.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(Samples.WEIGHTS)
public class CoderBenchmark {
  /** Of a convolution of 512 filters. */
  private static final Place PLACE = Place.ofWeights(Shape.of(512, 512, 3, 3));

  /** 8-bit codes of near-normal weights, or 4-bit gaps of a mask that is 70 % zeros. */
  @State(Scope.Benchmark)
  public static class Input {
    @Param({"codes8", "gaps4"})
    String stream;

    Symbols symbols;
    byte[] bytes;
    byte[] deflated;

    @Setup
    public void setUp() {
      SplittableRandom random = new SplittableRandom(1);
      int[] values = new int[Samples.WEIGHTS];
      boolean codes = stream.equals("codes8");
      Arrays.setAll(values, i -> codes ? code(random) : gap(random));
      symbols = new Symbols(values, codes ? 8 : 4);
      bytes = new byte[values.length];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) values[i];
      }
      deflated = deflated(bytes);
    }

    private static int code(SplittableRandom random) {
      return (int) Math.max(-127, Math.min(127, random.nextGaussian() * 30)) & 0xFF;
    }

    private static int gap(SplittableRandom random) {
      int gap = 0;
      while (gap < 15 && random.nextDouble() < 0.7) {
        gap++;
      }
      return gap;
    }
  }

  /** A coder of {@link SymbolCoders} and what it makes of the stream. */
  @State(Scope.Benchmark)
  public static class Coder {
    @Param({"packed", "huffman", "rans", "tunstall", "cabac", "mix", "context", "zstd"})
    String coder;

    SymbolCoder symbolCoder;
    Coded coded;

    @Setup
    public void setUp(Input input) {
      symbolCoder = SymbolCoders.ALL.get(coder);
      coded = symbolCoder.encode(input.symbols, PLACE);
    }
  }

  @Benchmark
  public Coded encode(Input input, Coder coder) {
    return coder.symbolCoder.encode(input.symbols, PLACE);
  }

  @Benchmark
  public Symbols decode(Input input, Coder coder) {
    return coder.symbolCoder.decode(
        coder.coded, input.symbols.count(), input.symbols.width(), PLACE);
  }

  @Benchmark
  public int[] copySymbols(Input input) {
    return input.symbols.values().clone();
  }

  @Benchmark
  public byte[] copyBytes(Input input) {
    return input.bytes.clone();
  }

  @Benchmark
  public byte[] zlibEncode(Input input) {
    return deflated(input.bytes);
  }

  @Benchmark
  public byte[] zlibDecode(Input input) throws DataFormatException {
    Inflater inflater = new Inflater(true);
    try {
      byte[] bytes = new byte[input.bytes.length];
      inflater.setInput(input.deflated);
      if (inflater.inflate(bytes) != bytes.length) {
        throw new IllegalStateException("inflated to fewer bytes");
      }
      return bytes;
    } finally {
      inflater.end();
    }
  }

  private static byte[] deflated(byte[] bytes) {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    try {
      deflater.setStrategy(Deflater.HUFFMAN_ONLY);
      deflater.setInput(bytes);
      deflater.finish();
      byte[] out = new byte[bytes.length + bytes.length / 8 + 64];
      int size = 0;
      // A call that sets the strategy compresses nothing yet.
      while (!deflater.finished()) {
        size += deflater.deflate(out, size, out.length - size);
      }
      return Arrays.copyOf(out, size);
    } finally {
      deflater.end();
    }
  }
}
