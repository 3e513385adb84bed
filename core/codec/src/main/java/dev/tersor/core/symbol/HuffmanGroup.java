package dev.tersor.core.symbol;

import dev.tersor.core.bits.LittleEndian;

/**
 * Decodes four chunks of {@link Huffman} at once: while one waits for its look-up, the others go
 * on. All is written out, so that windows stay in registers.
 */
final class HuffmanGroup {
  private static final int LOOKUPS = HuffmanDecoder.LOOKUPS;
  private static final int MOST = LOOKUPS * HuffmanLookup.SYMBOLS;

  private HuffmanGroup() {}

  /**
   * Decodes as many symbols of each as there may be without a look at its end.
   *
   * @param padded the payload and {@link HuffmanDecoder#PADDING} bytes
   */
  static void decode(byte[] padded, HuffmanLookup lookup, HuffmanDecoder[] group, int[] values) {
    int lastFrom = padded.length - Long.BYTES;
    if (lookup.isMany()) {
      many(padded, lastFrom, lookup.several(), group, values);
    } else {
      few(padded, lastFrom, lookup.first(), group, values);
    }
  }

  private static void few(
      byte[] padded, int lastFrom, int[] table, HuffmanDecoder[] group, int[] values) {
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
      most = Math.min(most, one.last - one.done - LOOKUPS);
    }
    int i = 0;
    for (; i <= most; i += LOOKUPS) {
      // Negative where one of them is beyond.
      if (((lastFrom - fromA) | (lastFrom - fromB) | (lastFrom - fromC) | (lastFrom - fromD)) < 0) {
        break;
      }
      long bits = windowA | LittleEndian.getLong(padded, fromA) << haveA;
      fromA += (63 - haveA) >>> 3;
      haveA |= 56;
      windowA = bits;
      // A shift takes the low six bits of an entry, its length.
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
      if (((a | b | c | d | e) & HuffmanLookup.SUBTABLE) == 0) {
        values[toA + i] = a >>> 8;
        values[toA + i + 1] = b >>> 8;
        values[toA + i + 2] = c >>> 8;
        values[toA + i + 3] = d >>> 8;
        values[toA + i + 4] = e >>> 8;
        haveA -= (a & 0x1F) + (b & 0x1F) + (c & 0x1F) + (d & 0x1F) + (e & 0x1F);
        windowA = bits;
      } else {
        group[0].moveTo(windowA, haveA, fromA, toA + i);
        group[0].slowly(values);
        windowA = group[0].window;
        haveA = group[0].have;
        fromA = group[0].from;
      }
      bits = windowB | LittleEndian.getLong(padded, fromB) << haveB;
      fromB += (63 - haveB) >>> 3;
      haveB |= 56;
      windowB = bits;
      // A shift takes the low six bits of an entry, its length.
      a = table[(int) bits & mask];
      bits >>>= a;
      b = table[(int) bits & mask];
      bits >>>= b;
      c = table[(int) bits & mask];
      bits >>>= c;
      d = table[(int) bits & mask];
      bits >>>= d;
      e = table[(int) bits & mask];
      bits >>>= e;
      if (((a | b | c | d | e) & HuffmanLookup.SUBTABLE) == 0) {
        values[toB + i] = a >>> 8;
        values[toB + i + 1] = b >>> 8;
        values[toB + i + 2] = c >>> 8;
        values[toB + i + 3] = d >>> 8;
        values[toB + i + 4] = e >>> 8;
        haveB -= (a & 0x1F) + (b & 0x1F) + (c & 0x1F) + (d & 0x1F) + (e & 0x1F);
        windowB = bits;
      } else {
        group[1].moveTo(windowB, haveB, fromB, toB + i);
        group[1].slowly(values);
        windowB = group[1].window;
        haveB = group[1].have;
        fromB = group[1].from;
      }
      bits = windowC | LittleEndian.getLong(padded, fromC) << haveC;
      fromC += (63 - haveC) >>> 3;
      haveC |= 56;
      windowC = bits;
      // A shift takes the low six bits of an entry, its length.
      a = table[(int) bits & mask];
      bits >>>= a;
      b = table[(int) bits & mask];
      bits >>>= b;
      c = table[(int) bits & mask];
      bits >>>= c;
      d = table[(int) bits & mask];
      bits >>>= d;
      e = table[(int) bits & mask];
      bits >>>= e;
      if (((a | b | c | d | e) & HuffmanLookup.SUBTABLE) == 0) {
        values[toC + i] = a >>> 8;
        values[toC + i + 1] = b >>> 8;
        values[toC + i + 2] = c >>> 8;
        values[toC + i + 3] = d >>> 8;
        values[toC + i + 4] = e >>> 8;
        haveC -= (a & 0x1F) + (b & 0x1F) + (c & 0x1F) + (d & 0x1F) + (e & 0x1F);
        windowC = bits;
      } else {
        group[2].moveTo(windowC, haveC, fromC, toC + i);
        group[2].slowly(values);
        windowC = group[2].window;
        haveC = group[2].have;
        fromC = group[2].from;
      }
      bits = windowD | LittleEndian.getLong(padded, fromD) << haveD;
      fromD += (63 - haveD) >>> 3;
      haveD |= 56;
      windowD = bits;
      // A shift takes the low six bits of an entry, its length.
      a = table[(int) bits & mask];
      bits >>>= a;
      b = table[(int) bits & mask];
      bits >>>= b;
      c = table[(int) bits & mask];
      bits >>>= c;
      d = table[(int) bits & mask];
      bits >>>= d;
      e = table[(int) bits & mask];
      bits >>>= e;
      if (((a | b | c | d | e) & HuffmanLookup.SUBTABLE) == 0) {
        values[toD + i] = a >>> 8;
        values[toD + i + 1] = b >>> 8;
        values[toD + i + 2] = c >>> 8;
        values[toD + i + 3] = d >>> 8;
        values[toD + i + 4] = e >>> 8;
        haveD -= (a & 0x1F) + (b & 0x1F) + (c & 0x1F) + (d & 0x1F) + (e & 0x1F);
        windowD = bits;
      } else {
        group[3].moveTo(windowD, haveD, fromD, toD + i);
        group[3].slowly(values);
        windowD = group[3].window;
        haveD = group[3].have;
        fromD = group[3].from;
      }
    }
    group[0].moveTo(windowA, haveA, fromA, toA + i);
    group[1].moveTo(windowB, haveB, fromB, toB + i);
    group[2].moveTo(windowC, haveC, fromC, toC + i);
    group[3].moveTo(windowD, haveD, fromD, toD + i);
  }

  private static void many(
      byte[] padded, int lastFrom, long[] table, HuffmanDecoder[] group, int[] values) {
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
    int mostA = group[0].last - MOST;
    int mostB = group[1].last - MOST;
    int mostC = group[2].last - MOST;
    int mostD = group[3].last - MOST;
    while (toA <= mostA && toB <= mostB && toC <= mostC && toD <= mostD) {
      // Negative where one of them is beyond.
      if (((lastFrom - fromA) | (lastFrom - fromB) | (lastFrom - fromC) | (lastFrom - fromD)) < 0) {
        break;
      }
      windowA |= LittleEndian.getLong(padded, fromA) << haveA;
      fromA += (63 - haveA) >>> 3;
      haveA |= 56;
      if (table[(int) windowA & mask] == 0) {
        group[0].moveTo(windowA, haveA, fromA, toA);
        group[0].slowly(values);
        windowA = group[0].window;
        haveA = group[0].have;
        fromA = group[0].from;
        toA += LOOKUPS;
      } else {
        for (int n = 0; n < LOOKUPS; n++) {
          long entry = table[(int) windowA & mask];
          values[toA] = (int) (entry >>> 16) & 0xFFFF;
          values[toA + 1] = (int) (entry >>> 32) & 0xFFFF;
          values[toA + 2] = (int) (entry >>> 48);
          toA += (int) entry >>> 6 & 3;
          haveA -= (int) entry & 0x3F;
          windowA >>>= entry; // by its low six bits
        }
      }
      windowB |= LittleEndian.getLong(padded, fromB) << haveB;
      fromB += (63 - haveB) >>> 3;
      haveB |= 56;
      if (table[(int) windowB & mask] == 0) {
        group[1].moveTo(windowB, haveB, fromB, toB);
        group[1].slowly(values);
        windowB = group[1].window;
        haveB = group[1].have;
        fromB = group[1].from;
        toB += LOOKUPS;
      } else {
        for (int n = 0; n < LOOKUPS; n++) {
          long entry = table[(int) windowB & mask];
          values[toB] = (int) (entry >>> 16) & 0xFFFF;
          values[toB + 1] = (int) (entry >>> 32) & 0xFFFF;
          values[toB + 2] = (int) (entry >>> 48);
          toB += (int) entry >>> 6 & 3;
          haveB -= (int) entry & 0x3F;
          windowB >>>= entry; // by its low six bits
        }
      }
      windowC |= LittleEndian.getLong(padded, fromC) << haveC;
      fromC += (63 - haveC) >>> 3;
      haveC |= 56;
      if (table[(int) windowC & mask] == 0) {
        group[2].moveTo(windowC, haveC, fromC, toC);
        group[2].slowly(values);
        windowC = group[2].window;
        haveC = group[2].have;
        fromC = group[2].from;
        toC += LOOKUPS;
      } else {
        for (int n = 0; n < LOOKUPS; n++) {
          long entry = table[(int) windowC & mask];
          values[toC] = (int) (entry >>> 16) & 0xFFFF;
          values[toC + 1] = (int) (entry >>> 32) & 0xFFFF;
          values[toC + 2] = (int) (entry >>> 48);
          toC += (int) entry >>> 6 & 3;
          haveC -= (int) entry & 0x3F;
          windowC >>>= entry; // by its low six bits
        }
      }
      windowD |= LittleEndian.getLong(padded, fromD) << haveD;
      fromD += (63 - haveD) >>> 3;
      haveD |= 56;
      if (table[(int) windowD & mask] == 0) {
        group[3].moveTo(windowD, haveD, fromD, toD);
        group[3].slowly(values);
        windowD = group[3].window;
        haveD = group[3].have;
        fromD = group[3].from;
        toD += LOOKUPS;
      } else {
        for (int n = 0; n < LOOKUPS; n++) {
          long entry = table[(int) windowD & mask];
          values[toD] = (int) (entry >>> 16) & 0xFFFF;
          values[toD + 1] = (int) (entry >>> 32) & 0xFFFF;
          values[toD + 2] = (int) (entry >>> 48);
          toD += (int) entry >>> 6 & 3;
          haveD -= (int) entry & 0x3F;
          windowD >>>= entry; // by its low six bits
        }
      }
    }
    group[0].moveTo(windowA, haveA, fromA, toA);
    group[1].moveTo(windowB, haveB, fromB, toB);
    group[2].moveTo(windowC, haveC, fromC, toC);
    group[3].moveTo(windowD, haveD, fromD, toD);
  }
}
