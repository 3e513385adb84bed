package dev.tersor.core.symbol;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.wavelet.WaveletTree;

/** A stream whose symbols have their high bits in a wavelet tree and their low bits packed. */
final class SplitSequence implements SymbolSequence {
  private final WaveletTree high;
  private final byte[] bytes;
  private final int at;
  private final int lowBits;
  private final int mask;

  /**
   * @param bytes an array with the low bits
   * @param at where they begin in it; they go on to its end
   * @param lowBits bits of each
   */
  SplitSequence(WaveletTree high, byte[] bytes, int at, int lowBits) {
    this.high = high;
    this.bytes = bytes;
    this.at = at;
    this.lowBits = lowBits;
    this.mask = (1 << lowBits) - 1;
  }

  @Override
  public int count() {
    return high.length();
  }

  @Override
  public int width() {
    return high.width() + lowBits;
  }

  @Override
  public int access(int i) {
    return high.access(i) << lowBits | low(i);
  }

  /** At most 15 bits, so in three bytes. */
  private int low(int i) {
    long bit = (long) i * lowBits;
    int from = at + (int) (bit >>> 3);
    if (from + 4 <= bytes.length) {
      return LittleEndian.getInt(bytes, from) >>> (bit & 7) & mask;
    }
    int word = 0;
    for (int b = from; b < bytes.length; b++) {
      word |= (bytes[b] & 0xFF) << (8 * (b - from));
    }
    return word >>> (bit & 7) & mask;
  }

  @Override
  public void decode(int from, int to, byte[] out, int start) {
    if (width() > Byte.SIZE) {
      throw new IllegalArgumentException("symbols of " + width() + " bits do not fit in bytes");
    }
    high.decode(from, to, out, start);
    int i = from;
    for (; i + 8 <= to && at + (((long) i * lowBits) >>> 3) + 8 <= bytes.length; i += 8) {
      addEight(i, out, start + i - from);
    }
    for (; i < to; i++) {
      int place = start + i - from;
      out[place] = (byte) (out[place] << lowBits | low(i));
    }
  }

  /** Eight low parts are at most 56 bits, so in one word wherever they begin. */
  private void addEight(int i, byte[] out, int place) {
    long bit = (long) i * lowBits;
    long word = LittleEndian.getLong(bytes, at + (int) (bit >>> 3)) >>> (bit & 7);
    long eight = LittleEndian.getLong(out, place) << lowBits;
    for (int k = 0; k < 64; k += 8) {
      eight |= (word & mask) << k;
      word >>>= lowBits;
    }
    LittleEndian.putLong(out, place, eight);
  }

  @Override
  public void decode(int from, int to, int[] out, int start) {
    high.decode(from, to, out, start);
    for (int i = from; i < to; i++) {
      int place = start + i - from;
      out[place] = out[place] << lowBits | low(i);
    }
  }
}
