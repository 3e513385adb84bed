package dev.tersor.core.index;

import dev.tersor.core.bits.MalformedInputException;

/**
 * The way back from dCSR's streams to positions, a run of 16 lanes at a time ("Smaller together",
 * Figures 2 and 3): the base's nibbles, its extension masks where the tracking bits say so, and the
 * even spacing added in every lane at once.
 */
final class DcsrRuns {
  private static final int LANES = DcsrGroup.LANES;

  private final NibbleOrder order;
  private final int slope;
  private final int[] offsets;
  private final int[] tracking;
  private final int[] masks;
  private final byte[] values;
  private final byte[] codes;
  private final RunOffsets joined;

  /** No lane is further from its base, whatever was damaged. */
  private final long reach;

  /**
   * @param codes where the values go
   */
  DcsrRuns(
      NibbleOrder order,
      int slope,
      int[] offsets,
      int[] tracking,
      int[] masks,
      byte[] values,
      byte[] codes) {
    this.order = order;
    this.joined = RunOffsets.fastest();
    this.reach = (LANES - 1L) * slope + 127;
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
    int[] spacing = new int[LANES];
    for (int lane = 0; lane < LANES; lane++) {
      spacing[lane] = lane * slope;
    }
    int[] extensions = extensions(bases.length);
    int[] lanes = new int[LANES];
    for (int run = 0; run < bases.length; run++) {
      int nibble = order.shift(run);
      joined.join(spacing, offsets, LANES * (run / 2), nibble, extensions, 3 * run, lanes);
      put(run, bases[run], lanes);
    }
  }

  /** The extension masks of each run for bits 4, 5 and 6, zero where none is tracked. */
  private int[] extensions(int runs) {
    int[] extensions = new int[3 * runs];
    int used = 0;
    for (int run = 0; run < runs; run++) {
      int tracked = (tracking[run / 2] >>> order.shift(run)) & 0xF;
      if (Integer.bitCount(tracked) > masks.length - used || tracked > 7) {
        throw new MalformedInputException(
            "stream 'tracking' asks for masks that are not there", run);
      }
      for (int bit = 0; bit < 3; bit++) {
        if ((tracked >>> bit & 1) != 0) {
          extensions[3 * run + bit] = masks[used++];
        }
      }
    }
    if (used != masks.length) {
      throw new MalformedInputException("stream 'masks' is longer than tracked", used);
    }
    return extensions;
  }

  private void put(int run, long base, int[] lanes) {
    int first = run * LANES;
    int count = Math.min(LANES, values.length - first);
    if (count == LANES && base >= 0 && base + reach < codes.length) {
      int at = (int) base;
      for (int lane = 0; lane < LANES; lane++) {
        codes[at + lanes[lane]] = values[first + lane];
      }
      return;
    }
    for (int lane = 0; lane < count; lane++) {
      long position = base + lanes[lane];
      if (position < 0 || position >= codes.length) {
        throw Elements.outside("offsets", LANES * (run / 2) + lane, position, codes.length);
      }
      codes[(int) position] = values[first + lane];
    }
  }
}
