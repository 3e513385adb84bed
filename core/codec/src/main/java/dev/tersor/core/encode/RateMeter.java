package dev.tersor.core.encode;

import dev.tersor.core.quantize.Calibration;
import dev.tersor.core.quantize.CodebookFitter;
import dev.tersor.core.quantize.RatePoint;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Outliers;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import java.util.Arrays;

/**
 * Measures what weights take that are quantised: their codes, all of them, as the coder makes them
 * that is there for it, and outliers beside them. Heads and other codebooks do not count.
 */
public final class RateMeter {
  /** What bits are measured with. */
  public static final Recipe RECIPE = Recipe.parse("dense/cabac");

  private RateMeter() {}

  /**
   * @param fitter without a target
   * @param pruned weights of a tensor or a part of one, pruned ones zero
   * @param weights before they were pruned, which the error is of
   */
  public static RatePoint measure(
      CodebookFitter fitter, Shape shape, float[] pruned, float[] weights, int bits, long seed) {
    return measure(fitter, shape, pruned, weights, Calibration.NONE, bits, seed);
  }

  /**
   * The same with what is known of the weights' errors. The error that is measured is that of all
   * weights alike.
   */
  public static RatePoint measure(
      CodebookFitter fitter,
      Shape shape,
      float[] pruned,
      float[] weights,
      Calibration known,
      int bits,
      long seed) {
    Codebook whole = fitter.fit(shape, pruned, known, bits, seed);
    double coded = 0;
    double error = 0;
    double power = 0;
    for (Segment segment : Segment.cut(shape)) {
      int from = Math.toIntExact(segment.offset());
      float[] part = Arrays.copyOfRange(pruned, from, from + segment.length());
      Codebook codebook = whole.part(segment, shape.rowLength());
      Codes codes =
          fitter.quantise(segment.shape(), part, known.part(segment, shape.rowLength()), codebook);
      Breakdown breakdown = Container.encode(codes, RECIPE).breakdown();
      coded += Byte.SIZE * ((double) breakdown.valueBytes() + breakdown.tableBytes());
      coded += codes.codebook() instanceof Outliers ? Byte.SIZE * breakdown.codebookBytes() : 0;
      float[] values = codes.dequantize();
      for (int i = 0; i < values.length; i++) {
        double weight = weights[from + i];
        error += (weight - values[i]) * (weight - values[i]);
        power += weight * weight;
      }
    }
    return new RatePoint(pruned.length, coded, error, power);
  }
}
