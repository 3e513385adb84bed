package dev.tersor.core.symbol;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;

/** Reads the payload of {@link Rans}. */
final class RansDecoder {
  private final byte[] payload;
  private final int tableLength;
  private final int bits;

  /**
   * By the low bits of a state: {@code symbol << 32 | offset << 16 | frequency}, where offset is
   * how far into the symbol's range the bits are.
   */
  private final long[] slots;

  private int at;

  private RansDecoder(Coded coded, RansFrequencies frequencies) {
    this.payload = coded.payload();
    this.tableLength = coded.table().length;
    this.bits = frequencies.bits();
    this.slots = new long[frequencies.total()];
    int slot = 0;
    int[] scaled = frequencies.scaled();
    for (int s = 0; s < scaled.length; s++) {
      for (int offset = 0; offset < scaled[s]; offset++) {
        slots[slot++] = (long) s << 32 | (long) offset << 16 | scaled[s];
      }
    }
  }

  /** Decodes all of {@code values}, at least one, with the frequencies of two symbols or more. */
  static void decode(Coded coded, RansFrequencies frequencies, int[] values) {
    new RansDecoder(coded, frequencies).decode(values);
  }

  private void decode(int[] values) {
    long[] states = new long[Rans.states(values.length)];
    if (payload.length < states.length * Rans.STATE_BYTES
        || payload.length % Rans.WORD_BYTES != 0) {
      throw malformed("payload of " + payload.length + " bytes", 0);
    }
    for (int state = 0; state < states.length; state++, at += Rans.STATE_BYTES) {
      states[state] = LittleEndian.getInt(payload, at) & 0xFFFFFFFFL;
      if (states[state] < Rans.LOW) {
        throw malformed("state " + states[state] + " below 65536", at);
      }
    }
    int done = states.length == 1 ? 0 : interleaved(states, values);
    for (int i = done; i < values.length; i++) {
      int state = i % states.length;
      long slot = slots[(int) states[state] & (slots.length - 1)];
      values[i] = (int) (slot >>> 32);
      states[state] = next(states[state], slot, i);
    }
    if (at != payload.length) {
      throw malformed((payload.length - at) + " bytes after the last symbol", at);
    }
    for (int state = 0; state < states.length; state++) {
      if (states[state] != Rans.LOW) {
        throw malformed("state " + state + " ends at " + states[state] + ", not at 65536", at);
      }
    }
  }

  private long next(long state, long slot, int symbol) {
    long x = (slot & 0xFFFF) * (state >>> bits) + (slot >>> 16 & 0xFFFF);
    if (x >= Rans.LOW) {
      return x;
    }
    if (at == payload.length) {
      throw malformed("payload ends before the word that symbol " + symbol + " needs", at);
    }
    at += Rans.WORD_BYTES;
    return x << 16 | word(payload, at - Rans.WORD_BYTES);
  }

  /**
   * The same four symbols at a time, as long as there are words for four; returns how many symbols
   * that decoded. Whether a state takes a word is as good as random, so it is computed rather than
   * branched on: {@code takes} is -1 if it does and 0 if not.
   */
  private int interleaved(long[] states, int[] values) {
    long[] slots = this.slots;
    byte[] payload = this.payload;
    int bits = this.bits;
    int mask = slots.length - 1;
    long a = states[0];
    long b = states[1];
    long c = states[2];
    long d = states[3];
    int from = at;
    int lastFrom = payload.length - 4 * Rans.WORD_BYTES;
    int i = 0;
    for (; i < values.length - 3 && from <= lastFrom; i += 4) {
      long slot = slots[(int) a & mask];
      values[i] = (int) (slot >>> 32);
      a = (slot & 0xFFFF) * (a >>> bits) + (slot >>> 16 & 0xFFFF);
      long takes = (a - Rans.LOW) >> 63;
      a = a << (takes & 16) | (word(payload, from) & takes);
      from -= (int) takes << 1;

      slot = slots[(int) b & mask];
      values[i + 1] = (int) (slot >>> 32);
      b = (slot & 0xFFFF) * (b >>> bits) + (slot >>> 16 & 0xFFFF);
      takes = (b - Rans.LOW) >> 63;
      b = b << (takes & 16) | (word(payload, from) & takes);
      from -= (int) takes << 1;

      slot = slots[(int) c & mask];
      values[i + 2] = (int) (slot >>> 32);
      c = (slot & 0xFFFF) * (c >>> bits) + (slot >>> 16 & 0xFFFF);
      takes = (c - Rans.LOW) >> 63;
      c = c << (takes & 16) | (word(payload, from) & takes);
      from -= (int) takes << 1;

      slot = slots[(int) d & mask];
      values[i + 3] = (int) (slot >>> 32);
      d = (slot & 0xFFFF) * (d >>> bits) + (slot >>> 16 & 0xFFFF);
      takes = (d - Rans.LOW) >> 63;
      d = d << (takes & 16) | (word(payload, from) & takes);
      from -= (int) takes << 1;
    }
    at = from;
    states[0] = a;
    states[1] = b;
    states[2] = c;
    states[3] = d;
    return i;
  }

  private static long word(byte[] payload, int from) {
    return LittleEndian.getShort(payload, from) & 0xFFFFL;
  }

  private MalformedInputException malformed(String message, int position) {
    return new MalformedInputException(message, (long) tableLength + position);
  }
}
