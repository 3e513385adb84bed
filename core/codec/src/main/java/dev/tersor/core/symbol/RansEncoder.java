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
  private final int[] values;
  private final int bits;
  private final long total;

  /** By symbol: first the reciprocal, then the sum of the frequencies below and the frequency. */
  private final long[] entries;

  private final byte[] out;
  private int at;

  private RansEncoder(int[] values, RansFrequencies frequencies) {
    this.values = values;
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
    // A state is below 2^16 after one word has left it, so a symbol writes no more than one.
    int most = Rans.WORD_BYTES * values.length + Rans.STATES * Rans.STATE_BYTES;
    this.out = new byte[most];
    this.at = most;
  }

  /** Encodes symbols of at least two kinds; all must have a frequency. */
  static byte[] encode(int[] values, RansFrequencies frequencies) {
    return new RansEncoder(values, frequencies).encode();
  }

  static long reciprocal(int frequency, int bits) {
    return ((1L << (32 + bits)) + frequency - 1) / frequency;
  }

  /** floor(state / frequency) for states below frequency 2^(32 - bits). */
  static long quotient(long state, long reciprocal, int bits) {
    return (state * reciprocal) >>> (32 + bits);
  }

  private byte[] encode() {
    long[] states = new long[Rans.states(values.length)];
    Arrays.fill(states, Rans.LOW);
    int rest = states.length == 1 ? 0 : values.length - values.length % Rans.STATES;
    for (int i = values.length - 1; i >= rest; i--) {
      int state = i % states.length;
      states[state] = one(states[state], values[i]);
    }
    if (rest > 0) {
      interleaved(states, rest);
    }
    for (int state = states.length - 1; state >= 0; state--) {
      at -= Rans.STATE_BYTES;
      LittleEndian.putInt(out, at, (int) states[state]);
    }
    return Arrays.copyOfRange(out, at, out.length);
  }

  private long one(long state, int value) {
    long entry = entries[2 * value + 1];
    long frequency = entry & 0xFFFF;
    long x = state;
    if (x >>> (32 - bits) >= frequency) {
      at -= Rans.WORD_BYTES;
      LittleEndian.putShort(out, at, (short) x);
      x >>>= 16;
    }
    return x + (entry >>> 16) + quotient(x, entries[2 * value], bits) * (total - frequency);
  }

  /**
   * The same for the first {@code rest} symbols, four at a time. Whether a word leaves a state is
   * as good as random, so the word is written in any case and only counted if it leaves: a branch
   * would be mispredicted every few symbols.
   */
  private void interleaved(long[] states, int rest) {
    long a = states[0];
    long b = states[1];
    long c = states[2];
    long d = states[3];
    int high = 32 - bits;
    int to = at;
    for (int i = rest - 4; i >= 0; i -= 4) {
      int s = 2 * values[i + 3];
      long entry = entries[s + 1];
      long frequency = entry & 0xFFFF;
      LittleEndian.putShort(out, to - 2, (short) d);
      int leaves = (int) ((frequency - 1 - (d >>> high)) >>> 63);
      to -= leaves << 1;
      d >>>= leaves << 4;
      d += (entry >>> 16) + quotient(d, entries[s], bits) * (total - frequency);

      s = 2 * values[i + 2];
      entry = entries[s + 1];
      frequency = entry & 0xFFFF;
      LittleEndian.putShort(out, to - 2, (short) c);
      leaves = (int) ((frequency - 1 - (c >>> high)) >>> 63);
      to -= leaves << 1;
      c >>>= leaves << 4;
      c += (entry >>> 16) + quotient(c, entries[s], bits) * (total - frequency);

      s = 2 * values[i + 1];
      entry = entries[s + 1];
      frequency = entry & 0xFFFF;
      LittleEndian.putShort(out, to - 2, (short) b);
      leaves = (int) ((frequency - 1 - (b >>> high)) >>> 63);
      to -= leaves << 1;
      b >>>= leaves << 4;
      b += (entry >>> 16) + quotient(b, entries[s], bits) * (total - frequency);

      s = 2 * values[i];
      entry = entries[s + 1];
      frequency = entry & 0xFFFF;
      LittleEndian.putShort(out, to - 2, (short) a);
      leaves = (int) ((frequency - 1 - (a >>> high)) >>> 63);
      to -= leaves << 1;
      a >>>= leaves << 4;
      a += (entry >>> 16) + quotient(a, entries[s], bits) * (total - frequency);
    }
    at = to;
    states[0] = a;
    states[1] = b;
    states[2] = c;
    states[3] = d;
  }
}
