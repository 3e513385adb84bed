package dev.tersor.jobs.sweep;

import dev.tersor.core.kernel.DenseMatrix;
import dev.tersor.core.kernel.Matrix;
import dev.tersor.core.kernel.MatrixReader;
import dev.tersor.core.kernel.Products;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.plan.Cost;
import dev.tersor.jobs.table.RowBuilder;
import java.util.SplittableRandom;

/**
 * Times products of a segment as it is stored, and of its dense fp32 weights on the same vector
 * unit, with an input for each of the layer's output positions; and holds the outputs against each
 * other. A convolution is such a product: its windows are the inputs.
 */
final class ProductTimes {
  /** Numbers of inputs and outputs together at most: 32 MiB. */
  private static final int MOST_NUMBERS = 1 << 23;

  /**
   * How far outputs may lie apart, relative to the sum of their terms without signs: sums of the
   * same terms in another order, each rounded to 24 bits.
   */
  private static final double TOLERANCE = 1e-5;

  private static final Products PRODUCTS = Products.fastest();

  private final MatrixReader reader = MatrixReader.fastest();
  private final Stopwatch stopwatch;
  private final int rows;
  private final int columns;
  private final long positions;
  private final int inputs;
  private final int batch;
  private final float[] x;
  private final float[] y;
  private final float[] expected;
  private final float[] magnitudes;
  private final double denseNanos;

  /**
   * @param weights that are decoded
   * @param positions output positions of the layer
   */
  ProductTimes(float[] weights, Shape shape, long positions, Stopwatch stopwatch) {
    this.stopwatch = stopwatch;
    this.rows = (int) shape.rows();
    this.columns = (int) shape.rowLength();
    this.positions = positions;
    long fit = Math.max(1, MOST_NUMBERS / (1L + rows + columns));
    this.inputs = (int) Math.min(Cost.inputs(positions), fit);
    this.batch = PRODUCTS.padded(inputs);
    this.x = inputs();
    this.y = new float[rows * batch];
    Matrix dense = new DenseMatrix(PRODUCTS, weights, rows, columns);
    this.denseNanos = nanos("dense", dense);
    this.expected = y.clone();
    this.magnitudes = magnitudes(weights);
  }

  /** Seeded numbers in [-1, 1); what only fills the last vector is zero. */
  private float[] inputs() {
    SplittableRandom random = new SplittableRandom(columns);
    float[] numbers = new float[columns * batch];
    for (int column = 0; column < columns; column++) {
      for (int i = 0; i < inputs; i++) {
        numbers[column * batch + i] = random.nextInt(-1 << 20, 1 << 20) / (float) (1 << 20);
      }
    }
    return numbers;
  }

  /** The sums of all terms' magnitudes. */
  private float[] magnitudes(float[] weights) {
    float[] sizes = new float[weights.length];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Math.abs(weights[i]);
    }
    float[] ofInputs = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      ofInputs[i] = Math.abs(x[i]);
    }
    float[] sums = new float[y.length];
    PRODUCTS.dense(sizes, rows, columns, ofInputs, batch, sums, 0);
    return sums;
  }

  /** The time of all positions. */
  private double nanos(String what, Matrix matrix) {
    matrix.multiply(x, batch, y); // what is allocated for the batch, and the first run of the code
    // One input takes other kernels than several.
    String name = "product " + what + (batch == 1 ? " of one" : "");
    Stopwatch.Timed<float[]> timed =
        stopwatch.timeWarm(
            name,
            () -> {
              matrix.multiply(x, batch, y);
              return y;
            });
    return timed.nanos() * ((double) positions / inputs);
  }

  /**
   * Times a container and adds what it takes to its row.
   *
   * @param what names recipe and bits
   * @throws IllegalStateException if an output is another than that of the dense weights
   */
  void measure(RowBuilder row, String what, byte[] container) {
    double nanos = nanos(what, reader.read(container));
    for (int i = 0; i < y.length; i++) {
      if (!(Math.abs((double) y[i] - expected[i]) <= TOLERANCE * magnitudes[i])) {
        throw new IllegalStateException(
            "output %d of the product is %s, that of the dense weights %s"
                .formatted(i, y[i], expected[i]));
      }
    }
    row.set("positions", positions).set("product_ns", nanos).set("dense_product_ns", denseNanos);
  }
}
