package dev.tersor.core.index;

import java.util.Arrays;

/**
 * Delta-linear encoding of 16 elements ("Smaller together", equations 1 to 6): lane i of a group
 * lies at {@code n + i*m + delta_i} with the tensor's slope m, the group's base n and a small
 * offset.
 */
final class DcsrGroup {
  static final int LANES = 16;
  private static final int MAX_OFFSET = 127;
  private static final int MAX_REACH = 255;

  private final int slope;
  private final int[] positions = new int[LANES];
  final int[] offsets = new int[LANES];
  private int used;
  private int base;

  private final boolean isAbsolute;

  /**
   * @param isAbsolute whether steps may be of any size, since they are not stored
   */
  DcsrGroup(int slope, boolean isAbsolute) {
    this.slope = slope;
    this.isAbsolute = isAbsolute;
    this.base = -LANES * slope;
  }

  /** The slope of {@code count} elements in {@code size} positions, to the nearest integer. */
  static int slope(int size, int count) {
    return (int) ((size + (long) count / 2) / count);
  }

  void add(int position) {
    positions[used++] = position;
  }

  /**
   * Difference of the base that {@link #close} took from the one that the group before foretells.
   */
  int step;

  /**
   * Computes base and offsets of the elements added, and makes way for the next group.
   *
   * @return whether all of them fit: offsets in 7 bits, lanes within 255 of their base, the step of
   *     the base in a signed byte
   */
  boolean close() {
    int lowest = Integer.MAX_VALUE;
    for (int i = 0; i < used; i++) {
      lowest = Math.min(lowest, positions[i] - i * slope);
    }
    boolean fits = true;
    for (int i = 0; i < used; i++) {
      offsets[i] = positions[i] - i * slope - lowest;
      fits &= fitsOffset(offsets[i]);
    }
    Arrays.fill(offsets, used, LANES, 0);
    step = lowest - base - LANES * slope;
    base = lowest;
    // Ascending, so the last lane reaches furthest.
    fits &= fits(positions[used - 1] - lowest, isAbsolute ? 0 : step);
    used = 0;
    return fits;
  }

  /** Base of the group that {@link #close} closed. */
  int base() {
    return base;
  }

  /** Whether an offset fits in its 4 bits and three masks. */
  static boolean fitsOffset(int offset) {
    return offset <= MAX_OFFSET;
  }

  /**
   * Whether a group can be told from the one before, and its lanes from their base.
   *
   * @param reach of the last lane from the base
   * @param step of the base
   */
  static boolean fits(int reach, int step) {
    return reach <= MAX_REACH && step >= Byte.MIN_VALUE && step <= Byte.MAX_VALUE;
  }
}
