package dev.tersor.core.index;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.symbol.Symbols;

/**
 * The way back from dCSR's streams to positions, a run of 16 lanes at a time ("Smaller together",
 * Figures 2 and 3): the base's nibbles, its extension masks where the tracking bits say so, and the
 * even spacing added in every lane at once.
 */
final class DcsrRuns {
  private static final int LANES = DcsrGroup.LANES;

  private final NibbleOrder order;
  private final boolean isAbsolute;
  private final int[] offsets;
  private final int[] tracking;
  private final int[] masks;
  private final int[] bases;
  private final byte[] values;
  private final byte[] codes;
  private final int[] extensions;
  private final int[] spacing = new int[LANES];
  private final int[] lanes = new int[LANES];
  private final RunOffsets joined = RunOffsets.fastest();

  /** Runs and values that were placed. */
  private int run;

  private int value;

  /**
   * Reads the streams of all runs.
   *
   * @param isAbsolute whether base pointers are stored each for itself
   * @param codes where the values go
   * @throws MalformedInputException if the streams are not those of so many runs
   */
  DcsrRuns(
      NibbleOrder order, boolean isAbsolute, Split split, int runs, byte[] values, byte[] codes) {
    int pairs = (runs + 1) / 2;
    this.order = order;
    this.isAbsolute = isAbsolute;
    this.offsets = split.values(DcsrWriter.OFFSETS, Role.INDEX, 8, LANES * pairs);
    this.tracking = split.values(DcsrWriter.TRACKING, Role.INDEX, 8, pairs);
    this.masks = split.values(DcsrWriter.MASKS, Role.INDEX, 16);
    this.bases = isAbsolute ? bases(split, runs) : steps(split, runs);
    this.values = values;
    this.codes = codes;
    this.extensions = extensions(runs);
  }

  private static int[] steps(Split split, int runs) {
    int[] steps = split.values(DcsrWriter.STEPS, Role.INDEX, 8, runs).clone();
    for (int i = 0; i < runs; i++) {
      steps[i] = (byte) steps[i];
    }
    return steps;
  }

  private static int[] bases(Split split, int runs) {
    Symbols stored = split.symbols(DcsrWriter.BASES, Role.INDEX);
    if (stored.count() != runs || Integer.bitCount(stored.width()) != 1 || stored.width() < 8) {
      throw new MalformedInputException(
          "stream 'bases' has " + stored + ", expected " + runs + " of 8, 16 or 32 bits", 0);
    }
    int unused = 32 - stored.width();
    int[] bases = stored.values().clone();
    for (int i = 0; i < runs; i++) {
      bases[i] = bases[i] << unused >> unused;
    }
    return bases;
  }

  /**
   * Puts the next values where they belong: those of an array, whose slope is that of its elements.
   *
   * @param elements of the array, padding ones included
   * @param start where the array begins among the codes
   * @param end where it ends
   * @throws MalformedInputException if a lane lies outside the array
   */
  void place(int elements, int start, int end) {
    if (elements == 0) {
      return;
    }
    int slope = DcsrGroup.slope(end - start, elements);
    for (int lane = 0; lane < LANES; lane++) {
      spacing[lane] = lane * slope;
    }
    // No lane is further from its base, whatever was damaged.
    long reach = (LANES - 1L) * slope + 127;
    // Equation 6, or 5; damage can carry base pointers anywhere.
    long base = isAbsolute ? start : start - (long) LANES * slope;
    for (int first = 0; first < elements; first += LANES) {
      base = isAbsolute ? start + (long) first * slope : base + (long) LANES * slope;
      base += bases[run];
      int nibble = order.shift(run);
      joined.join(spacing, offsets, LANES * (run / 2), nibble, extensions, 3 * run, lanes);
      int count = Math.min(LANES, elements - first);
      if (count == LANES && base >= start && base + reach < end) {
        putAll((int) base);
      } else {
        put(base, count, start, end);
      }
      run++;
      value += count;
    }
  }

  private void putAll(int base) {
    for (int lane = 0; lane < LANES; lane++) {
      codes[base + lanes[lane]] = values[value + lane];
    }
  }

  private void put(long base, int count, int start, int end) {
    for (int lane = 0; lane < count; lane++) {
      long position = base + lanes[lane];
      if (position < start || position >= end) {
        throw Elements.outside(
            DcsrWriter.OFFSETS, LANES * (run / 2) + lane, position - start, end - (long) start);
      }
      codes[(int) position] = values[value + lane];
    }
  }

  /** The extension masks of each run for bits 4, 5 and 6, zero where none is tracked. */
  private int[] extensions(int runs) {
    int[] found = new int[3 * runs];
    int used = 0;
    for (int run = 0; run < runs; run++) {
      int tracked = (tracking[run / 2] >>> order.shift(run)) & 0xF;
      if (Integer.bitCount(tracked) > masks.length - used || tracked > 7) {
        throw new MalformedInputException(
            "stream 'tracking' asks for masks that are not there", run);
      }
      for (int bit = 0; bit < 3; bit++) {
        if ((tracked >>> bit & 1) != 0) {
          found[3 * run + bit] = masks[used++];
        }
      }
    }
    if (used != masks.length) {
      throw new MalformedInputException("stream 'masks' is longer than tracked", used);
    }
    return found;
  }
}
