package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Elements;
import dev.tersor.core.tensor.Runs;
import dev.tersor.core.tensor.ScaleFormat;
import dev.tersor.core.tensor.Scaled;
import dev.tersor.core.tensor.Scales;
import dev.tersor.core.tensor.Shape;
import java.util.Arrays;

/**
 * Uniform levels of which every code has one, with the scale of least squared error for a tensor or
 * for each row. At few bits that matters: the symmetric levels of {@link Uniform} use three of the
 * four codes of 2 bits.
 *
 * <p>{@code uniform-full} has -2^(b-1) to 2^(b-1) - 1 steps, zero among them; the step is negative
 * where the longer side is above zero. {@code midrise} has its levels between those of a grid, at
 * 1/2, 3/2, ... steps on both sides, and no zero (Gersho and Gray 1992, section 5.4: the mid-rise
 * quantiser). Codes have 2 to 8 bits: with one, the first has no room for a sign, and the second is
 * {@code binary}.
 *
 * @param unit what shares a scale, a tensor or a row
 */
record FullLevels(String label, Elements elements, Runs.Unit unit) implements CodebookFitter {
  private static final int REFITS = 50;

  static FullLevels withZero(Runs.Unit unit) {
    return new FullLevels("uniform-full", Elements.INTEGER, unit);
  }

  static FullLevels midrise(Runs.Unit unit) {
    return new FullLevels("midrise", Elements.ODD, unit);
  }

  @Override
  public String name() {
    return isShared() ? label : label + "-channel";
  }

  @Override
  public boolean takes(int bits) {
    return CodebookFitter.super.takes(bits) && bits > 1;
  }

  @Override
  public boolean keepsZero() {
    return elements.haveZero();
  }

  @Override
  public int values(int bits) {
    return 1 << bits;
  }

  @Override
  public boolean isShared() {
    return unit == Runs.Unit.TENSOR;
  }

  @Override
  public boolean isTrainable() {
    return false;
  }

  @Override
  public long span(Shape shape) {
    return isShared() ? shape.size() : shape.rowLength();
  }

  private Runs runs() {
    return isShared() ? Runs.tensor() : Runs.rows();
  }

  @Override
  public Scaled fit(Points survivors, int bits, long seed) {
    checkBits(bits);
    return of(bits, scale(survivors, bits));
  }

  @Override
  public Scaled fit(Shape shape, float[] weights, int bits, long seed) {
    if (isShared()) {
      return fit(Points.ofNonZero(weights), bits, seed);
    }
    checkBits(bits);
    double[] scales = new double[Math.toIntExact(shape.rows())];
    Scaled.forEachRun(
        runs(),
        weights.length,
        shape.rowLength(),
        (row, from, to) ->
            scales[row] = scale(Points.ofNonZero(Arrays.copyOfRange(weights, from, to)), bits));
    return of(bits, scales);
  }

  private Scaled of(int bits, double... scales) {
    return new Scaled(elements, bits, Scales.nearest(ScaleFormat.FP32, runs(), scales));
  }

  private double scale(Points survivors, int bits) {
    if (survivors.size() == 0) {
      return 0;
    }
    // Weights and their mirror image have the same scale, with the opposite sign where that
    // matters.
    boolean mirrored = survivors.isMirrorFirst();
    Points points = mirrored ? survivors.mirror() : survivors;
    float[] table = elements.levels(bits);
    Arrays.sort(table);
    double[] levels = new double[table.length];
    Arrays.setAll(levels, i -> table[i]);
    double most = elements.most(bits);
    double full = Math.max(-points.value(0), points.value(points.size() - 1)) / most;
    double scale = search(points, levels, full);
    if (-levels[0] != levels[levels.length - 1]) {
      Points turned = points.mirror();
      double other = search(turned, levels, full);
      if (ScaleSearch.squaredError(turned, levels, other)
          < ScaleSearch.squaredError(points, levels, scale)) {
        scale = -other;
      }
      scale = mirrored ? -scale : scale;
    }
    return exact(survivors, levels, held(scale, (float) most));
  }

  /** The scale, or of its neighbours the one that has all points to the last bit. */
  private static float exact(Points points, double[] levels, float scale) {
    for (float near : new float[] {scale, Math.nextDown(scale), Math.nextUp(scale)}) {
      if (isOn(points, levels, near)) {
        return near;
      }
    }
    return scale;
  }

  private static boolean isOn(Points points, double[] levels, float scale) {
    int seen = 0;
    for (int i = 0; i < points.size(); i = points.firstAbove(points.value(i), i)) {
      float level = (float) Math.rint(points.value(i) / scale);
      boolean isLevel = Arrays.binarySearch(levels, level) >= 0;
      if (++seen > levels.length || !isLevel || level * scale != points.value(i)) {
        return false;
      }
    }
    return true;
  }

  private static double search(Points points, double[] levels, double full) {
    double scale = ScaleSearch.best(points, levels, full);
    for (int i = 0; i < REFITS; i++) {
      double next = ScaleSearch.refit(points, levels, scale);
      if (next == scale || next * scale <= 0) {
        break;
      }
      scale = next;
    }
    return scale;
  }

  /** At the ends of fp32: levels stay finite, and weights do not vanish. */
  private static float held(double scale, float most) {
    float held = (float) Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, scale));
    while (!Float.isFinite(most * held)) {
      held = Math.nextAfter(held, 0);
    }
    return held == 0 ? Math.copySign(Float.MIN_VALUE, (float) Math.signum(scale)) : held;
  }
}
