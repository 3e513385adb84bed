package dev.tersor.core.bench;

import dev.tersor.core.encode.Container;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.kernel.DenseMatrix;
import dev.tersor.core.kernel.Matrix;
import dev.tersor.core.kernel.MatrixReader;
import dev.tersor.core.kernel.Products;
import dev.tersor.core.quantize.Assignment;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.quantize.Points;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.SyntheticWeights;
import java.util.Arrays;
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
 * Convolutions of ResNet, 3 x 3, as products with the windows of their output positions: from
 * stored containers, whose rows are decoded as they are needed, beside dense fp32 weights.
 * Milliseconds. All three have as many multiply-accumulates.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@State(Scope.Benchmark)
public class ConvolutionBenchmark {
  /** filters:channels:output positions, of a layer that all its inputs reach. */
  @Param({"512:512:49", "256:256:196", "64:64:3136"})
  String layer;

  @Param({"4"})
  int bits;

  /** A recipe, or dense weights: multiplied here, or by OpenBLAS where it is installed. */
  @Param({
    "dense fp32",
    "openblas",
    "dense/packed",
    "ras-block/wavelet",
    "ras-block/wavelet-fast",
    "ras-block/wavelet-quad",
    "ras-block/wavelet-matrix",
    "ras-block/rans"
  })
  String form;

  private Matrix matrix;
  private float[] windows;
  private int batch;
  private float[] out;

  @Setup
  public void setUp() {
    int[] sizes = Arrays.stream(layer.split(":", -1)).mapToInt(Integer::parseInt).toArray();
    Shape shape = Shape.of(sizes[0], sizes[1], 3, 3);
    float[] weights = new SyntheticWeights(1, "conv", shape).draw(0, Math.toIntExact(shape.size()));
    Codebook codebook = CodebookFitters.ALL.get("linear").fit(Points.ofNonZero(weights), bits, 0);
    Codes codes = new Codes(shape, Assignment.codes(weights, codebook), codebook);
    Products products = Products.fastest();
    int rows = Math.toIntExact(shape.rows());
    int columns = Math.toIntExact(shape.rowLength());
    matrix =
        switch (form) {
          case "dense fp32" -> new DenseMatrix(products, codes.dequantize(), rows, columns);
          case "openblas" -> BlasMatrix.of(codes.dequantize(), rows, columns);
          default ->
              MatrixReader.fastest().read(Container.encode(codes, Recipe.parse(form)).container());
        };
    batch = products.padded(sizes[2]);
    windows = new float[matrix.columns() * batch];
    for (int i = 0; i < windows.length; i++) {
      windows[i] = i % 17 - 8;
    }
    out = new float[matrix.rows() * batch];
  }

  @Benchmark
  public float[] product() {
    matrix.multiply(windows, batch, out);
    return out;
  }
}
