package dev.tersor.core.bench;

import dev.tersor.core.quantize.Assignment;
import dev.tersor.core.quantize.CodebookFitter;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.quantize.Points;
import dev.tersor.core.tensor.Codebook;
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

/** Codebooks of a layer of which half is pruned; the score is weights of the layer a second. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(Samples.WEIGHTS)
public class KMeansBenchmark {
  /** The pruned layer and its sorted survivors. */
  @State(Scope.Benchmark)
  public static class Layer {
    float[] pruned;
    Points points;

    @Setup
    public void setUp() {
      pruned = Samples.pruned(0.5);
      points = Points.ofNonZero(pruned);
    }
  }

  /** A fitter of {@link CodebookFitters}. */
  @State(Scope.Benchmark)
  public static class Fitter {
    @Param({"uniform", "linear", "density", "random", "kmeans++", "near-exact", "exact"})
    String codebook;

    @Param({"4", "8"})
    int bits;

    CodebookFitter fitter;

    @Setup
    public void setUp() {
      fitter = CodebookFitters.ALL.get(codebook);
    }
  }

  /** A fitted codebook of each width. */
  @State(Scope.Benchmark)
  public static class Fitted {
    @Param({"4", "8"})
    int bits;

    Codebook uniform;
    Codebook table;
    float[] centroids;

    @Setup
    public void setUp(Layer layer) {
      uniform = CodebookFitters.ALL.get("uniform").fit(layer.points, bits, 0);
      table = CodebookFitters.ALL.get("density").fit(layer.points, bits, 0);
      centroids = new float[(1 << bits) - 1];
      for (int c = 0; c < centroids.length; c++) {
        centroids[c] = table.value(0, 0, c + 1);
      }
    }
  }

  /** Sorting and prefix sums, once a tensor. */
  @Benchmark
  public Points points(Layer layer) {
    return Points.ofNonZero(layer.pruned);
  }

  @Benchmark
  public Codebook fit(Layer layer, Fitter fitter) {
    return fitter.fitter.fit(layer.points, fitter.bits, 1);
  }

  @Benchmark
  public byte[] assignUniform(Layer layer, Fitted fitted) {
    return Assignment.codes(layer.pruned, fitted.uniform);
  }

  @Benchmark
  public byte[] assignTable(Layer layer, Fitted fitted) {
    return Assignment.codes(layer.pruned, fitted.table);
  }

  /** One step of Lloyd's iteration as it is usually written, over unsorted weights. */
  @Benchmark
  public float[] oneNaiveLloydStep(Layer layer, Fitted fitted) {
    float[] centroids = fitted.centroids;
    double[] sums = new double[centroids.length];
    int[] counts = new int[centroids.length];
    for (float weight : layer.pruned) {
      if (weight != 0) {
        int nearest = 0;
        float least = Float.POSITIVE_INFINITY;
        for (int c = 0; c < centroids.length; c++) {
          float distance = Math.abs(weight - centroids[c]);
          if (distance < least) {
            least = distance;
            nearest = c;
          }
        }
        sums[nearest] += weight;
        counts[nearest]++;
      }
    }
    float[] means = centroids.clone();
    for (int c = 0; c < means.length; c++) {
      means[c] = counts[c] > 0 ? (float) (sums[c] / counts[c]) : means[c];
    }
    return means;
  }
}
