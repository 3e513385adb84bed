package dev.tersor.core.symbol;

import java.util.Arrays;

/**
 * Tables that yield up to three symbols of {@link Huffman} a look-up: what limits a decoder is that
 * the next code begins where this one's length, read from a table, says.
 *
 * @param primary bits of an index
 * @param single one code: entries {@code symbol << 8 | length} indexed by the next bits; a code
 *     longer than the primary index leads to {@code offset << 8 | SUBTABLE | index bits} of a
 *     second table
 * @param several all codes that end within the primary index, three at most: bits 0 to 5 have their
 *     lengths together, bits 6 and 7 their number, then 16 bits for each symbol from bit 16 on. 0
 *     where the first code is longer than the index.
 * @param alphabet symbols up to the largest that occurs
 * @param longest bits of the longest code
 * @param isMany whether a look-up yields more than one symbol so often that three are stored at
 *     each
 */
@SuppressWarnings("ArrayRecordComponent") // handed from table to decoder, never compared
record HuffmanLookup(
    int primary, int[] single, long[] several, int alphabet, int longest, boolean isMany) {
  static final int PRIMARY_BITS = 11;
  static final int SUBTABLE = 1 << 7;

  /**
   * Bits of a look-up where chunks wait for each other's: its table is as large as a first cache.
   */
  static final int WIDE_BITS = 14;

  /** Streams of fewer symbols are not worth a table that is larger than their codes need. */
  private static final int LONG_STREAM = 4096;

  static final int SYMBOLS = 3;

  /** Symbols a look-up from which on it pays to store three at each. */
  private static final double MANY = 1.5;

  /**
   * @param codes the canonical codes, bit-reversed
   */
  static HuffmanLookup of(byte[] lengths, int[] codes, int longest, int count) {
    int useful = count < LONG_STREAM ? longest : SYMBOLS * longest;
    int primary = Math.min(useful, PRIMARY_BITS);
    int[] single = single(lengths, codes, primary);
    long[] several = several(single, primary);
    return new HuffmanLookup(primary, single, several, lengths.length, longest, isMany(several));
  }

  /** The entries of {@link #single} that the next bits index. */
  int[] first() {
    return Arrays.copyOf(single, 1 << primary);
  }

  /**
   * One code of up to {@link #WIDE_BITS} by so many of the next bits, {@code symbol << 8 | length};
   * {@link #SUBTABLE} where it is longer. Of symbols below 256.
   */
  char[] wide() {
    int bits = Math.min(longest, WIDE_BITS);
    char[] wide = new char[1 << bits];
    for (int i = 0; i < wide.length; i++) {
      int entry = entry(i);
      // Bits that the index does not have are of no code that is short enough.
      wide[i] = (char) ((entry & 0x1F) <= bits ? entry : SUBTABLE);
    }
    return wide;
  }

  /** The symbol, and its code's length, that some bits begin with, of whatever length. */
  int entry(long bits) {
    int entry = single[(int) bits & ((1 << primary) - 1)];
    if ((entry & SUBTABLE) == 0) {
      return entry;
    }
    int index = (int) (bits >>> primary) & ((1 << (entry & 0x1F)) - 1);
    return single[(entry >>> 8) + index];
  }

  private static boolean isMany(long[] several) {
    long symbols = 0;
    for (long entry : several) {
      symbols += entry >>> 6 & 3;
    }
    // Entries are as frequent as their index is likely, so this is the mean of a look-up.
    return symbols > MANY * several.length;
  }

  private static int[] single(byte[] lengths, int[] codes, int primary) {
    int[] subtableBits = new int[1 << primary];
    for (int s = 0; s < lengths.length; s++) {
      if (lengths[s] > primary) {
        int prefix = codes[s] & ((1 << primary) - 1);
        subtableBits[prefix] = Math.max(subtableBits[prefix], lengths[s] - primary);
      }
    }
    int size = 1 << primary;
    int[] offsets = new int[1 << primary];
    for (int prefix = 0; prefix < subtableBits.length; prefix++) {
      if (subtableBits[prefix] > 0) {
        offsets[prefix] = size;
        size += 1 << subtableBits[prefix];
      }
    }
    int[] table = new int[size];
    for (int s = 0; s < lengths.length; s++) {
      int length = lengths[s];
      if (length == 0) {
        continue;
      }
      if (length <= primary) {
        for (int i = codes[s]; i < 1 << primary; i += 1 << length) {
          table[i] = s << 8 | length;
        }
      } else {
        int prefix = codes[s] & ((1 << primary) - 1);
        int bits = subtableBits[prefix];
        table[prefix] = offsets[prefix] << 8 | SUBTABLE | bits;
        for (int i = codes[s] >>> primary; i < 1 << bits; i += 1 << (length - primary)) {
          table[offsets[prefix] + i] = s << 8 | length;
        }
      }
    }
    return table;
  }

  private static long[] several(int[] single, int primary) {
    long[] table = new long[1 << primary];
    for (int i = 0; i < table.length; i++) {
      long symbols = 0;
      int used = 0;
      int number = 0;
      while (number < SYMBOLS) {
        int entry = single[i >>> used];
        int length = entry & 0x1F;
        if ((entry & SUBTABLE) != 0 || used + length > primary) {
          break;
        }
        symbols |= (long) (entry >>> 8) << (16 * ++number);
        used += length;
      }
      table[i] = symbols | (long) number << 6 | used;
    }
    return table;
  }
}
