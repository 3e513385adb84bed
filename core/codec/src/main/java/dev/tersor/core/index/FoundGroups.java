package dev.tersor.core.index;

import java.util.Arrays;

/** The groups of one size, in the order in which they were taken. */
final class FoundGroups {
  private final int lanes;
  private int[] starts = new int[64];
  private byte[] strides = new byte[64];
  private int count;
  private long covered;
  private long[] sorted = {};

  FoundGroups(int lanes) {
    this.lanes = lanes;
  }

  /** Every position as a group of its own. */
  static FoundGroups ofOne(int[] positions) {
    FoundGroups found = new FoundGroups(1);
    for (int position : positions) {
      found.add(position, 1, 1);
    }
    return found;
  }

  /**
   * @param covers how many of its lanes are non-zeros that no other group has
   */
  void add(int start, int stride, int covers) {
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, 2 * count);
      strides = Arrays.copyOf(strides, 2 * count);
    }
    starts[count] = start;
    strides[count++] = (byte) stride;
    covered += covers;
  }

  int lanes() {
    return lanes;
  }

  int count() {
    return count;
  }

  int start(int group) {
    return starts[group];
  }

  int stride(int group) {
    return strides[group];
  }

  /** Non-zeros in all groups. */
  long covered() {
    return covered;
  }

  /** Lanes that are no non-zeros of their group. */
  int padding() {
    return (int) ((long) count * lanes - covered);
  }

  /**
   * Start and stride of each group in one number, ascending by start and then stride; not to be
   * changed.
   */
  long[] sorted() {
    if (sorted.length != count) {
      long[] all = new long[count];
      for (int g = 0; g < count; g++) {
        all[g] = (long) starts[g] << 32 | strides[g];
      }
      Arrays.sort(all);
      sorted = all;
    }
    return sorted;
  }
}
