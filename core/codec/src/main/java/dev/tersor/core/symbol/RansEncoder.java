package dev.tersor.core.symbol;

import dev.tersor.core.bits.LittleEndian;
import java.util.Arrays;

/**
 * Writes the payload of {@link Rans}, from its end to its beginning.
 *
 * <p>The quotient floor(x / f) is a product with a reciprocal m = ceil(2^k / f), shifted by k
 * (Granlund and Montgomery, "Division by invariant integers using multiplication", 1994; Giesen's
 * rans_byte.h does the same). Here k = 32 + r for all symbols. With m f = 2^k + e, 0 &lt;= e &lt;
 * f, the quotient is exact if e x &lt; 2^k: before a step x &lt; f 2^(32 - r), so e x &lt; f^2
 * 2^(32 - r) &lt; 2^(32 + r). And m x &lt; 2^64: it is at most (2^k / f + 1)(f 2^(32 - r) - 1),
 * which is 2^64 - 2^k / f + f 2^(32 - r) - 1, and f^2 &lt; 2^(2r).
 */
final class RansEncoder {
  private final int bits;
  private final long total;

  /** By symbol: first the reciprocal, then the sum of the frequencies below and the frequency. */
  private final long[] entries;

  /** What is written, to its end; as large as the chunk that needed most. */
  private byte[] out = {};

  RansEncoder(RansFrequencies frequencies) {
    this.bits = frequencies.bits();
    this.total = frequencies.total();
    int[] scaled = frequencies.scaled();
    this.entries = new long[2 * scaled.length];
    long below = 0;
    for (int s = 0; s < scaled.length; s++) {
      if (scaled[s] > 0) {
        entries[2 * s] = reciprocal(scaled[s], bits);
        entries[2 * s + 1] = below << 16 | scaled[s];
        below += scaled[s];
      }
    }
  }

  /** Encodes symbols of at least two kinds; all must have a frequency. */
  static byte[] encode(int[] values, RansFrequencies frequencies) {
    return new RansEncoder(frequencies)
        .encode(values, 0, values.length, Rans.states(values.length));
  }

  static long reciprocal(int frequency, int bits) {
    return ((1L << (32 + bits)) + frequency - 1) / frequency;
  }

  /** floor(state / frequency) for states below frequency 2^(32 - bits). */
  static long quotient(long state, long reciprocal, int bits) {
    return (state * reciprocal) >>> (32 + bits);
  }

  /** Encodes the symbols from one on up to another, with so many states. */
  byte[] encode(int[] values, int first, int last, int number) {
    long[] states = new long[number];
    Arrays.fill(states, Rans.LOW);
    // A state is below 2^16 after one word has left it, so a symbol writes no more than one.
    int most = Rans.WORD_BYTES * (last - first) + number * Rans.STATE_BYTES;
    if (out.length < most) {
      out = new byte[most];
    }
    int end = last - (last - first) % number;
    int at = encode(values, end, last, states, out.length);
    for (int i = end; i > first; i -= number) {
      at = encode(values, i - number, i, states, at);
    }
    for (int state = number - 1; state >= 0; state--) {
      at -= Rans.STATE_BYTES;
      LittleEndian.putInt(out, at, (int) states[state]);
    }
    return Arrays.copyOfRange(out, at, out.length);
  }

  /**
   * At most a symbol for each state, the first of which is that of {@code first}. Whether a word
   * leaves a state is as good as random, so the word is written in any case and only counted if it
   * leaves: a branch would be mispredicted every few symbols.
   */
  private int encode(int[] values, int first, int last, long[] states, int end) {
    byte[] to = out;
    int high = 32 - bits;
    int at = end;
    for (int i = last - 1; i >= first; i--) {
      long x = states[i - first];
      int s = 2 * values[i];
      long entry = entries[s + 1];
      long frequency = entry & 0xFFFF;
      LittleEndian.putShort(to, at - Rans.WORD_BYTES, (short) x);
      int leaves = (int) ((frequency - 1 - (x >>> high)) >>> 63);
      at -= leaves << 1;
      x >>>= leaves << 4;
      states[i - first] = x + (entry >>> 16) + quotient(x, entries[s], bits) * (total - frequency);
    }
    return at;
  }
}
