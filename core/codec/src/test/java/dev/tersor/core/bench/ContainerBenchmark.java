package dev.tersor.core.bench;

import dev.tersor.core.encode.Container;
import dev.tersor.core.encode.Encoded;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.tensor.Codes;
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
 * Whole containers to dense codes and back, checksums included, on one thread. A code takes a byte,
 * so that the score in thousands of millions is gigabytes of dense output a second; {@code copy} is
 * a memory copy of the same codes. Further recipes with {@code -p recipe=NAME}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(Samples.WEIGHTS)
public class ContainerBenchmark {
  /** A recipe and the layer in it. */
  @State(Scope.Benchmark)
  public static class Encoding {
    @Param({
      "dense/packed",
      "bitmap/packed",
      "csr/packed",
      "relative4/packed",
      "gap-best/packed",
      "rice/packed",
      "golomb/packed",
      "elias-fano/packed",
      "bitmap2/packed",
      "rrr15/packed",
      "rrr63/packed",
      "psr/packed",
      "dcsr/packed",
      "dcsr-absolute/packed",
      "groupwise/packed",
      "hybrid/packed",
      "hybrid(remainder=bitmap)/packed",
      "groupwise-best/packed",
      "bitmap/huffman",
      "hybrid/huffman",
      "gap-best/huffman"
    })
    String recipe;

    Recipe parsed;
    byte[] container;

    @Setup
    public void setUp(SparseLayer layer) {
      parsed = Recipe.parse(recipe);
      container = Container.encode(layer.codes, parsed).container();
    }
  }

  @Benchmark
  public Codes decode(Encoding encoding) {
    return Container.decode(encoding.container);
  }

  @Benchmark
  public Encoded encode(SparseLayer layer, Encoding encoding) {
    return Container.encode(layer.fresh(), encoding.parsed);
  }

  @Benchmark
  public byte[] copy(SparseLayer layer) {
    return layer.codes.codes().clone();
  }
}
