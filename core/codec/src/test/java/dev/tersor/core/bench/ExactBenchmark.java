package dev.tersor.core.bench;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.exact.ChunkCodec;
import dev.tersor.core.exact.Effort;
import dev.tersor.core.symbol.ByteZstandard;
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
 * Chunks of floats stored as they are, near-normal ones; the score is bytes a second on one thread.
 * The peers are Zstandard at level 3 on the same bytes, and a memory copy.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(ExactBenchmark.BYTES)
public class ExactBenchmark {
  /** Two chunks of binary32, or four of bfloat16. */
  static final int BYTES = 1 << 21;

  /** Floats, and what they are stored as. */
  @State(Scope.Thread)
  public static class Input {
    @Param({"F32", "BF16"})
    String dtype;

    private final ChunkCodec codec = new ChunkCodec(Effort.FAST);
    private byte[] bytes;
    private byte[] decoded;
    private byte[][] stored;
    private byte[] frame;
    private int width;
    private int chunk;

    @Setup
    public void setUp() {
      SplittableRandom random = new SplittableRandom(1);
      width = dtype.equals("F32") ? 4 : 2;
      chunk = width << 18;
      bytes = new byte[BYTES];
      for (int at = 0; at < BYTES; at += width) {
        int bits = Float.floatToRawIntBits((float) (0.02 * random.nextGaussian()));
        if (width == 4) {
          LittleEndian.putInt(bytes, at, bits);
        } else {
          LittleEndian.putShort(bytes, at, (short) (bits >>> 16));
        }
      }
      decoded = new byte[BYTES];
      stored = encode();
      frame = ByteZstandard.encode(bytes, 0, BYTES, 3);
    }

    private byte[][] encode() {
      byte[][] chunks = new byte[BYTES / chunk][];
      for (int i = 0; i < chunks.length; i++) {
        chunks[i] = codec.encode(bytes, i * chunk, chunk, width, null);
      }
      return chunks;
    }
  }

  @Benchmark
  public byte[][] encode(Input input) {
    return input.encode();
  }

  @Benchmark
  public byte[] decode(Input input) {
    for (int i = 0; i < input.stored.length; i++) {
      input.codec.decode(input.stored[i], input.decoded, i * input.chunk, input.chunk, null);
    }
    return input.decoded;
  }

  @Benchmark
  public byte[] zstdEncode(Input input) {
    return ByteZstandard.encode(input.bytes, 0, BYTES, 3);
  }

  @Benchmark
  public byte[] zstdDecode(Input input) {
    ByteZstandard.decode(input.frame, input.decoded, BYTES);
    return input.decoded;
  }

  @Benchmark
  public byte[] copyBytes(Input input) {
    System.arraycopy(input.bytes, 0, input.decoded, 0, BYTES);
    return input.decoded;
  }
}
