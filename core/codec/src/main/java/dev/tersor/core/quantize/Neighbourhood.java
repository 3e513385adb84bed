package dev.tersor.core.quantize;

/**
 * Classes of the magnitudes around a weight that a decoder knows by then: running means along its
 * row and down its column, and the two magnitudes before. Where spreads differ between rows,
 * columns or places, so do the classes. The first has next to nothing but zeros, and magnitudes
 * double from one to the next.
 */
final class Neighbourhood {
  /** Number of classes. */
  static final int CLASSES = 12;

  private static final int ROW_SHIFT = 4;
  private static final int COLUMN_SHIFT = 3;

  /** What a magnitude of 1 counts. */
  private static final int ONE = 1 << 8;

  /** Means are sums of so many. */
  private static final int PARTS = 8;

  /** Bits of the largest sum of the first class. */
  private static final int FIRST_BITS = 8;

  /** Below half, since what costs bits goes to the lower level. */
  private static final double ROUNDING = 0.35;

  private Neighbourhood() {}

  /**
   * The class of each weight.
   *
   * @param levels of all weights in row-major order
   * @param rowLength weights of a row
   */
  static byte[] classes(byte[] levels, int rowLength) {
    byte[] classes = new byte[levels.length];
    int[] columns = new int[levels.length == 0 ? 0 : rowLength];
    int mean = ONE;
    int before = ONE;
    int beforeThat = ONE;
    for (int start = 0; start < levels.length; start += rowLength) {
      for (int column = 0; column < rowLength; column++) {
        int above = start == 0 ? mean : columns[column];
        classes[start + column] = (byte) of(3 * mean + 3 * above + before + beforeThat);
        int magnitude = ONE * Math.abs(levels[start + column]);
        mean += (magnitude - mean) / (1 << ROW_SHIFT);
        columns[column] = above + (magnitude - above) / (1 << COLUMN_SHIFT);
        beforeThat = before;
        before = magnitude;
      }
    }
    return classes;
  }

  private static int of(int sum) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(sum);
    return Math.max(0, Math.min(CLASSES - 1, bits - FIRST_BITS));
  }

  /** About the mean magnitude of a class. */
  static double mean(int neighbourhood) {
    return 0.7 * (1 << (neighbourhood + FIRST_BITS)) / (PARTS * ONE);
  }

  /**
   * About the magnitudes that weights are going to have.
   *
   * @param distance of two levels
   * @param limit the largest magnitude
   */
  static byte[] guess(float[] weights, double distance, int limit) {
    byte[] magnitudes = new byte[weights.length];
    for (int i = 0; i < magnitudes.length; i++) {
      magnitudes[i] = (byte) Math.min(limit, Math.abs(weights[i]) / distance + ROUNDING);
    }
    return magnitudes;
  }
}
