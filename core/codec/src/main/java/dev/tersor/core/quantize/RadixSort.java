package dev.tersor.core.quantize;

import java.util.Arrays;

/** Sorts floats by their bits in three passes of 11 bits; O(n), no comparisons. */
final class RadixSort {
  private static final int DIGIT = 11;
  private static final int MASK = (1 << DIGIT) - 1;

  /** So few are sorted by comparing them, as the weights of one row. */
  private static final int FEW = 1 << 10;

  private RadixSort() {}

  /**
   * The non-zero ones of {@code values}, ascending. NaN is not allowed.
   *
   * @return a new array
   */
  static float[] sortedNonZero(float[] values) {
    if (values.length < FEW) {
      return fewSortedNonZero(values);
    }
    int[] keys = new int[values.length];
    int[][] starts = new int[3][1 << DIGIT];
    int n = 0;
    for (float value : values) {
      if (value != 0) {
        int key = key(Float.floatToRawIntBits(value));
        keys[n++] = key;
        starts[0][key & MASK]++;
        starts[1][(key >>> DIGIT) & MASK]++;
        starts[2][key >>> (2 * DIGIT)]++;
      }
    }
    for (int[] counts : starts) {
      int sum = 0;
      for (int i = 0; i < counts.length; i++) {
        int count = counts[i];
        counts[i] = sum;
        sum += count;
      }
    }
    int[] moved = new int[n];
    scatter(keys, n, 0, starts[0], moved);
    scatter(moved, n, DIGIT, starts[1], keys);
    float[] sorted = new float[n];
    int[] next = starts[2];
    for (int i = 0; i < n; i++) {
      int key = keys[i];
      sorted[next[key >>> (2 * DIGIT)]++] = value(key);
    }
    return sorted;
  }

  private static float[] fewSortedNonZero(float[] values) {
    float[] sorted = new float[values.length];
    int n = 0;
    for (float value : values) {
      sorted[n] = value;
      n += value != 0 ? 1 : 0;
    }
    sorted = Arrays.copyOf(sorted, n);
    Arrays.sort(sorted);
    return sorted;
  }

  private static void scatter(int[] from, int n, int shift, int[] next, int[] to) {
    for (int i = 0; i < n; i++) {
      int key = from[i];
      to[next[(key >>> shift) & MASK]++] = key;
    }
  }

  /** A key that orders like the float: all bits of a negative one flipped, else the sign bit. */
  static int key(int bits) {
    return bits ^ ((bits >> 31) | Integer.MIN_VALUE);
  }

  /** The float that has a key. */
  static float value(int key) {
    return Float.intBitsToFloat(bits(key));
  }

  private static int bits(int key) {
    return key ^ (~(key >> 31) | Integer.MIN_VALUE);
  }
}
