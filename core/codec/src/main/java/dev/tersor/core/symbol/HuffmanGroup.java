package dev.tersor.core.symbol;

import dev.tersor.core.bits.LittleEndian;

/**
 * Decodes four chunks of {@link Huffman} at once: while one waits for its look-up, the others go
 * on. A code that is longer than a look-up ends the loop, which has no room for what is rare.
 */
final class HuffmanGroup {
  private static final int LOOKUPS = HuffmanDecoder.LOOKUPS;
  private static final int SYMBOLS = 1 << Byte.SIZE;

  /** Wide look-ups a refill. */
  private static final int FEW = 56 / HuffmanLookup.WIDE_BITS;

  private static final int MOST = LOOKUPS * HuffmanLookup.SYMBOLS;

  private final byte[] padded;
  private final int lastFrom;
  private final HuffmanLookup lookup;
  private final char[] wide;
  private final int[] values;
  private HuffmanDecoder[] group;

  /**
   * @param padded the payload and {@link HuffmanDecoder#PADDING} bytes
   * @param wide as {@link #wide} has it
   */
  HuffmanGroup(byte[] padded, HuffmanLookup lookup, char[] wide, int[] values) {
    this.padded = padded;
    this.lastFrom = padded.length - Long.BYTES;
    this.lookup = lookup;
    this.wide = wide;
    this.values = values;
  }

  /** What all groups of a stream look up single codes in; null where they look up several. */
  static char[] wide(HuffmanLookup lookup) {
    return lookup.isMany() || lookup.alphabet() > SYMBOLS ? null : lookup.wide();
  }

  /** Decodes as many symbols of each of four as there may be without a look at its end. */
  void decode(HuffmanDecoder[] four) {
    if (lookup.alphabet() > SYMBOLS) {
      return; // writers cut no such stream
    }
    group = four;
    if (lookup.isMany()) {
      long[] table = lookup.several();
      for (int at = many(table); at >= 0; at = many(table)) {
        group[at].slowly(1, values);
      }
    } else {
      for (int at = few(wide); at >= 0; at = few(wide)) {
        // Those before it went on.
        for (int q = at; q < group.length; q++) {
          group[q].slowly(FEW, values);
        }
      }
    }
  }

