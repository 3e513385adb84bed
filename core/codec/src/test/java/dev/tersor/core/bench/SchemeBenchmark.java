package dev.tersor.core.bench;

import dev.tersor.core.index.IndexScheme;
import dev.tersor.core.index.IndexSchemes;
import dev.tersor.core.index.Split;
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
 * Index schemes without any symbol coder; the score is weights of the dense tensor a second. Others
 * of {@link IndexSchemes} are measured with {@code -p scheme=NAME}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(Samples.WEIGHTS)
public class SchemeBenchmark {
  /** A scheme and what it makes of the layer. */
  @State(Scope.Benchmark)
  public static class Scheme {
    @Param({
      "dense",
      "bitmap",
      "csr",
      "csc",
      "csr16",
      "csr32",
      "relative4",
      "relative8",
      "gap4",
      "gap8",
      "psr",
      "gap-best",
      "rice",
      "golomb",
      "elias-fano",
      "bitmap2",
      "rrr15",
      "rrr63",
      "dcsr",
      "hybrid",
      "hybrid-bitmap"
    })
    String scheme;

    IndexScheme index;
    Split split;

    @Setup
    public void setUp(SparseLayer layer) {
      index = IndexSchemes.ALL.get(scheme);
      split = index.split(layer.codes);
    }
  }

  /** Finding the non-zeros, which is done once a tensor for all schemes. */
  @Benchmark
  public int[] positions(SparseLayer layer) {
    return layer.fresh().nonZeroPositions();
  }

  @Benchmark
  public Split split(SparseLayer layer, Scheme scheme) {
    return scheme.index.split(layer.fresh());
  }

  @Benchmark
  public byte[] join(SparseLayer layer, Scheme scheme) {
    return scheme.index.join(layer.codes.shape(), layer.codes.bits(), scheme.split);
  }

  /** The bound of any scheme: writing the dense codes. */
  @Benchmark
  public byte[] copy(SparseLayer layer) {
    byte[] copy = new byte[Samples.WEIGHTS];
    System.arraycopy(layer.codes.codes(), 0, copy, 0, copy.length);
    return copy;
  }
}
