package dev.tersor.core.tensor;

import dev.tersor.core.bits.Half;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A number for each run of weights of a tensor, as it is stored: in a format, and where there are
 * outer numbers, in units of that of the larger run it lies in. The value is the product of both in
 * binary32.
 */
public final class Scales implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ScaleFormat format;
  private final Runs runs;
  private final int[] stored;
  private final Scales outer;
  private final float[] values;

  /**
   * @param stored of the runs, in order, as the format has them
   * @param outer units of larger runs; null where there are none
   * @throws IllegalArgumentException if a number stands for no finite value, or an outer run ends
   *     within one of these
   */
  public Scales(ScaleFormat format, Runs runs, int[] stored, Scales outer) {
    this.format = format;
    this.runs = runs;
    this.stored = stored.clone();
    this.outer = outer;
    this.values = new float[stored.length];
    if (outer != null && (outer.outer != null || !isWithin(runs, outer.runs))) {
      throw new IllegalArgumentException("scales of " + runs + " in units of " + outer.runs);
    }
    boolean isOne = outer != null && outer.stored.length == 1;
    for (int run = 0; run < values.length; run++) {
      float value = format.value(stored[run]);
      if (outer != null) {
        int of = isOne ? 0 : runs.within(run, outer.runs);
        value *= of < outer.values.length ? outer.values[of] : Float.NaN;
      }
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("scale " + run + " is " + value);
      }
      values[run] = value;
    }
  }

  /**
   * The numbers of a format that are nearest to values.
   *
   * @throws IllegalArgumentException as the constructor
   */
  public static Scales nearest(ScaleFormat format, Runs runs, double... values) {
    int[] stored = new int[values.length];
    for (int i = 0; i < stored.length; i++) {
      stored[i] = format.nearest(values[i]);
    }
    return new Scales(format, runs, stored, null);
  }

  private static boolean isWithin(Runs inner, Runs larger) {
    return inner.unit() == Runs.Unit.GROUP
        && inner.columns() == larger.columns()
        && (larger.unit() == Runs.Unit.SEGMENT
            || (larger.unit() == Runs.Unit.GROUP && larger.size() > inner.size()));
  }

  public ScaleFormat format() {
    return format;
  }

  public Runs runs() {
    return runs;
  }

  /** The numbers of all runs as they are stored; a copy. */
  public int[] stored() {
    return stored.clone();
  }

  /** The units of larger runs; null where there are none. */
  public Scales outer() {
    return outer;
  }

  /** How many runs there are. */
  public int count() {
    return values.length;
  }

  /** The value of a run. */
  public float value(int run) {
    return values[run];
  }

  void check(Shape shape) {
    boolean fits = runs.columns() == 0 || runs.columns() == shape.rowLength();
    if (!fits || runs.count(shape) != values.length) {
      throw new IllegalArgumentException(
          "a codebook of %d scales of %s for shape %s".formatted(values.length, runs, shape));
    }
    if (outer != null) {
      outer.check(shape);
    }
  }

  /** With binary32 numbers rounded to binary16, where that holds the multiples of every one. */
  Scales half() {
    if (format != ScaleFormat.FP32) {
      return this;
    }
    int[] rounded = new int[stored.length];
    for (int run = 0; run < rounded.length; run++) {
      if (!Half.holdsMultiples(values[run])) {
        return this;
      }
      rounded[run] = ScaleFormat.FP16.nearest(values[run]);
    }
    return new Scales(ScaleFormat.FP16, runs, rounded, outer);
  }

  Scales part(Segment segment, long rowLength) {
    Runs own = runs.ofRows(segment.shape().rowLength());
    int first = runs.first(segment, rowLength);
    int[] some = Arrays.copyOfRange(stored, first, first + own.count(segment.shape()));
    return new Scales(format, own, some, outer == null ? null : outer.part(segment, rowLength));
  }

  /** Those of a tensor from those of its segments, as {@link Codebook#whole}. */
  static Scales whole(Shape shape, List<Scales> parts) {
    Scales first = parts.get(0);
    Runs all = first.runs.ofRows(shape.rowLength());
    int[] stored = new int[all.count(shape)];
    List<Segment> cut = Segment.cut(shape);
    boolean hasOuter = first.outer != null;
    for (int i = 0; i < cut.size(); i++) {
      Scales part = parts.get(i);
      int at = all.first(cut.get(i), shape.rowLength());
      // Others there may be any number of; they are found not to be a part of this.
      System.arraycopy(
          part.stored, 0, stored, at, Math.min(part.stored.length, stored.length - at));
      hasOuter &= part.outer != null;
    }
    Scales outer = hasOuter ? whole(shape, parts.stream().map(part -> part.outer).toList()) : null;
    return new Scales(first.format, all, stored, outer);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Scales that
        && format == that.format
        && runs.equals(that.runs)
        && Arrays.equals(stored, that.stored)
        && Objects.equals(outer, that.outer);
  }

  @Override
  public int hashCode() {
    return 31 * format.number() + Arrays.hashCode(stored);
  }
}
