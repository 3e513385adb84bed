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
  private boolean isBaseKnown;

  /**
   * Groups from the first one on, or from somewhere within.
   *
   * @param fromStart whether the first group added is the tensor's first; if not, the step of its
   *     base is not known and counts as fitting
   */
  DcsrGroup(int slope, boolean fromStart) {
    this.slope = slope;
    this.isBaseKnown = fromStart;
    this.base = -LANES * slope;
  }

  /** The slope of {@code count} elements in {@code size} positions, to the nearest integer. */
  static int slope(int size, int count) {
    return (int) ((size + (long) count / 2) / count);
  }

  void add(int position) {
    positions[used++] = position;
  }

  boolean isFull() {
    return used == LANES;
  }

  boolean isEmpty() {
    return used == 0;
  }

  /**
   * Difference of the base that {@link #close} took from the one that the group before foretells.
   */
  int step;

  /** Position of the first element of the group that was closed last. */
  int start() {
    return positions[0];
  }

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
    int highest = 0;
    int reach = 0;
    for (int i = 0; i < used; i++) {
      offsets[i] = positions[i] - i * slope - lowest;
      highest = Math.max(highest, offsets[i]);
      reach = positions[i] - lowest; // ascending, so the last lane reaches furthest
    }
    Arrays.fill(offsets, used, LANES, 0);
    step = lowest - base - LANES * slope;
    base = lowest;
    used = 0;
    boolean stepFits = !isBaseKnown || (step >= Byte.MIN_VALUE && step <= Byte.MAX_VALUE);
    isBaseKnown = true;
    return highest <= MAX_OFFSET && reach <= MAX_REACH && stepFits;
  }
}
