package dev.tersor.core.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A codebook beside which a few weights are kept as they are, those that its levels do not reach. A
 * step need not span the largest weight then. Such a weight has a code as well, that of the last
 * level on its side, so that code 0 stays what it is and a {@link #machine} goes on; what the code
 * stands for is not its value.
 *
 * <p>Example: the step 0.5 of 3 bits and the number 9.25 at position 1 give the codes 1 3 0 7 the
 * values 0.5, 9.25, 0, -0.5.
 */
public final class Outliers implements Codebook {
  private static final long serialVersionUID = 1L;

  private final Codebook base;
  private final int[] positions;
  private final float[] values;

  /**
   * @param base what codes stand for
   * @param positions in row-major order, ascending; not copied, and not to be changed any more
   * @param values the weight at each of them, likewise
   * @throws IllegalArgumentException if there are not as many values, positions do not ascend, or a
   *     value is zero or not finite
   */
  public Outliers(Codebook base, int[] positions, float[] values) {
    if (base instanceof Outliers) {
      throw new IllegalArgumentException("outliers beside outliers");
    }
    if (positions.length != values.length || positions.length == 0) {
      throw new IllegalArgumentException(
          "%d outliers at %d positions".formatted(values.length, positions.length));
    }
    for (int i = 0; i < positions.length; i++) {
      if (positions[i] < 0 || (i > 0 && positions[i] <= positions[i - 1])) {
        throw new IllegalArgumentException("outlier " + i + " at position " + positions[i]);
      }
      if (values[i] == 0 || !Float.isFinite(values[i])) {
        throw new IllegalArgumentException("outlier " + i + " is " + values[i]);
      }
    }
    this.base = base;
    this.positions = positions;
    this.values = values;
  }

  /** What codes stand for. */
  public Codebook base() {
    return base;
  }

  /** Where the outliers are; not to be changed. */
  public int[] positions() {
    return positions;
  }

  /** The outliers; not to be changed. */
  public float[] values() {
    return values;
  }

  /** Weights with infinities of their sign in place of the outliers: as far out as levels go. */
  public float[] beyond(float[] weights) {
    float[] beyond = weights.clone();
    for (int i = 0; i < positions.length; i++) {
      beyond[positions[i]] = values[i] < 0 ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY;
    }
    return beyond;
  }

  @Override
  public int bits() {
    return base.bits();
  }

  @Override
  public boolean keepsZero() {
    return base.keepsZero();
  }

  @Override
  public StateMachine machine() {
    return base.machine();
  }

  /**
   * @throws UnsupportedOperationException whatever the place: it does not know how long a row is
   */
  @Override
  public float value(int row, int column, int code) {
    throw new UnsupportedOperationException("a code beside outliers has no value of its own");
  }

  @Override
  public void check(Shape shape) {
    base.check(shape);
    if (positions[positions.length - 1] >= shape.size()) {
      throw new IllegalArgumentException(
          "an outlier at position %d of shape %s"
              .formatted(positions[positions.length - 1], shape));
    }
  }

  @Override
  public float[] weights(Shape shape, byte[] codes) {
    float[] weights = base.weights(shape, codes);
    for (int i = 0; i < positions.length; i++) {
      weights[positions[i]] = values[i];
    }
    return weights;
  }

  /** With the numbers of the base rounded; outliers stay as they are. */
  @Override
  public Outliers half() {
    return new Outliers(base.half(), positions, values);
  }

  /** With the outliers of the segment; the base alone where it has none. */
  @Override
  public Codebook part(Segment segment, long rowLength) {
    Codebook part = base.part(segment, rowLength);
    int from = from(segment.offset());
    int to = from(segment.offset() + segment.length());
    if (from == to) {
      return part;
    }
    int[] own = Arrays.copyOfRange(positions, from, to);
    for (int i = 0; i < own.length; i++) {
      own[i] -= (int) segment.offset();
    }
    return new Outliers(part, own, Arrays.copyOfRange(values, from, to));
  }

  private int from(long position) {
    if (position > Integer.MAX_VALUE) {
      return positions.length;
    }
    int at = Arrays.binarySearch(positions, (int) position);
    return at < 0 ? -at - 1 : at;
  }

  @Override
  public Codebook whole(Shape shape, List<Codebook> parts) {
    return of(shape, parts);
  }

  /**
   * The codebook of a tensor from those of its segments, of which some have outliers.
   *
   * @param shape of the tensor
   * @param parts those of all {@link Segment#cut segments}, in order
   */
  static Codebook of(Shape shape, List<Codebook> parts) {
    List<Segment> segments = Segment.cut(shape);
    List<Codebook> bases = new ArrayList<>();
    int[] positions = new int[0];
    float[] values = new float[0];
    for (int i = 0; i < parts.size(); i++) {
      if (!(parts.get(i) instanceof Outliers part)) {
        bases.add(parts.get(i));
        continue;
      }
      bases.add(part.base);
      int before = positions.length;
      positions = Arrays.copyOf(positions, before + part.positions.length);
      values = Arrays.copyOf(values, positions.length);
      for (int own = 0; own < part.positions.length; own++) {
        positions[before + own] = Math.toIntExact(segments.get(i).offset() + part.positions[own]);
        values[before + own] = part.values[own];
      }
    }
    return new Outliers(bases.get(0).whole(shape, bases), positions, values);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Outliers that
        && base.equals(that.base)
        && Arrays.equals(positions, that.positions)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * base.hashCode() + Arrays.hashCode(positions)) + Arrays.hashCode(values);
  }
}
