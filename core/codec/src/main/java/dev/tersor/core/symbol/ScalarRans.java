package dev.tersor.core.symbol;

import java.util.Arrays;

/**
 * {@link RansKernel} on plain numbers, chunk by chunk. Whether a state takes a word is as good as
 * random, so it is computed rather than branched on: {@code takes} is -1 if it does and 0 if not.
 */
final class ScalarRans implements RansKernel {
  private static final int SYMBOLS = 1 << Byte.SIZE;

  @Override
  public void decode(
      RansSlots slots,
      byte[] payload,
      int[] at,
      int[] states,
      int[] values,
      int[] done,
      int[] first) {
    if (slots.ranges().length > SYMBOLS) {
      return; // writers cut no such stream
    }
    byte[] symbols = new byte[slots.symbols().length];
    for (int slot = 0; slot < symbols.length; slot++) {
      symbols[slot] = (byte) slots.symbols()[slot];
    }
    for (int q = 0; q < at.length; q++) {
      long[] own = RansKernel.states(states, q);
      int rounds = (first[q + 1] - done[q]) / STATES;
      at[q] = decode(slots, symbols, payload, at[q], own, values, done, q, rounds);
      for (int k = 0; k < STATES; k++) {
        states[STATES * q + k] = (int) own[k];
      }
    }
  }

  private static int decode(
      RansSlots slots,
      byte[] symbols,
      byte[] payload,
      int at,
      long[] states,
      int[] values,
      int[] done,
      int chunk,
      int rounds) {
    // So long that a byte is always in it, and the compiler knows.
    long[] ranges = Arrays.copyOf(slots.ranges(), SYMBOLS);
    int bits = slots.bits();
    int mask = symbols.length - 1;
    long a = states[0];
    long b = states[1];
    long c = states[2];
    long d = states[3];
    long e = states[4];
    long f = states[5];
    long g = states[6];
    long h = states[7];
    int from = at;
    int lastFrom = payload.length - STATES * Rans.WORD_BYTES;
    int i = done[chunk];
    int end = i + rounds * STATES;
    for (; i < end && from <= lastFrom; i += STATES) {
      int slot = (int) a & mask;
      int symbol = symbols[slot] & 0xFF;
      long range = ranges[symbol];
      values[i] = symbol;
      a = (range & 0xFFFF) * (a >>> bits) + slot - (range >>> 32);
      long takes = (a - Rans.LOW) >> 63;
      a = a << (takes & 16) | (Rans.word(payload, from) & takes);
      from -= (int) takes << 1;

      slot = (int) b & mask;
      symbol = symbols[slot] & 0xFF;
      range = ranges[symbol];
      values[i + 1] = symbol;
      b = (range & 0xFFFF) * (b >>> bits) + slot - (range >>> 32);
      takes = (b - Rans.LOW) >> 63;
      b = b << (takes & 16) | (Rans.word(payload, from) & takes);
      from -= (int) takes << 1;

      slot = (int) c & mask;
      symbol = symbols[slot] & 0xFF;
      range = ranges[symbol];
      values[i + 2] = symbol;
      c = (range & 0xFFFF) * (c >>> bits) + slot - (range >>> 32);
      takes = (c - Rans.LOW) >> 63;
      c = c << (takes & 16) | (Rans.word(payload, from) & takes);
      from -= (int) takes << 1;

      slot = (int) d & mask;
      symbol = symbols[slot] & 0xFF;
      range = ranges[symbol];
      values[i + 3] = symbol;
      d = (range & 0xFFFF) * (d >>> bits) + slot - (range >>> 32);
      takes = (d - Rans.LOW) >> 63;
      d = d << (takes & 16) | (Rans.word(payload, from) & takes);
      from -= (int) takes << 1;

      slot = (int) e & mask;
      symbol = symbols[slot] & 0xFF;
      range = ranges[symbol];
      values[i + 4] = symbol;
      e = (range & 0xFFFF) * (e >>> bits) + slot - (range >>> 32);
      takes = (e - Rans.LOW) >> 63;
      e = e << (takes & 16) | (Rans.word(payload, from) & takes);
      from -= (int) takes << 1;

      slot = (int) f & mask;
      symbol = symbols[slot] & 0xFF;
      range = ranges[symbol];
      values[i + 5] = symbol;
      f = (range & 0xFFFF) * (f >>> bits) + slot - (range >>> 32);
      takes = (f - Rans.LOW) >> 63;
      f = f << (takes & 16) | (Rans.word(payload, from) & takes);
      from -= (int) takes << 1;

      slot = (int) g & mask;
      symbol = symbols[slot] & 0xFF;
      range = ranges[symbol];
      values[i + 6] = symbol;
      g = (range & 0xFFFF) * (g >>> bits) + slot - (range >>> 32);
      takes = (g - Rans.LOW) >> 63;
      g = g << (takes & 16) | (Rans.word(payload, from) & takes);
      from -= (int) takes << 1;

      slot = (int) h & mask;
      symbol = symbols[slot] & 0xFF;
      range = ranges[symbol];
      values[i + 7] = symbol;
      h = (range & 0xFFFF) * (h >>> bits) + slot - (range >>> 32);
      takes = (h - Rans.LOW) >> 63;
      h = h << (takes & 16) | (Rans.word(payload, from) & takes);
      from -= (int) takes << 1;
    }
    states[0] = a;
    states[1] = b;
    states[2] = c;
    states[3] = d;
    states[4] = e;
    states[5] = f;
    states[6] = g;
    states[7] = h;
    done[chunk] = i;
    return from;
  }
}
