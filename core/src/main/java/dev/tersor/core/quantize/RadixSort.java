package dev.tersor.core.quantize;

/** Sorts floats by their bits in three passes of 11 bits; O(n), no comparisons. */
final class RadixSort {
  private static final int DIGIT = 11;
  private static final int MASK = (1 << DIGIT) - 1;

  private RadixSort() {}

  /**
   * Sorts {@code values} ascending; negative zero comes before zero, NaN is not allowed.
   *
   * @param scratch at least as long, overwritten
   */
  static void sort(float[] values, float[] scratch) {
    int[][] starts = new int[3][1 << DIGIT];
    for (float value : values) {
      int key = key(value);
      starts[0][key & MASK]++;
      starts[1][(key >>> DIGIT) & MASK]++;
      starts[2][key >>> (2 * DIGIT)]++;
    }
    for (int[] counts : starts) {
      int sum = 0;
      for (int i = 0; i < counts.length; i++) {
        int count = counts[i];
        counts[i] = sum;
        sum += count;
      }
    }
    float[] from = values;
    float[] to = scratch;
    for (int pass = 0; pass < 3; pass++) {
      int shift = pass * DIGIT;
      int[] next = starts[pass];
      for (int i = 0; i < values.length; i++) {
        float value = from[i];
        to[next[(key(value) >>> shift) & MASK]++] = value;
      }
      float[] swap = from;
      from = to;
      to = swap;
    }
    System.arraycopy(scratch, 0, values, 0, values.length);
  }

  /** Bits that order like the float: all bits of a negative one flipped, else the sign bit. */
  private static int key(float value) {
    int bits = Float.floatToRawIntBits(value);
    return bits ^ ((bits >> 31) | Integer.MIN_VALUE);
  }
}
