package dev.tersor.core.symbol;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;

/** Reads a payload of {@link Rans}, or what a kernel leaves of a chunk of it. */
final class RansDecoder {
  private final byte[] payload;
  private final int end;
  private final long position;
  private final RansSlots slots;
  private int at;

  /**
   * @param end of the chunk in the payload
   * @param position of the payload, for errors
   */
  RansDecoder(byte[] payload, int end, long position, RansSlots slots) {
    this.payload = payload;
    this.end = end;
    this.position = position;
    this.slots = slots;
  }

  /**
   * Decodes all of {@code values}, at least one, from a payload that is not of chunks, with the
   * frequencies of two symbols or more.
   */
  static void decode(Coded coded, RansFrequencies frequencies, int[] values) {
    byte[] payload = coded.payload();
    long position = coded.table().length;
    new RansDecoder(payload, payload.length, position, RansSlots.of(frequencies)).decode(values);
  }

  /**
   * The state that is stored at a place.
   *
   * @throws MalformedInputException if it is none
   */
  static long state(byte[] payload, int at, long position) {
    long state = LittleEndian.getInt(payload, at) & 0xFFFFFFFFL;
    if (state < Rans.LOW) {
      throw new MalformedInputException("state " + state + " below 65536", position + at);
    }
    return state;
  }

  private void decode(int[] values) {
    long[] states = new long[Rans.states(values.length)];
    if (payload.length < states.length * Rans.STATE_BYTES
        || payload.length % Rans.WORD_BYTES != 0) {
      throw malformed("payload of " + payload.length + " bytes", 0);
    }
    for (int state = 0; state < states.length; state++, at += Rans.STATE_BYTES) {
      states[state] = state(payload, at, position);
    }
    int done = states.length == 1 ? 0 : interleaved(states, values);
    finish(states, at, values, 0, done, values.length);
  }

  /**
   * Decodes the last symbols of a chunk and checks its end.
   *
   * @param from where the next word lies
   * @param first the chunk's first symbol
   * @param done its next one
   * @param last the one behind its last
   */
  void finish(long[] states, int from, int[] values, int first, int done, int last) {
    at = from;
    char[] symbols = slots.symbols();
    for (int i = done; i < last; i++) {
      int state = (i - first) % states.length;
      int slot = (int) states[state] & (symbols.length - 1);
      values[i] = symbols[slot];
      states[state] = next(states[state], slot, i);
    }
    if (at != end) {
      throw malformed((end - at) + " bytes after the last symbol", at);
    }
    for (int state = 0; state < states.length; state++) {
      if (states[state] != Rans.LOW) {
        throw malformed("state " + state + " ends at " + states[state] + ", not at 65536", at);
      }
    }
  }

  private long next(long state, int slot, int symbol) {
    long range = slots.ranges()[slots.symbols()[slot]];
    long x = (range & 0xFFFF) * (state >>> slots.bits()) + slot - (range >>> 32);
    if (x >= Rans.LOW) {
      return x;
    }
    if (at > end - Rans.WORD_BYTES) {
      throw malformed("payload ends before the word that symbol " + symbol + " needs", at);
    }
    at += Rans.WORD_BYTES;
    return x << 16 | Rans.word(payload, at - Rans.WORD_BYTES);
  }

  /**
   * The same four symbols at a time, as long as there are words for four; returns how many symbols
   * that decoded. Whether a state takes a word is as good as random, so it is computed rather than
   * branched on: {@code takes} is -1 if it does and 0 if not.
   */
  private int interleaved(long[] states, int[] values) {
    char[] symbols = slots.symbols();
    long[] ranges = slots.ranges();
    byte[] payload = this.payload;
    int bits = slots.bits();
    int mask = symbols.length - 1;
    long a = states[0];
    long b = states[1];
    long c = states[2];
    long d = states[3];
    int from = at;
    int lastFrom = payload.length - 4 * Rans.WORD_BYTES;
    int i = 0;
    for (; i < values.length - 3 && from <= lastFrom; i += 4) {
      int slot = (int) a & mask;
      int symbol = symbols[slot];
      long range = ranges[symbol];
      values[i] = symbol;
      a = (range & 0xFFFF) * (a >>> bits) + slot - (range >>> 32);
      long takes = (a - Rans.LOW) >> 63;
      a = a << (takes & 16) | (Rans.word(payload, from) & takes);
      from -= (int) takes << 1;

      slot = (int) b & mask;
      symbol = symbols[slot];
      range = ranges[symbol];
      values[i + 1] = symbol;
      b = (range & 0xFFFF) * (b >>> bits) + slot - (range >>> 32);
      takes = (b - Rans.LOW) >> 63;
      b = b << (takes & 16) | (Rans.word(payload, from) & takes);
      from -= (int) takes << 1;

      slot = (int) c & mask;
      symbol = symbols[slot];
      range = ranges[symbol];
      values[i + 2] = symbol;
      c = (range & 0xFFFF) * (c >>> bits) + slot - (range >>> 32);
      takes = (c - Rans.LOW) >> 63;
      c = c << (takes & 16) | (Rans.word(payload, from) & takes);
      from -= (int) takes << 1;

      slot = (int) d & mask;
      symbol = symbols[slot];
      range = ranges[symbol];
      values[i + 3] = symbol;
      d = (range & 0xFFFF) * (d >>> bits) + slot - (range >>> 32);
      takes = (d - Rans.LOW) >> 63;
      d = d << (takes & 16) | (Rans.word(payload, from) & takes);
      from -= (int) takes << 1;
    }
    at = from;
    states[0] = a;
    states[1] = b;
    states[2] = c;
    states[3] = d;
    return i;
  }

  private MalformedInputException malformed(String message, int where) {
    return new MalformedInputException(message, position + where);
  }
}
