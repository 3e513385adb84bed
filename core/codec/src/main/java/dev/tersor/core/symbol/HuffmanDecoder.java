package dev.tersor.core.symbol;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import java.util.Arrays;

/**
 * Decodes the payload of {@link Huffman} with tables that yield up to three symbols a look-up: what
 * limits a decoder is that the next code begins where this one's length, read from a table, says.
 */
final class HuffmanDecoder {
  private static final int PRIMARY_BITS = 11;
  private static final int SUBTABLE = 1 << 7;

  /** Streams of fewer symbols are not worth a table that is larger than their codes need. */
  private static final int LONG_STREAM = 4096;

  private static final int SYMBOLS_A_LOOKUP = 3;

  /** Look-ups a refill: a window has 56 bits at least. */
  private static final int LOOKUPS = 56 / PRIMARY_BITS;

  /** Symbols a look-up from which on it pays to store three at each. */
  private static final double MANY = 1.5;

  private final byte[] padded;
  private final int payloadLength;
  private final int tableLength;
  private final int primary;

  /**
   * One code: entries {@code symbol << 8 | length} indexed by the next bits; a code longer than the
   * primary index leads to {@code offset << 8 | SUBTABLE | index bits} of a second table.
   */
  private final int[] single;

  /**
   * All codes that end within the primary index, three at most: bits 0 to 5 have their lengths
   * together, bits 6 and 7 their number, then 16 bits for each symbol from bit 16 on. 0 where the
   * first code is longer than the index.
   */
  private final long[] several;

  /** Bits that are read and not decoded, the next one lowest, and how many of them count. */
  private long window;

  private int have;

  /** The byte from which the window is filled next. */
  private int from;

  /** Symbols decoded. */
  private int done;

  /**
   * @param codes the canonical codes, bit-reversed
   */
  HuffmanDecoder(Coded coded, byte[] lengths, int[] codes, int longest, int count) {
    this.payloadLength = coded.payload().length;
    // A sound stream reads ahead by less than eight bytes.
    this.padded = Arrays.copyOf(coded.payload(), payloadLength + 2 * Long.BYTES);
    this.tableLength = coded.table().length;
    int useful = count < LONG_STREAM ? longest : SYMBOLS_A_LOOKUP * longest;
    this.primary = Math.min(useful, PRIMARY_BITS);
    this.single = single(lengths, codes, primary);
    this.several = several(single, primary);
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
      while (number < SYMBOLS_A_LOOKUP) {
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

  /** Decodes all of {@code values} and returns the number of bits that their codes take. */
  long decode(int[] values) {
    long symbols = 0;
    for (long entry : several) {
      symbols += entry >>> 6 & 3;
    }
    // Entries are as frequent as their index is likely, so this is the mean of a look-up.
    if (symbols > MANY * several.length) {
      decodeSeveral(values);
    } else {
      decodeSingle(values);
    }
    while (done < values.length) {
      refill();
      one(values);
    }
    return 8L * from - have;
  }

  private void decodeSeveral(int[] values) {
    long[] table = several;
    int mask = table.length - 1;
    int most = values.length - LOOKUPS * SYMBOLS_A_LOOKUP;
    while (done <= most) {
      refill();
      if (table[(int) window & mask] == 0) {
        one(values);
        continue;
      }
      // A longer code in between is an entry of no symbols and no bits, and the first of the next
      // window: no branch is needed. Symbols that an entry does not have are overwritten.
      int i = done;
      int left = have;
      long bits = window;
      for (int lookup = 0; lookup < LOOKUPS; lookup++) {
        long entry = table[(int) bits & mask];
        values[i] = (int) (entry >>> 16) & 0xFFFF;
        values[i + 1] = (int) (entry >>> 32) & 0xFFFF;
        values[i + 2] = (int) (entry >>> 48);
        i += (int) entry >>> 6 & 3;
        left -= (int) entry & 0x3F;
        bits >>>= entry; // by its low six bits
      }
      done = i;
      have = left;
      window = bits;
    }
  }

  private void decodeSingle(int[] values) {
    int[] table = Arrays.copyOf(single, 1 << primary);
    int mask = table.length - 1;
    int most = values.length - LOOKUPS;
    while (done <= most) {
      refill();
      // A shift takes the low six bits of an entry, its length.
      long bits = window;
      int a = table[(int) bits & mask];
      bits >>>= a;
      int b = table[(int) bits & mask];
      bits >>>= b;
      int c = table[(int) bits & mask];
      bits >>>= c;
      int d = table[(int) bits & mask];
      bits >>>= d;
      int e = table[(int) bits & mask];
      bits >>>= e;
      if (((a | b | c | d | e) & SUBTABLE) != 0) {
        for (int i = 0; i < LOOKUPS; i++) {
          refill();
          one(values);
        }
        continue;
      }
      values[done] = a >>> 8;
      values[done + 1] = b >>> 8;
      values[done + 2] = c >>> 8;
      values[done + 3] = d >>> 8;
      values[done + 4] = e >>> 8;
      done += LOOKUPS;
      have -= (a & 0x1F) + (b & 0x1F) + (c & 0x1F) + (d & 0x1F) + (e & 0x1F);
      window = bits;
    }
  }

  /**
   * Tops the window up to 56 bits or more. The bytes are read from where the last refill left off
   * rather than from where the last code ended, so that they are there before they are needed
   * (Giesen, "Reading bits in far too many ways", 2018, variant 4).
   */
  private void refill() {
    if (from > padded.length - Long.BYTES) {
      throw new MalformedInputException(
          "codes run past the payload at symbol " + done, (long) tableLength + payloadLength);
    }
    window |= LittleEndian.getLong(padded, from) << have;
    from += (63 - have) >>> 3;
    have |= 56;
  }

  /** Decodes the code that the window begins with, of whatever length. */
  private void one(int[] values) {
    int entry = single[(int) window & ((1 << primary) - 1)];
    if ((entry & SUBTABLE) != 0) {
      int index = (int) (window >>> primary) & ((1 << (entry & 0x1F)) - 1);
      entry = single[(entry >>> 8) + index];
    }
    values[done++] = entry >>> 8;
    window >>>= entry & 0x1F;
    have -= entry & 0x1F;
  }
}
