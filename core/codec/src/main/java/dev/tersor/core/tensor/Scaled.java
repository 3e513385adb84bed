package dev.tersor.core.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * Fixed levels times a scale, in each run of weights: {@code w = scale * level(code)}. Runs may
 * have a zero point z as well, {@code w = scale * (q - z)} with {@code q = (code + z) mod 2^b}, or
 * a minimum, {@code w = scale * level(code) - minimum}. Products and differences are rounded to
 * binary32 one by one.
 *
 * <p>Example: {@link Elements#UNSIGNED} of 2 bits, the scale 0.5 and the zero point 1 give the
 * codes 0, 1, 2, 3 the values 0, 0.5, 1, -0.5.
 */
public final class Scaled implements Codebook {
  private static final long serialVersionUID = 1L;

  private final Elements elements;
  private final int bits;
  private final Scales scales;
  private final Scales zeros;
  private final Scales minima;

  /** The levels of the elements. */
  private final float[] table;

  /**
   * @param bits 1 to 8, as the elements can have
   * @throws IllegalArgumentException if they cannot, or a value is not finite
   */
  public Scaled(Elements elements, int bits, Scales scales) {
    this(elements, bits, scales, null, null);
  }

  /**
   * @param zeros the zero point of each run of the scales, below 2^bits and {@link
   *     ScaleFormat#UINT8}; null where there are none
   * @param minima what is taken off in each run, of the same runs as the scales; null where there
   *     are none
   * @throws IllegalArgumentException if the elements have no codes of so many bits, a zero point is
   *     too large, there are not as many as scales, both are given, or a value is not finite
   */
  public Scaled(Elements elements, int bits, Scales scales, Scales zeros, Scales minima) {
    elements.check(bits);
    this.elements = elements;
    this.bits = bits;
    this.scales = scales;
    this.zeros = zeros;
    this.minima = minima;
    this.table = elements.levels(bits);
    if (scales.runs().unit() == Runs.Unit.SEGMENT) {
      throw new IllegalArgumentException("scales of segments, expected units of others");
    }
    if (zeros != null) {
      checkBeside(zeros, ScaleFormat.UINT8);
      checkZeros();
    }
    if (minima != null) {
      checkBeside(minima, scales.format());
    }
    if (zeros != null && (minima != null || elements != Elements.UNSIGNED)) {
      throw new IllegalArgumentException("zero points beside minima or of " + elements);
    }
    float most = elements.most(bits);
    for (int run = 0; run < scales.count(); run++) {
      float furthest = Math.abs(scales.value(run)) * most;
      float minimum = minima == null ? 0 : minima.value(run);
      if (!Float.isFinite(furthest + Math.abs(minimum))) {
        throw new IllegalArgumentException(
            "scale " + scales.value(run) + " gives levels that are not finite");
      }
    }
  }

  private void checkBeside(Scales others, ScaleFormat format) {
    if (others.format() != format
        || others.count() != scales.count()
        || !others.runs().equals(scales.runs())) {
      throw new IllegalArgumentException(
          "%d numbers %s of %s beside %d scales of %s"
              .formatted(
                  others.count(), others.format(), others.runs(), scales.count(), scales.runs()));
    }
  }

  private void checkZeros() {
    for (int run = 0; run < zeros.count(); run++) {
      if (zero(run) >= 1 << bits) {
        throw new IllegalArgumentException(
            "zero point " + zero(run) + ", expected 0.." + ((1 << bits) - 1));
      }
    }
  }

  @Override
  public int bits() {
    return bits;
  }

  public Elements elements() {
    return elements;
  }

  public Scales scales() {
    return scales;
  }

  /** The zero points of runs; null where there are none. */
  public Scales zeros() {
    return zeros;
  }

  /** The zero point of a run; 0 where there are none. */
  public int zero(int run) {
    return zeros == null ? 0 : (int) zeros.value(run);
  }

  /** What is taken off in each run; null where there is nothing. */
  public Scales minima() {
    return minima;
  }

  @Override
  public boolean keepsZero() {
    return minima == null && elements.haveZero();
  }

  @Override
  public float value(int row, int column, int code) {
    int run = scales.runs().of(row, column);
    return value(run, level(table, code, zero(run)));
  }

  private float value(int run, float level) {
    // The sum has no negative zero.
    return scales.value(run) * level - (minima == null ? 0 : minima.value(run)) + 0f;
  }

  @Override
  public void check(Shape shape) {
    scales.check(shape);
    if (minima != null) {
      minima.check(shape); // its larger runs
    }
  }

  @Override
  public float[] weights(Shape shape, byte[] codes) {
    float[] levels = table;
    float[] values = new float[256];
    float[] weights = new float[codes.length];
    forEachRun(
        scales.runs(),
        codes.length,
        shape.rowLength(),
        (run, from, to) -> {
          // A table where it is worth one; nearly all runs are shorter than one of 8 bits.
          if (to - from >= levels.length) {
            int zero = zero(run);
            for (int code = 0; code < levels.length; code++) {
              values[code] = value(run, level(levels, code, zero));
            }
            for (int i = from; i < to; i++) {
              weights[i] = values[codes[i] & 0xFF];
            }
          } else {
            int zero = zero(run);
            for (int i = from; i < to; i++) {
              weights[i] = value(run, level(levels, codes[i] & 0xFF, zero));
            }
          }
        });
    return weights;
  }

  private static float level(float[] levels, int code, int zero) {
    return zero == 0 ? levels[code] : ((code + zero) & (levels.length - 1)) - zero;
  }

  /** Does something with the weights of a run. */
  @FunctionalInterface
  public interface RunTask {
    /**
     * @param from the first of its weights that follow each other
     * @param to behind the last
     */
    void run(int run, int from, int to);
  }

  /**
   * Goes over the runs of a tensor in order of position.
   *
   * @param size weights of the tensor
   * @param rowLength of its rows
   */
  public static void forEachRun(Runs runs, int size, long rowLength, RunTask task) {
    switch (runs.unit()) {
      case TENSOR, SEGMENT -> task.run(0, 0, size);
      case ROW -> {
        for (int from = 0, run = 0; from < size; from += (int) rowLength) {
          task.run(run++, from, from + (int) rowLength);
        }
      }
      case GROUP -> {
        int run = 0;
        for (int row = 0; row < size; row += (int) rowLength) {
          int end = row + (int) rowLength;
          for (int from = row; from < end; from += Math.min(runs.size(), end - from)) {
            task.run(run++, from, Math.min(from + runs.size(), end));
          }
        }
      }
    }
  }

  /** With scales of 32 bits rounded to 16; those of fewer, and zero points, stay as they are. */
  @Override
  public Scaled half() {
    return minima == null ? new Scaled(elements, bits, scales.half(), zeros, null) : this;
  }

  @Override
  public Scaled part(Segment segment, long rowLength) {
    return new Scaled(
        elements,
        bits,
        scales.part(segment, rowLength),
        zeros == null ? null : zeros.part(segment, rowLength),
        minima == null ? null : minima.part(segment, rowLength));
  }

  @Override
  public Codebook whole(Shape shape, List<Codebook> parts) {
    List<Scaled> all = new ArrayList<>();
    for (Codebook part : parts) {
      if (!(part instanceof Scaled scaled) || !isLike(scaled)) {
        throw new IllegalArgumentException("segments have codebooks of different kinds");
      }
      all.add(scaled);
    }
    return new Scaled(
        elements,
        bits,
        whole(shape, all, Scaled::scales),
        zeros == null ? null : whole(shape, all, Scaled::zeros),
        minima == null ? null : whole(shape, all, Scaled::minima));
  }

  private static Scales whole(Shape shape, List<Scaled> parts, Function<Scaled, Scales> which) {
    return Scales.whole(shape, parts.stream().map(which).toList());
  }

  private boolean isLike(Scaled other) {
    return elements == other.elements
        && bits == other.bits
        && (zeros == null) == (other.zeros == null)
        && (minima == null) == (other.minima == null);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Scaled that
        && elements == that.elements
        && bits == that.bits
        && scales.equals(that.scales)
        && Objects.equals(zeros, that.zeros)
        && Objects.equals(minima, that.minima);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * elements.number() + bits) + scales.hashCode();
  }
}
