package dev.tersor.core.quantize;

import dev.tersor.core.bits.Half;
import dev.tersor.core.tensor.Elements;
import dev.tersor.core.tensor.Runs;
import dev.tersor.core.tensor.ScaleFormat;
import dev.tersor.core.tensor.Scaled;
import dev.tersor.core.tensor.Scales;
import dev.tersor.core.tensor.Shape;
import java.util.Arrays;
import java.util.Map;

/**
 * Codes with a zero point, as GPTQ, AWQ and torchao store them: {@code w = s (q - z)} with q and z
 * in 0..2^b - 1, for each group of n consecutive weights of a row, or for each row. The levels
 * reach from the lowest weight to the highest, zero among them: {@code s = (max(w, 0) - min(w, 0))
 * / (2^b - 1)}, in 16 bits where these hold all scales of the tensor, and {@code z = round(-min(w,
 * 0) / s)} (Jacob et al. 2018, equation 1). The zero is level z, and so kept.
 *
 * <p>Parameter {@code n} of groups: a power of two in 2..32768, as the name alone means 128.
 *
 * @param group weights of a group; 0 for rows
 */
record Affine(int group) implements CodebookFitter {
  /** That of GPTQ's and AWQ's published models, and of torchao. */
  private static final int STANDARD = 128;

  /** A zero point for each group of the usual size. */
  static Affine ofGroups() {
    return new Affine(STANDARD);
  }

  /** A zero point for each row. */
  static Affine ofRows() {
    return new Affine(0);
  }

  @Override
  public String name() {
    return group == 0 ? "affine-channel" : Groups.name("affine-group", group, STANDARD);
  }

  @Override
  public CodebookFitter with(Map<String, String> parameters) {
    return group == 0
        ? CodebookFitter.super.with(parameters)
        : new Affine(Groups.parse(this, parameters, group));
  }

  @Override
  public int values(int bits) {
    return 1 << bits;
  }

  @Override
  public boolean isShared() {
    return false;
  }

  @Override
  public long span(Shape shape) {
    return group == 0 ? shape.rowLength() : Math.min(group, shape.rowLength());
  }

  private Runs runs(long columns) {
    return group == 0 ? Runs.rows() : Runs.groups(group, columns);
  }

  @Override
  public Scaled fit(Points survivors, int bits, long seed) {
    checkBits(bits);
    return of(runs(group), bits, Extent.of(survivors));
  }

  @Override
  public Scaled fit(Shape shape, float[] weights, int bits, long seed) {
    checkBits(bits);
    Runs runs = runs(shape.rowLength());
    Extent[] extents = new Extent[runs.count(shape)];
    Arrays.fill(extents, Extent.NONE); // rows without weights stay so
    Scaled.forEachRun(
        runs,
        weights.length,
        shape.rowLength(),
        (run, from, to) -> extents[run] = Extent.of(weights, from, to));
    return of(runs, bits, extents);
  }

  private static Scaled of(Runs runs, int bits, Extent... extents) {
    int highest = (1 << bits) - 1;
    double[] ideal = new double[extents.length];
    for (int run = 0; run < ideal.length; run++) {
      ideal[run] = finite(((double) extents[run].high() - extents[run].low()) / highest, highest);
    }
    boolean isHalf = Arrays.stream(ideal).allMatch(scale -> Half.holds((float) scale));
    Scales scales = Scales.nearest(isHalf ? ScaleFormat.FP16 : ScaleFormat.FP32, runs, ideal);
    int[] zeros = new int[ideal.length];
    for (int run = 0; run < zeros.length; run++) {
      double scale = scales.value(run);
      double steps = scale == 0 ? 0 : -extents[run].low() / scale;
      zeros[run] = (int) Math.max(0, Math.min(highest, Math.rint(steps)));
    }
    Scales zeroPoints = new Scales(ScaleFormat.UINT8, runs, zeros, null);
    return new Scaled(Elements.UNSIGNED, bits, scales, zeroPoints, null);
  }

  /** At the ends of fp32 levels stay finite, and weights that are not zero do not vanish. */
  private static double finite(double scale, int highest) {
    double most = Math.nextDown(Float.MAX_VALUE) / highest;
    return scale > 0 ? Math.max(Float.MIN_VALUE, Math.min(most, scale)) : 0;
  }
}
