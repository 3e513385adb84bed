package dev.tersor.core.index;

import dev.tersor.core.bits.MalformedInputException;

/**
 * The way back from dCSR's streams to positions, a run of 16 lanes at a time ("Smaller together",
 * Figures 2 and 3): the base's nibbles, its extension masks where the tracking bits say so, and the
 * even spacing added in every lane at once.
 */
final class DcsrRuns {
  private static final int LANES = DcsrGroup.LANES;

  private final int slope;
  private final int[] offsets;
  private final int[] tracking;
  private final int[] masks;
  private final int[] values;
  private final byte[] codes;

  /**
   * @param codes where the values go
   */
  DcsrRuns(int slope, int[] offsets, int[] tracking, int[] masks, int[] values, byte[] codes) {
    this.slope = slope;
    this.offsets = offsets;
    this.tracking = tracking;
    this.masks = masks;
    this.values = values;
    this.codes = codes;
  }

  /**
   * Puts all values where they belong.
   *
   * @param bases the base pointer of each run
   * @throws MalformedInputException if a lane lies outside the tensor, or the masks are not those
   *     that are tracked
   */
  void place(long[] bases) {
    int used = 0;
    int[] lanes = new int[LANES];
    for (int run = 0; run < bases.length; run++) {
      int nibble = 4 * (run & 1);
      int tracked = (tracking[run / 2] >>> nibble) & 0xF;
      if (Integer.bitCount(tracked) > masks.length - used || tracked > 7) {
        throw new MalformedInputException(
            "stream 'tracking' asks for masks that are not there", run);
      }
      int from = LANES * (run / 2);
      for (int lane = 0; lane < LANES; lane++) {
        lanes[lane] = lane * slope + ((offsets[from + lane] >>> nibble) & 0xF);
      }
      for (int bit = 0; bit < 3; bit++) {
        if ((tracked >>> bit & 1) != 0) {
          int mask = masks[used++];
          for (int lane = 0; lane < LANES; lane++) {
            lanes[lane] += (mask >>> lane & 1) << (4 + bit);
          }
        }
      }
      put(run, bases[run], lanes);
    }
    if (used != masks.length) {
      throw new MalformedInputException("stream 'masks' is longer than tracked", used);
    }
  }

  private void put(int run, long base, int[] lanes) {
    int first = run * LANES;
    int count = Math.min(LANES, values.length - first);
    for (int lane = 0; lane < count; lane++) {
      long position = base + lanes[lane];
      if (position < 0 || position >= codes.length) {
        throw Elements.outside("offsets", LANES * (run / 2) + lane, position, codes.length);
      }
      codes[(int) position] = (byte) values[first + lane];
    }
  }
}
