package dev.tersor.core.wavelet;

import dev.tersor.core.bits.BitVectorForm;

/** Symbols to stored bytes, in one pass over them to count and one for each level. */
final class TreeBuilder {
  private TreeBuilder() {}

  /** The symbols, and one place more. */
  static char[] chars(byte[] symbols) {
    char[] chars = new char[symbols.length + 1];
    for (int i = 0; i < symbols.length; i++) {
      chars[i] = (char) (symbols[i] & 0xFF);
    }
    return chars;
  }

  /** The symbols, and one place more. */
  static char[] chars(int[] symbols, int width) {
    char[] chars = new char[symbols.length + 1];
    int union = 0;
    for (int i = 0; i < symbols.length; i++) {
      union |= symbols[i];
      chars[i] = (char) symbols[i];
    }
    if (union >>> width != 0) {
      throw tooLarge(width);
    }
    return chars;
  }

  private static IllegalArgumentException tooLarge(int width) {
    return new IllegalArgumentException("a symbol does not fit in " + width + " bits");
  }

  /**
   * @param symbols the sequence and one place more, which is overwritten
   */
  static Stored build(char[] symbols, int width, Shape shape, BitVectorForm form) {
    int length = symbols.length - 1;
    // Says what is wrong with width and form before anything is done.
    Stored nothing = new Stored(shape, form, width, length, new byte[0], new byte[0], 0, 0);
    if (length == 0) {
      return nothing;
    }
    int[] frequencies = frequencies(symbols, length, width);
    int differ = 0;
    for (int s = 0; s < frequencies.length; s++) {
      if (frequencies[s] > 0) {
        if (s >>> width != 0) {
          throw tooLarge(width);
        }
        differ |= s ^ symbols[0];
      }
    }
    return shape == Shape.HUFFMAN
        ? coded(symbols, nothing, CodedLayout.of(frequencies), frequencies)
        : levels(symbols, nothing, LevelLayout.of(shape, symbols[0], differ), frequencies);
  }

  /**
   * How often each symbol occurs, up to the largest that there may be. Equal symbols in a row would
   * wait for each other's count, so neighbours are counted apart.
   */
  private static int[] frequencies(char[] symbols, int length, int width) {
    int[] counts = new int[Math.max(1 << Byte.SIZE, 1 << width)];
    int[] others = new int[counts.length];
    for (int i = 0; i < length - 1; i += 2) {
      counts[symbols[i]]++;
      others[symbols[i + 1]]++;
    }
    if ((length & 1) != 0) {
      counts[symbols[length - 1]]++;
    }
    for (int s = 0; s < counts.length; s++) {
      counts[s] += others[s];
    }
    return counts;
  }

  private static Stored coded(char[] symbols, Stored what, CodedLayout layout, int[] frequencies) {
    byte[] bits =
        layout.isConstant()
            ? new byte[0]
            : what.form()
                .store(new CodedBuilder(layout, frequencies).build(symbols), layout.bits());
    return filled(what, layout.table(), bits);
  }

  private static Stored levels(char[] symbols, Stored what, LevelLayout layout, int[] frequencies) {
    long digits = (long) layout.levels() * what.length();
    LevelBuilder builder = new LevelBuilder(layout, frequencies, what.length());
    byte[] bits;
    if (digits == 0) {
      bits = new byte[0];
    } else if (what.shape() == Shape.QUAD) {
      bits = builder.quad(symbols);
    } else {
      bits = what.form().store(builder.binary(symbols), digits);
    }
    return filled(what, layout.table(what.length()), bits);
  }

  private static Stored filled(Stored what, byte[] table, byte[] bits) {
    return new Stored(
        what.shape(), what.form(), what.width(), what.length(), table, bits, 0, bits.length);
  }
}