  /**
   * Decodes as many symbols of each, one a look-up. All is written out, so that windows stay in
   * registers.
   *
   * @return the chunk that has a longer code next, or -1 where one ends
   */
  private int few(char[] table) {
    byte[] padded = this.padded;
    int[] values = this.values;
    int mask = table.length - 1;
    long windowA = group[0].window;
    int haveA = group[0].have;
    int fromA = group[0].from;
    int toA = group[0].done;
    long windowB = group[1].window;
    int haveB = group[1].have;
    int fromB = group[1].from;
    int toB = group[1].done;
    long windowC = group[2].window;
    int haveC = group[2].have;
    int fromC = group[2].from;
    int toC = group[2].done;
    long windowD = group[3].window;
    int haveD = group[3].have;
    int fromD = group[3].from;
    int toD = group[3].done;
    int most = Integer.MAX_VALUE;
    for (HuffmanDecoder one : group) {
      most = Math.min(most, one.last - one.done - FEW);
    }
    int i = 0;
    int longer = -1;
    for (; i <= most; i += FEW) {
      // Negative where one of them is beyond.
      if (((lastFrom - fromA) | (lastFrom - fromB) | (lastFrom - fromC) | (lastFrom - fromD)) < 0) {
        break;
      }

      windowA |= LittleEndian.getLong(padded, fromA) << haveA;
      fromA += (63 - haveA) >>> 3;
      haveA |= 56;
      long bits = windowA;
      // A shift takes the low six bits of an entry, its length.
      int a = table[(int) bits & mask];
      bits >>>= a;
      int b = table[(int) bits & mask];
      bits >>>= b;
      int c = table[(int) bits & mask];
      bits >>>= c;
      int d = table[(int) bits & mask];
      bits >>>= d;
      if (((a | b | c | d) & HuffmanLookup.SUBTABLE) != 0) {
        longer = 0;
        break;
      }
      values[toA + i] = a >>> 8;
      values[toA + i + 1] = b >>> 8;
      values[toA + i + 2] = c >>> 8;
      values[toA + i + 3] = d >>> 8;
      haveA -= (a & 0x1F) + (b & 0x1F) + (c & 0x1F) + (d & 0x1F);
      windowA = bits;

      windowB |= LittleEndian.getLong(padded, fromB) << haveB;
      fromB += (63 - haveB) >>> 3;
      haveB |= 56;
      bits = windowB;
      a = table[(int) bits & mask];
      bits >>>= a;
      b = table[(int) bits & mask];
      bits >>>= b;
      c = table[(int) bits & mask];
      bits >>>= c;
      d = table[(int) bits & mask];
      bits >>>= d;
      if (((a | b | c | d) & HuffmanLookup.SUBTABLE) != 0) {
        longer = 1;
        break;
      }
      values[toB + i] = a >>> 8;
      values[toB + i + 1] = b >>> 8;
      values[toB + i + 2] = c >>> 8;
      values[toB + i + 3] = d >>> 8;
      haveB -= (a & 0x1F) + (b & 0x1F) + (c & 0x1F) + (d & 0x1F);
      windowB = bits;

      windowC |= LittleEndian.getLong(padded, fromC) << haveC;
      fromC += (63 - haveC) >>> 3;
      haveC |= 56;
      bits = windowC;
      a = table[(int) bits & mask];
      bits >>>= a;
      b = table[(int) bits & mask];
      bits >>>= b;
      c = table[(int) bits & mask];
      bits >>>= c;
      d = table[(int) bits & mask];
      bits >>>= d;
      if (((a | b | c | d) & HuffmanLookup.SUBTABLE) != 0) {
        longer = 2;
        break;
      }
      values[toC + i] = a >>> 8;
      values[toC + i + 1] = b >>> 8;
      values[toC + i + 2] = c >>> 8;
      values[toC + i + 3] = d >>> 8;
      haveC -= (a & 0x1F) + (b & 0x1F) + (c & 0x1F) + (d & 0x1F);
      windowC = bits;

      windowD |= LittleEndian.getLong(padded, fromD) << haveD;
      fromD += (63 - haveD) >>> 3;
      haveD |= 56;
      bits = windowD;
      a = table[(int) bits & mask];
      bits >>>= a;
      b = table[(int) bits & mask];
      bits >>>= b;
      c = table[(int) bits & mask];
      bits >>>= c;
      d = table[(int) bits & mask];
      bits >>>= d;
      if (((a | b | c | d) & HuffmanLookup.SUBTABLE) != 0) {
        longer = 3;
        break;
      }
      values[toD + i] = a >>> 8;
      values[toD + i + 1] = b >>> 8;
      values[toD + i + 2] = c >>> 8;
      values[toD + i + 3] = d >>> 8;
      haveD -= (a & 0x1F) + (b & 0x1F) + (c & 0x1F) + (d & 0x1F);
      windowD = bits;
    }
    group[0].moveTo(windowA, haveA, fromA, toA + i + (longer > 0 ? FEW : 0));
    group[1].moveTo(windowB, haveB, fromB, toB + i + (longer > 1 ? FEW : 0));
    group[2].moveTo(windowC, haveC, fromC, toC + i + (longer > 2 ? FEW : 0));
    group[3].moveTo(windowD, haveD, fromD, toD + i);
    return longer;
  }

  /**
   * Decodes as many symbols of each, up to three a look-up.
   *
   * @return the chunk that has a longer code next, or -1 where one ends
   */
  private int many(long[] table) {
    byte[] padded = this.padded;
    int[] values = this.values;
    int mask = table.length - 1;
    long[] windows = new long[Chunks.GROUP];
    int[] have = new int[Chunks.GROUP];
    int[] from = new int[Chunks.GROUP];
    int[] to = new int[Chunks.GROUP];
    int[] most = new int[Chunks.GROUP];
    for (int q = 0; q < Chunks.GROUP; q++) {
      windows[q] = group[q].window;
      have[q] = group[q].have;
      from[q] = group[q].from;
      to[q] = group[q].done;
      most[q] = group[q].last - MOST;
    }
    int longer = -1;
    for (int q = 0; ; q = (q + 1) & (Chunks.GROUP - 1)) {
      int next = from[q];
      int i = to[q];
      if (i > most[q] || next > lastFrom) {
        break;
      }
      int left = have[q];
      long bits = windows[q] | LittleEndian.getLong(padded, next) << left;
      from[q] = next + ((63 - left) >>> 3);
      left |= 56;
      if (table[(int) bits & mask] == 0) {
        windows[q] = bits;
        have[q] = left;
        longer = q;
        break;
      }
      // A longer code in between is an entry of no symbols and no bits, and the first of the next
      // window: no branch is needed. Symbols that an entry does not have are overwritten.
      for (int n = 0; n < LOOKUPS; n++) {
        long entry = table[(int) bits & mask];
        values[i] = (int) (entry >>> 16) & 0xFFFF;
        values[i + 1] = (int) (entry >>> 32) & 0xFFFF;
        values[i + 2] = (int) (entry >>> 48);
        i += (int) entry >>> 6 & 3;
        left -= (int) entry & 0x3F;
        bits >>>= entry; // by its low six bits
      }
      to[q] = i;
      have[q] = left;
      windows[q] = bits;
    }
    for (int q = 0; q < Chunks.GROUP; q++) {
      group[q].moveTo(windows[q], have[q], from[q], to[q]);
    }
    return longer;
  }
}
