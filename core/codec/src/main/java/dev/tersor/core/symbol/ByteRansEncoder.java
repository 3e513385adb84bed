package dev.tersor.core.symbol;

import dev.tersor.core.bits.LittleEndian;
import java.util.Arrays;

/**
 * {@link RansEncoder} for bytes and the eight states of a chunk, which stay in registers. It writes
 * the same; its memory is used again.
 */
final class ByteRansEncoder {
  private static final int SYMBOLS = 1 << Byte.SIZE;

  private final long[] entries = new long[2 * SYMBOLS];
  private byte[] out = {};

  /**
   * The payload of a stream, in so many chunks.
   *
   * @param frequencies of two symbols or more
   */
  byte[] encode(byte[] bytes, int count, RansFrequencies frequencies, int chunks) {
    int[] scaled = frequencies.scaled();
    Arrays.fill(entries, 0);
    long below = 0;
    for (int s = 0; s < scaled.length; s++) {
      if (scaled[s] > 0) {
        entries[2 * s] = RansEncoder.reciprocal(scaled[s], frequencies.bits());
        entries[2 * s + 1] = below << 16 | scaled[s];
        below += scaled[s];
      }
    }
    byte[][] parts = new byte[chunks][];
    for (int q = 0; q < chunks; q++) {
      int first = Chunks.first(q, chunks, count);
      parts[q] = encode(bytes, first, Chunks.first(q + 1, chunks, count), frequencies.bits());
    }
    return Chunks.join(parts);
  }

  private byte[] encode(byte[] bytes, int first, int last, int bits) {
    // A state is below 2^16 after one word has left it, so a symbol writes no more than one.
    int most = Rans.WORD_BYTES * (last - first) + RansKernel.STATES * Rans.STATE_BYTES;
    if (out.length < most) {
      out = new byte[most];
    }
    long[] states = new long[RansKernel.STATES];
    Arrays.fill(states, Rans.LOW);
    int end = last - (last - first) % RansKernel.STATES;
    int at = out.length;
    for (int i = last - 1; i >= end; i--) {
      int s = 2 * (bytes[i] & 0xFF);
      long frequency = entries[s + 1] & 0xFFFF;
      long x = states[i - end];
      if (x >>> (32 - bits) >= frequency) {
        at -= Rans.WORD_BYTES;
        LittleEndian.putShort(out, at, (short) x);
        x >>>= 16;
      }
      long quotient = RansEncoder.quotient(x, entries[s], bits);
      states[i - end] = x + (entries[s + 1] >>> 16) + quotient * ((1L << bits) - frequency);
    }
    at = rounds(bytes, first, end, states, at, bits);
    for (int state = RansKernel.STATES - 1; state >= 0; state--) {
      at -= Rans.STATE_BYTES;
      LittleEndian.putInt(out, at, (int) states[state]);
    }
    return Arrays.copyOfRange(out, at, out.length);
  }

  /**
   * Rounds of a symbol for each state, from the last to the first. Whether a word leaves a state is
   * as good as random, so the word is written in any case and only counted if it leaves.
   */
  private int rounds(byte[] bytes, int first, int last, long[] states, int end, int bits) {
    // So long that twice a byte is always in it, and the compiler knows.
    long[] own = Arrays.copyOf(entries, 2 * SYMBOLS);
    byte[] to = out;
    long total = 1L << bits;
    int high = 32 - bits;
    int shift = 32 + bits;
    long a = states[0];
    long b = states[1];
    long c = states[2];
    long d = states[3];
    long e = states[4];
    long f = states[5];
    long g = states[6];
    long h = states[7];
    int at = end;
    int s;
    long entry;
    long frequency;
    int leaves;
    for (int i = last; i > first; i -= RansKernel.STATES) {
      s = 2 * (bytes[i - 1] & 0xFF);
      entry = own[s + 1];
      frequency = entry & 0xFFFF;
      LittleEndian.putShort(to, at - Rans.WORD_BYTES, (short) h);
      leaves = (int) ((frequency - 1 - (h >>> high)) >>> 63);
      at -= leaves << 1;
      h >>>= leaves << 4;
      h += (entry >>> 16) + ((h * own[s]) >>> shift) * (total - frequency);

      s = 2 * (bytes[i - 2] & 0xFF);
      entry = own[s + 1];
      frequency = entry & 0xFFFF;
      LittleEndian.putShort(to, at - Rans.WORD_BYTES, (short) g);
      leaves = (int) ((frequency - 1 - (g >>> high)) >>> 63);
      at -= leaves << 1;
      g >>>= leaves << 4;
      g += (entry >>> 16) + ((g * own[s]) >>> shift) * (total - frequency);

      s = 2 * (bytes[i - 3] & 0xFF);
      entry = own[s + 1];
      frequency = entry & 0xFFFF;
      LittleEndian.putShort(to, at - Rans.WORD_BYTES, (short) f);
      leaves = (int) ((frequency - 1 - (f >>> high)) >>> 63);
      at -= leaves << 1;
      f >>>= leaves << 4;
      f += (entry >>> 16) + ((f * own[s]) >>> shift) * (total - frequency);

      s = 2 * (bytes[i - 4] & 0xFF);
      entry = own[s + 1];
      frequency = entry & 0xFFFF;
      LittleEndian.putShort(to, at - Rans.WORD_BYTES, (short) e);
      leaves = (int) ((frequency - 1 - (e >>> high)) >>> 63);
      at -= leaves << 1;
      e >>>= leaves << 4;
      e += (entry >>> 16) + ((e * own[s]) >>> shift) * (total - frequency);

      s = 2 * (bytes[i - 5] & 0xFF);
      entry = own[s + 1];
      frequency = entry & 0xFFFF;
      LittleEndian.putShort(to, at - Rans.WORD_BYTES, (short) d);
      leaves = (int) ((frequency - 1 - (d >>> high)) >>> 63);
      at -= leaves << 1;
      d >>>= leaves << 4;
      d += (entry >>> 16) + ((d * own[s]) >>> shift) * (total - frequency);

      s = 2 * (bytes[i - 6] & 0xFF);
      entry = own[s + 1];
      frequency = entry & 0xFFFF;
      LittleEndian.putShort(to, at - Rans.WORD_BYTES, (short) c);
      leaves = (int) ((frequency - 1 - (c >>> high)) >>> 63);
      at -= leaves << 1;
      c >>>= leaves << 4;
      c += (entry >>> 16) + ((c * own[s]) >>> shift) * (total - frequency);

      s = 2 * (bytes[i - 7] & 0xFF);
      entry = own[s + 1];
      frequency = entry & 0xFFFF;
      LittleEndian.putShort(to, at - Rans.WORD_BYTES, (short) b);
      leaves = (int) ((frequency - 1 - (b >>> high)) >>> 63);
      at -= leaves << 1;
      b >>>= leaves << 4;
      b += (entry >>> 16) + ((b * own[s]) >>> shift) * (total - frequency);

      s = 2 * (bytes[i - 8] & 0xFF);
      entry = own[s + 1];
      frequency = entry & 0xFFFF;
      LittleEndian.putShort(to, at - Rans.WORD_BYTES, (short) a);
      leaves = (int) ((frequency - 1 - (a >>> high)) >>> 63);
      at -= leaves << 1;
      a >>>= leaves << 4;
      a += (entry >>> 16) + ((a * own[s]) >>> shift) * (total - frequency);
    }
    states[0] = a;
    states[1] = b;
    states[2] = c;
    states[3] = d;
    states[4] = e;
    states[5] = f;
    states[6] = g;
    states[7] = h;
    return at;
  }
}
