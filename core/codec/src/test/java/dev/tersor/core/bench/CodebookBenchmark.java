package dev.tersor.core.bench;

import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.quantize.Points;
import dev.tersor.core.tensor.Codebook;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A codebook from the weights of a layer: sorting, prefix sums and fitting, milliseconds. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@State(Scope.Benchmark)
public class CodebookBenchmark {
  @Param({"linear", "density", "random", "kmeans++", "near-exact", "exact"})
  String codebook;

  @Param({"4", "5", "6", "8"})
  int bits;

  @Param({"0", "0.5"})
  double sparsity;

  float[] weights;

  @Setup
  public void setUp() {
    weights = Samples.pruned(sparsity);
  }

  @Benchmark
  public Codebook fit() {
    return CodebookFitters.ALL.get(codebook).fit(Points.ofNonZero(weights), bits, 1);
  }
}
