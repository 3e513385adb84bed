package dev.tersor.core.index;

import dev.tersor.core.symbol.Symbols;
import java.util.Arrays;
import java.util.List;

/** Writes the groups of dCSR one after the other, over a flattened tensor or over its rows. */
final class DcsrWriter {
  static final String OFFSETS = "offsets";
  static final String TRACKING = "tracking";
  static final String STEPS = "steps";
  static final String BASES = "bases";
  static final String MASKS = "masks";
  private static final int LANES = DcsrGroup.LANES;

  private final NibbleOrder order;
  private final boolean isAbsolute;
  private final int[] offsets;
  private final int[] tracking;
  private final int[] bases;
  private final int[] masks;
  private int written;
  private int usedMasks;

  /**
   * @param isAbsolute whether base pointers are stored each for itself
   * @param groups that will be written
   */
  DcsrWriter(NibbleOrder order, boolean isAbsolute, int groups) {
    this.order = order;
    this.isAbsolute = isAbsolute;
    this.offsets = new int[LANES * ((groups + 1) / 2)];
    this.tracking = new int[(groups + 1) / 2];
    this.bases = new int[groups];
    this.masks = new int[3 * groups];
  }

  /**
   * Writes the groups of an array; the slope is that of its elements in its size.
   *
   * @param elements positions, padding ones included, such that no group overflows
   * @param size of the array that they lie in
   */
  void add(int[] elements, int size) {
    if (elements.length == 0) {
      return;
    }
    int slope = DcsrGroup.slope(size, elements.length);
    DcsrGroup group = new DcsrGroup(slope, isAbsolute);
    for (int first = 0; first < elements.length; first += LANES) {
      for (int i = first; i < Math.min(elements.length, first + LANES); i++) {
        group.add(elements[i]);
      }
      if (!group.close()) {
        throw new IllegalStateException("group " + written + " overflows after padding");
      }
      bases[written] = isAbsolute ? group.base() - first * slope : group.step;
      write(group);
      written++;
    }
  }

  private void write(DcsrGroup group) {
    int nibble = order.shift(written);
    for (int lane = 0; lane < LANES; lane++) {
      offsets[LANES * (written / 2) + lane] |= (group.offsets[lane] & 0xF) << nibble;
    }
    for (int bit = 0; bit < 3; bit++) {
      int mask = mask(group.offsets, 4 + bit);
      if (mask != 0) {
        tracking[written / 2] |= 1 << (nibble + bit);
        masks[usedMasks++] = mask;
      }
    }
  }

  private static int mask(int[] offsets, int bit) {
    int mask = 0;
    for (int lane = 0; lane < LANES; lane++) {
      mask |= ((offsets[lane] >>> bit) & 1) << lane;
    }
    return mask;
  }

  /** The streams of all groups. */
  List<Stream> streams() {
    return List.of(
        new Stream(OFFSETS, Role.INDEX, new Symbols(offsets, 8)),
        new Stream(TRACKING, Role.INDEX, new Symbols(tracking, 8)),
        new Stream(isAbsolute ? BASES : STEPS, Role.INDEX, signed(bases)),
        new Stream(MASKS, Role.INDEX, new Symbols(Arrays.copyOf(masks, usedMasks), 16)));
  }

  /** Signed numbers in the narrowest of 8, 16 and 32 bits. */
  private static Symbols signed(int[] numbers) {
    int width = 8;
    for (int number : numbers) {
      width = Math.max(width, number == (byte) number ? 8 : number == (short) number ? 16 : 32);
    }
    int[] symbols = new int[numbers.length];
    for (int i = 0; i < symbols.length; i++) {
      symbols[i] = numbers[i] & (-1 >>> (32 - width));
    }
    return new Symbols(symbols, width);
  }
}
