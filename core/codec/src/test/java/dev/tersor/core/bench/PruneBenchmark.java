package dev.tersor.core.bench;

import dev.tersor.core.prune.Magnitude;
import dev.tersor.core.prune.Threshold;
import java.util.Arrays;
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

/** Magnitude pruning to an exact count; the score is weights a second. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(Samples.WEIGHTS)
public class PruneBenchmark {
  @Param({"0.5", "0.95"})
  double sparsity;

  private float[] weights;
  private long prune;
  private Threshold threshold;

  @Setup
  public void setUp() {
    weights = Samples.weights();
    prune = Magnitude.count(sparsity, weights.length);
    threshold = Magnitude.threshold(weights, prune);
  }

  @Benchmark
  public Threshold threshold() {
    return Magnitude.threshold(weights, prune);
  }

  @Benchmark
  public float[] apply() {
    return threshold.apply(weights);
  }

  @Benchmark
  public float[] thresholdAndApply() {
    return Magnitude.threshold(weights, prune).apply(weights);
  }

  /** The plain way: sort the magnitudes, then compare. Prunes every tie. */
  @Benchmark
  public float[] bySorting() {
    float[] magnitudes = new float[weights.length];
    for (int i = 0; i < weights.length; i++) {
      magnitudes[i] = Math.abs(weights[i]);
    }
    Arrays.sort(magnitudes);
    float limit = magnitudes[(int) prune - 1];
    float[] kept = new float[weights.length];
    for (int i = 0; i < weights.length; i++) {
      kept[i] = Math.abs(weights[i]) > limit ? weights[i] : 0;
    }
    return kept;
  }
}
