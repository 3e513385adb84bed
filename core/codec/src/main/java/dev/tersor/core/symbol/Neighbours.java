package dev.tersor.core.symbol;

import java.util.Arrays;

/**
 * What lies around the next weight of a tensor, from the magnitudes and signs of those before it:
 * single neighbours along its {@link Axes}, and means. A neighbour that is so many weights before
 * may lie in the row or the channel before; before the first weight there are zeros.
 *
 * <p>Means are in units of 2^-12 and begin with the mean of all. That of a column, a channel or a
 * row moves by 1 / (n + 1.5) of the difference, n being what it has seen but for 255 at most: three
 * for a beginning, of a row two, and each row begins anew with the mean of all so far. That of the
 * last few moves by a sixteenth, that of all so far by a 1024th.
 */
final class Neighbours {
  /** Units of a mean: a magnitude of one. */
  static final int ONE = 1 << 12;

  /** Levels of means. */
  static final int LEVELS = 64;

  private static final int WINDOW = 255;
  private static final int FIRST = 3;
  private static final int FIRST_OF_ROW = 2;
  private static final int FAST_SHIFT = 4;
  private static final int ALL_SHIFT = 10;
  private static final int[] RATES = new int[WINDOW + 1];

  static {
    Arrays.setAll(RATES, n -> (1 << 17) / (2 * n + 3));
  }

  /** How many weights before the neighbours along the axes are. */
  final int channelStride;

  final int kernelStride;
  final int upperStride;

  /** Of the row above, and 0 where there is one row. */
  final int rowStride;

  private final int columns;
  private final int places;

  /** Magnitudes, after zeros for those that are not there. */
  private final char[] magnitudes;

  /** 0 of a zero, 1 of a positive number, 2 of a negative one. */
  private final byte[] signs;

  private final int[] ofColumn;

  /** By column a bit for each of eight rows above, set where there was no zero; nearest lowest. */
  private final byte[] above;

  private final int[] ofChannel;
  private final int[] seenOfChannel;
  private final int[] channelOf;
  private final byte[] placeOf;
  private int at;
  private int column;
  private int row;
  private int rowMean;
  private int fastMean;
  private int mean;

  /**
   * @param size how many weights there are
   * @param start the mean of all
   */
  Neighbours(Axes axes, int size, int start) {
    this.columns = axes.columns();
    this.channelStride = axes.channelStride();
    this.kernelStride = axes.kernelStride();
    this.upperStride = axes.upperStride();
    this.rowStride = axes.rowStride();
    this.places = axes.places();
    this.at =
        Math.max(
            Math.max(4, 2 * rowStride),
            Math.max(channelStride, Math.max(2 * upperStride, upperStride + kernelStride)));
    this.magnitudes = new char[at + size];
    this.signs = new byte[at + size];
    this.ofColumn = new int[columns];
    this.above = new byte[columns];
    this.ofChannel = new int[axes.channels()];
    this.seenOfChannel = new int[axes.channels()];
    this.channelOf = axes.channelOfColumns();
    this.placeOf = axes.positions();
    Arrays.fill(ofColumn, start);
    Arrays.fill(ofChannel, start);
    this.mean = start;
    this.rowMean = start;
    this.fastMean = start;
  }

  /** A mean in steps of a quarter of a binary order, 0 to 63. */
  static int level(int mean) {
    int top = 31 - Integer.numberOfLeadingZeros(mean | 4);
    return Math.max(0, Math.min(LEVELS - 1, 4 * top + (mean >>> (top - 2) & 3) - 16));
  }

  /** The least mean of a level. */
  static int mean(int level) {
    return (4 + (level & 3)) << ((level + 16) >> 2) >> 2;
  }

  /** The magnitude so many weights before. */
  int before(int distance) {
    return magnitudes[at - distance];
  }

  /** 0 where that was a zero, 1 for a positive number, 2 for a negative one. */
  int signBefore(int distance) {
    return signs[at - distance];
  }

  /** The number so many weights before. */
  int numberBefore(int distance) {
    int magnitude = magnitudes[at - distance];
    return signs[at - distance] == 2 ? -magnitude : magnitude;
  }

  /** A bit for each of eight rows above in this column, set where there was no zero. */
  int above() {
    return above[column] & 0xFF;
  }

  int rowMean() {
    return rowMean;
  }

  int columnMean() {
    return ofColumn[column];
  }

  int channelMean() {
    return ofChannel[channelOf[column]];
  }

  /** The mean of the last few. */
  int fastMean() {
    return fastMean;
  }

  /** The mean of all so far. */
  int mean() {
    return mean;
  }

  int column() {
    return column;
  }

  int row() {
    return row;
  }

  /** The place in the kernel, below {@link #places}. */
  int place() {
    return placeOf[column];
  }

  int places() {
    return places;
  }

  /**
   * Goes on to the next weight.
   *
   * @param negative 1 of a negative number, else 0
   */
  void add(int magnitude, int negative) {
    boolean isZero = magnitude == 0;
    magnitudes[at] = (char) magnitude;
    signs[at] = (byte) (isZero ? 0 : 1 + negative);
    at++;
    int value = magnitude * ONE;
    int c = column;
    above[c] = (byte) (above[c] << 1 | (isZero ? 0 : 1));
    ofColumn[c] += step(value - ofColumn[c], row + FIRST);
    int channel = channelOf[c];
    ofChannel[channel] += step(value - ofChannel[channel], FIRST + seenOfChannel[channel]++);
    rowMean += step(value - rowMean, c + FIRST_OF_ROW);
    fastMean += (value - fastMean) >> FAST_SHIFT;
    mean += (value - mean) >> ALL_SHIFT;
    column++;
    if (column == columns) {
      column = 0;
      row++;
      rowMean = mean;
    }
  }

  /** How far a mean moves towards what differs from it so much, having seen so many. */
  static int step(int difference, int seen) {
    return (int) (((long) difference * RATES[Math.min(WINDOW, seen)]) >> 16);
  }
}
