package dev.tersor.core.symbol;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;

/** Decodes the payload of {@link Huffman}, or a chunk of it, with {@link HuffmanLookup}. */
final class HuffmanDecoder {
  /** Look-ups a refill: a window has 56 bits at least. */
  static final int LOOKUPS = 56 / HuffmanLookup.PRIMARY_BITS;

  /** Bytes behind a payload that a refill may read; a sound one reads ahead by less than eight. */
  static final int PADDING = 2 * Long.BYTES;

  private final byte[] padded;
  private final long position;
  private final int end;
  private final HuffmanLookup lookup;

  /** The place of the first symbol that is another's. */
  final int last;

  /** Bits that are read and not decoded, the next one lowest, and how many of them count. */
  long window;

  int have;

  /** The byte from which the window is filled next. */
  int from;

  /** The place of the next symbol. */
  int done;

  /**
   * @param padded the payload and {@link #PADDING} bytes
   * @param position of the payload, for errors
   * @param end the byte behind the last code
   */
  HuffmanDecoder(
      byte[] padded, long position, int from, int end, HuffmanLookup lookup, int first, int last) {
    this.padded = padded;
    this.position = position;
    this.from = from;
    this.end = end;
    this.lookup = lookup;
    this.done = first;
    this.last = last;
  }

  /** Goes on from where another left off. */
  void moveTo(long bits, int number, int next, int symbol) {
    window = bits;
    have = number;
    from = next;
    done = symbol;
  }

  /** Decodes so many symbols of whatever codes. */
  void slowly(int number, int[] values) {
    for (int i = 0; i < number; i++) {
      refill();
      one(values);
    }
  }

  /** Decodes what is left to {@code values}, and checks that the codes end where they should. */
  void finish(int[] values) {
    if (lookup.isMany()) {
      long[] table = lookup.several();
      while (hasMany()) {
        many(table, values);
      }
    } else {
      int[] table = lookup.first();
      while (hasFew()) {
        few(table, values);
      }
    }
    while (done < last) {
      refill();
      one(values);
    }
    long bits = 8L * from - have;
    if ((bits + 7) >>> 3 != end) {
      throw new MalformedInputException(
          "payload has " + end + " bytes, its codes end in byte " + ((bits + 7) >>> 3),
          position + (bits >>> 3));
    }
    int used = (int) bits & 7;
    if (used != 0 && (padded[end - 1] & 0xFF) >>> used != 0) {
      throw new MalformedInputException("filling bits are not zero", position + end - 1);
    }
  }

  private boolean hasMany() {
    return done <= last - LOOKUPS * HuffmanLookup.SYMBOLS;
  }

  /** Decodes what a window has, up to three symbols a look-up. */
  private void many(long[] table, int[] values) {
    int mask = table.length - 1;
    refill();
    if (table[(int) window & mask] == 0) {
      one(values);
      return;
    }
    // A longer code in between is an entry of no symbols and no bits, and the first of the next
    // window: no branch is needed. Symbols that an entry does not have are overwritten.
    int i = done;
    int left = have;
    long bits = window;
    for (int n = 0; n < LOOKUPS; n++) {
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

  private boolean hasFew() {
    return done <= last - LOOKUPS;
  }

  /** Decodes {@link #LOOKUPS} symbols. */
  private void few(int[] table, int[] values) {
    int mask = table.length - 1;
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
    if (((a | b | c | d | e) & HuffmanLookup.SUBTABLE) != 0) {
      slowly(LOOKUPS, values);
      return;
    }
    int i = done;
    values[i] = a >>> 8;
    values[i + 1] = b >>> 8;
    values[i + 2] = c >>> 8;
    values[i + 3] = d >>> 8;
    values[i + 4] = e >>> 8;
    done = i + LOOKUPS;
    have -= (a & 0x1F) + (b & 0x1F) + (c & 0x1F) + (d & 0x1F) + (e & 0x1F);
    window = bits;
  }

  /**
   * Tops the window up to 56 bits or more. The bytes are read from where the last refill left off
   * rather than from where the last code ended, so that they are there before they are needed
   * (Giesen, "Reading bits in far too many ways", 2018, variant 4).
   */
  private void refill() {
    if (from > padded.length - Long.BYTES) {
      throw new MalformedInputException(
          "codes run past the payload at symbol " + done, position + end);
    }
    window |= LittleEndian.getLong(padded, from) << have;
    from += (63 - have) >>> 3;
    have |= 56;
  }

  /** Decodes the code that the window begins with, of whatever length. */
  private void one(int[] values) {
    int entry = lookup.entry(window);
    values[done++] = entry >>> 8;
    window >>>= entry & 0x1F;
    have -= entry & 0x1F;
  }
}
