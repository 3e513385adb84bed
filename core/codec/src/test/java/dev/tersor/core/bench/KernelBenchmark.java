package dev.tersor.core.bench;

import dev.tersor.core.kernel.CsrMatrix;
import dev.tersor.core.kernel.Products;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Fully connected layers of AlexNet and VGG-16, dense and pruned to the paper's densities, on one
 * input and on 64 (Deep Compression, Figure 14); milliseconds a product.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@State(Scope.Benchmark)
public class KernelBenchmark {
  /** rows x columns @ share that is kept. */
  @Param({
    "alexnet-fc6:4096:9216:0.09",
    "alexnet-fc7:4096:4096:0.09",
    "alexnet-fc8:1000:4096:0.25",
    "vgg16-fc6:4096:25088:0.04",
    "vgg16-fc7:4096:4096:0.04",
    "vgg16-fc8:1000:4096:0.23"
  })
  String layer;

  @Param({"1", "64"})
  int batch;

  @Param({"dense", "csr", "csr-codes"})
  String form;

  private final Products products = Products.fastest();
  private int rows;
  private int columns;
  private float[] dense;
  private CsrMatrix sparse;
  private float[] x;
  private float[] y;

  @Setup
  public void setUp() {
    String[] parts = layer.split(":", -1);
    rows = Integer.parseInt(parts[1]);
    columns = Integer.parseInt(parts[2]);
    double density = Double.parseDouble(parts[3]);
    SplittableRandom random = new SplittableRandom(1);
    float[] weights = new float[rows * columns];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = random.nextDouble() < density ? 1 + random.nextInt(31) : 0;
    }
    x = new float[columns * batch];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextDouble();
    }
    y = new float[rows * batch];
    if (form.equals("dense")) {
      dense = weights;
    } else {
      sparse = CsrMatrix.of(products, weights, rows, columns);
    }
    if (form.equals("csr-codes")) {
      byte[] codes = new byte[sparse.positions().length];
      float[] table = new float[32];
      for (int i = 0; i < codes.length; i++) {
        codes[i] = (byte) sparse.values()[i];
        table[codes[i]] = sparse.values()[i];
      }
      sparse = sparse.withCodes(codes, table);
    }
  }

  @Benchmark
  public float[] product() {
    if (dense != null) {
      products.dense(dense, rows, columns, x, batch, y, 0);
    } else {
      products.sparse(sparse, x, batch, y);
    }
    return y;
  }
}
