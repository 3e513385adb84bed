package dev.tersor.core.bench;

import dev.tersor.core.quantize.Calibration;
import dev.tersor.core.quantize.CodebookFitter;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.quantize.ErrorMeasure;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
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
 * Codes of a layer of 256 x 576 weights, nanoseconds a weight: the nearest level ({@code uniform}),
 * levels of least error and bits, and these by the error of outputs, factoring the second moment of
 * 576 inputs with them.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class QuantiseBenchmark {
  private static final int ROWS = 256;
  private static final int COLUMNS = 576;

  @Param({"uniform", "rate", "trellis", "rate(by=outputs)", "trellis(by=outputs)"})
  String codebook;

  private final Shape shape = Shape.of(ROWS, COLUMNS);
  private float[] weights;
  private Calibration known;
  private CodebookFitter fitter;
  private Codebook fitted;

  /** Neighbouring inputs have nine tenths in common. */
  @Setup
  public void setUp() {
    SplittableRandom random = new SplittableRandom(1);
    weights = new float[ROWS * COLUMNS];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    float[] products = new float[COLUMNS * COLUMNS];
    for (int i = 0; i < products.length; i++) {
      products[i] = (float) Math.pow(0.9, Math.abs(i / COLUMNS - i % COLUMNS));
    }
    CodebookFitter asked = CodebookFitters.parse(codebook);
    fitter = asked.countsBits() ? asked.at(0.05) : asked;
    known =
        fitter.measure() == ErrorMeasure.OUTPUTS
            ? Calibration.Inputs.of(products, Shape.of(1, COLUMNS, COLUMNS), shape, false)
            : Calibration.NONE;
    fitted = fitter.fit(known.points(weights), 8, 1);
  }

  @Benchmark
  @OperationsPerInvocation(ROWS * COLUMNS)
  public Codes quantise() {
    return fitter.quantise(shape, weights, known, fitted);
  }
}
