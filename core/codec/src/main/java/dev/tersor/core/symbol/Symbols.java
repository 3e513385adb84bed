package dev.tersor.core.symbol;

import java.util.Arrays;

/**
 * A stream of unsigned integers. Streams of up to 8 bits may be held as bytes, which is how most of
 * them are stored and used: a stream that is only moved never grows to four times its size.
 */
public final class Symbols {
  private static final int NARROW = 8;

  private final int width;
  private int[] values;
  private byte[] bytes;
  private Entropy.Statistics statistics;

  /**
   * @param values the symbols, not copied; width-32 symbols use all bits of an int
   * @param width bits a plain symbol takes, 1 to 32
   */
  public Symbols(int[] values, int width) {
    if (width < 1 || width > 32) {
      throw new IllegalArgumentException("width " + width + " outside 1..32");
    }
    this.width = width;
    this.values = values;
  }

  private Symbols(byte[] bytes, int width) {
    this.width = width;
    this.bytes = bytes;
  }

  /**
   * A stream of narrow symbols.
   *
   * @param bytes a byte a symbol, not copied
   * @param width bits a plain symbol takes, 1 to 8
   */
  public static Symbols ofBytes(byte[] bytes, int width) {
    if (width < 1 || width > NARROW) {
      throw new IllegalArgumentException("width " + width + " outside 1..8");
    }
    return new Symbols(bytes, width);
  }

  /** Bits a plain symbol takes. */
  public int width() {
    return width;
  }

  public int count() {
    return bytes == null ? values.length : bytes.length;
  }

  /**
   * The symbols, not to be changed. Those of a stream that is held as bytes are made anew each time
   * and not kept.
   */
  public int[] values() {
    int[] held = values;
    if (held != null) {
      return held;
    }
    int[] wide = new int[bytes.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = bytes[i] & 0xFF;
    }
    return wide;
  }

  /**
   * The symbols of a stream of up to 8 bits, not to be changed.
   *
   * @throws IllegalStateException if the stream is wider
   */
  public byte[] bytes() {
    if (bytes == null) {
      if (width > NARROW) {
        throw new IllegalStateException(width + "-bit symbols are no bytes");
      }
      byte[] narrow = new byte[values.length];
      for (int i = 0; i < narrow.length; i++) {
        narrow[i] = (byte) values[i];
      }
      bytes = narrow;
    }
    return bytes;
  }

  /**
   * How often each symbol occurs, by symbol; for streams of up to 16 bits.
   *
   * @throws IllegalArgumentException if a symbol does not fit in the stream's width
   */
  int[] frequencies() {
    int[] frequencies = new int[1 << Math.max(width, isBytes() ? NARROW : 0)];
    if (isBytes()) {
      for (byte value : bytes) {
        frequencies[value & 0xFF]++;
      }
      for (int value = 1 << width; value < frequencies.length; value++) {
        if (frequencies[value] > 0) {
          throw tooWide(value);
        }
      }
      return Arrays.copyOf(frequencies, 1 << width);
    }
    for (int value : values) {
      if (value >>> width != 0) {
        throw tooWide(value);
      }
      frequencies[value]++;
    }
    return frequencies;
  }

  private IllegalArgumentException tooWide(int value) {
    return new IllegalArgumentException("symbol " + value + " does not fit in " + width + " bits");
  }

  /** What {@link Entropy#of} says of them, found once. */
  Entropy.Statistics statistics() {
    if (statistics == null) {
      statistics = Entropy.count(this);
    }
    return statistics;
  }

  /** Whether {@link #bytes} are at hand without making them. */
  boolean isBytes() {
    return bytes != null;
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof Symbols that) || width != that.width) {
      return false;
    }
    boolean narrow = bytes != null && that.bytes != null;
    return narrow ? Arrays.equals(bytes, that.bytes) : Arrays.equals(values(), that.values());
  }

  @Override
  public int hashCode() {
    return 31 * width + Arrays.hashCode(values());
  }

  @Override
  public String toString() {
    return count() + " symbols of " + width + " bits";
  }
}
