package dev.tersor.core.symbol;

import dev.tersor.core.bits.BitReader;
import dev.tersor.core.bits.BitWriter;
import dev.tersor.core.bits.MalformedInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How {@link Cabac} takes symbols apart into bits, and its stored form: 2 bits of the kind, then
 * the number in as many bits as the stream is wide where the kind has one, filled up with zero
 * bits.
 *
 * @param number of {@link Kind#CENTRED} the largest symbol that counts as negative, of {@link
 *     Kind#CONSTANT} the symbol; else 0
 */
record Binarisation(Kind kind, int number, int width) {
  /** What a symbol other than 0 is taken for. */
  enum Kind {
    /** Its bits, highest first, each in the context of those before it. */
    TREE(0),
    /** A two's complement number: sign and magnitude. */
    SIGNED(1),
    /** A rank among values, the lower ones negative: sign and distance from the centre. */
    CENTRED(2),
    /** The only symbol of the stream: no bits at all. */
    CONSTANT(3);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    static Kind of(int code) {
      return switch (code) {
        case 0 -> TREE;
        case 1 -> SIGNED;
        case 2 -> CENTRED;
        default -> CONSTANT;
      };
    }
  }

  private static final int KIND_BITS = 2;
  private static final String WHAT = "binarisation";

  static Binarisation constant(int symbol, int width) {
    return new Binarisation(Kind.CONSTANT, symbol, width);
  }

  /**
   * What could suit a stream: a tree, two's complement, all positive, or as many negative as
   * positive ones.
   *
   * @param frequencies how often each symbol occurs
   */
  static List<Binarisation> candidates(int[] frequencies, int width) {
    List<Binarisation> all = new ArrayList<>();
    all.add(new Binarisation(Kind.TREE, 0, width));
    if (width > 1) {
      all.add(new Binarisation(Kind.SIGNED, 0, width));
      all.add(new Binarisation(Kind.CENTRED, 0, width));
      int median = median(frequencies);
      if (median > 0) {
        all.add(new Binarisation(Kind.CENTRED, median, width));
      }
    }
    return all;
  }

  /** Whether a table begins as that of a constant stream. */
  static boolean isConstant(byte[] table) {
    return (table[0] & ((1 << KIND_BITS) - 1)) == Kind.CONSTANT.code;
  }

  /** Bytes of the binarisation that a table begins with. */
  static int bytes(byte[] table, int width) {
    Kind kind = Kind.of(table[0] & ((1 << KIND_BITS) - 1));
    int bits = KIND_BITS + (new Binarisation(kind, 0, width).hasNumber() ? width : 0);
    return (bits + Byte.SIZE - 1) / Byte.SIZE;
  }

  /**
   * What makes numbers short: two's complement, all positive, or as many negative as positive ones.
   *
   * @param frequencies how often each symbol occurs
   */
  static Binarisation ofNumbers(int[] frequencies, int width) {
    Binarisation best = null;
    long least = Long.MAX_VALUE;
    for (Binarisation candidate : candidates(frequencies, width)) {
      if (candidate.kind == Kind.TREE && width > 1) {
        continue;
      }
      long bits = 0;
      for (int symbol = 1; symbol < frequencies.length; symbol++) {
        int length = 2 * length(candidate.magnitude(symbol)) + (candidate.hasSign() ? 1 : 0);
        bits += (long) frequencies[symbol] * length;
      }
      if (bits < least) {
        least = bits;
        best = candidate;
      }
    }
    return best;
  }

  /** The largest symbol below which at most half of the symbols other than 0 are. */
  private static int median(int[] frequencies) {
    long total = 0;
    for (int s = 1; s < frequencies.length; s++) {
      total += frequencies[s];
    }
    long below = 0;
    int symbol = 0;
    while (symbol + 1 < frequencies.length && 2 * (below + frequencies[symbol + 1]) <= total) {
      below += frequencies[++symbol];
    }
    return symbol;
  }

  /** Whether magnitudes have a sign: a centre of 0 has nothing below it. */
  boolean hasSign() {
    return kind == Kind.SIGNED || (kind == Kind.CENTRED && number > 0);
  }

  /** The magnitude of a symbol, negative for what counts as negative; 0 for symbol 0 alone. */
  int magnitude(int symbol) {
    if (kind == Kind.SIGNED) {
      return symbol << (Integer.SIZE - width) >> (Integer.SIZE - width);
    }
    return symbol == 0 ? 0 : symbol > number ? symbol - number : symbol - number - 1;
  }

  /** Bits of a magnitude without its leading zeros. */
  static int length(int magnitude) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(Math.abs(magnitude));
  }

  /**
   * The inverse of {@link #magnitude} for magnitudes other than 0.
   *
   * @return the symbol, or -1 if there is none of that magnitude
   */
  int symbol(int magnitude) {
    int size = 1 << width;
    if (kind == Kind.SIGNED) {
      return magnitude >= size >> 1 || magnitude < -(size >> 1) ? -1 : magnitude & (size - 1);
    }
    if (magnitude > 0) {
      return magnitude >= size - number ? -1 : magnitude + number;
    }
    return magnitude < -number ? -1 : magnitude + number + 1;
  }

  /** By magnitude, of which 0 is in the middle, the symbol; -1 where there is none. */
  int[] symbols() {
    int half = 1 << width;
    int[] symbols = new int[2 * half];
    Arrays.setAll(symbols, i -> i == half ? 0 : symbol(i - half));
    return symbols;
  }

  byte[] write() {
    BitWriter out = new BitWriter();
    out.write(kind.code, KIND_BITS);
    if (hasNumber()) {
      out.write(number, width);
    }
    return out.toByteArray();
  }

  private boolean hasNumber() {
    return kind == Kind.CENTRED || kind == Kind.CONSTANT;
  }

  /**
   * The inverse of {@link #write}.
   *
   * @throws MalformedInputException if the table is not one of a stream of that width
   */
  static Binarisation read(byte[] table, int width) {
    BitReader in = new BitReader(table);
    Kind kind = Kind.of(in.read(KIND_BITS, WHAT));
    Binarisation plain = new Binarisation(kind, 0, width);
    Binarisation read =
        plain.hasNumber() ? new Binarisation(kind, in.read(width, WHAT), width) : plain;
    if (in.remainingBits() >= Byte.SIZE) {
      throw new MalformedInputException(WHAT + " goes on after its end", in.bytePosition());
    }
    if (in.read((int) in.remainingBits(), WHAT) != 0) {
      throw new MalformedInputException("filling bits are not zero", table.length - 1L);
    }
    return read;
  }
}
