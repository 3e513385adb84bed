package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Elements;
import dev.tersor.core.tensor.Runs;
import dev.tersor.core.tensor.ScaleFormat;
import dev.tersor.core.tensor.Scaled;
import dev.tersor.core.tensor.Scales;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * NVFP4: E2M1 levels in groups of 16 weights of a row, whose scales are E4M3 in units of one
 * binary32 number (NVIDIA, {@code Introducing NVFP4}, 2025). The unit u brings the largest weight
 * to the largest product of both formats, {@code u = max|w| / (6 * 448)}, and the scale of a group
 * is {@code max|w of it| / 6} in units, rounded to the nearest. A tensor of several {@link
 * Segment}s has a unit for each of them.
 */
record NestedScales() implements CodebookFitter {
  private static final int GROUP = 16;
  private static final int BITS = Elements.E2M1.width();
  private static final float MOST_LEVEL = Elements.E2M1.most(BITS);
  private static final float MOST_SCALE = Elements.E4M3.most(Byte.SIZE);

  @Override
  public String name() {
    return "nvfp4";
  }

  @Override
  public OptionalInt width() {
    return OptionalInt.of(BITS);
  }

  @Override
  public boolean isShared() {
    return false;
  }

  @Override
  public long span(Shape shape) {
    return Math.min(GROUP, shape.rowLength());
  }

  @Override
  public Scaled fit(Points survivors, int bits, long seed) {
    checkBits(bits);
    float magnitude = Extent.of(survivors).magnitude();
    return of(GROUP, new float[] {magnitude}, new float[] {magnitude});
  }

  @Override
  public Scaled fit(Shape shape, float[] weights, int bits, long seed) {
    checkBits(bits);
    List<Segment> segments = Segment.cut(shape);
    float[] largest = new float[segments.size()];
    for (int i = 0; i < largest.length; i++) {
      int from = Math.toIntExact(segments.get(i).offset());
      largest[i] = Extent.of(weights, from, from + segments.get(i).length()).magnitude();
    }
    Runs groups = Runs.groups(GROUP, shape.rowLength());
    float[] magnitudes = new float[groups.count(shape)];
    Scaled.forEachRun(
        groups,
        weights.length,
        shape.rowLength(),
        (run, from, to) -> magnitudes[run] = Extent.of(weights, from, to).magnitude());
    return of(shape.rowLength(), largest, magnitudes);
  }

  /**
   * @param largest magnitude of each segment
   * @param magnitudes the largest of each group
   */
  private static Scaled of(long columns, float[] largest, float[] magnitudes) {
    Runs groups = Runs.groups(GROUP, columns);
    Runs segments = Runs.segments(columns);
    double[] units = new double[largest.length];
    Arrays.setAll(units, i -> largest[i] / ((double) MOST_LEVEL * MOST_SCALE));
    Scales outer = Scales.nearest(ScaleFormat.FP32, segments, units);
    int[] stored = new int[magnitudes.length];
    for (int group = 0; group < stored.length; group++) {
      double unit = outer.value(units.length == 1 ? 0 : groups.within(group, segments));
      stored[group] =
          unit == 0 ? 0 : ScaleFormat.E4M3.nearest(magnitudes[group] / MOST_LEVEL / unit);
    }
    return new Scaled(Elements.E2M1, BITS, new Scales(ScaleFormat.E4M3, groups, stored, outer));
  }
}
