package dev.tersor.core.encode;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.index.IndexScheme;
import dev.tersor.core.index.Role;
import dev.tersor.core.index.Split;
import dev.tersor.core.index.Stream;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.FloatFormat;
import dev.tersor.core.tensor.Floats;
import java.util.Arrays;

/**
 * The numbers of a {@link FloatContainer}, in order of position: sign and exponent, and mantissa.
 */
record FloatStreams(Stream exponents, Stream mantissas) {
  static final String EXPONENTS = "exponents";
  static final String MANTISSAS = "mantissas";

  /**
   * @param mask 1 where a number is to be held
   */
  static FloatStreams of(Floats floats, Codes mask) {
    FloatFormat format = floats.format();
    int low = format.mantissaBits();
    int held = 0;
    for (byte code : mask.codes()) {
      held += code;
    }
    int[] exponents = new int[held];
    int[] mantissas = new int[held];
    int n = 0;
    for (int i = 0; i < floats.size(); i++) {
      if (mask.codes()[i] != 0) {
        exponents[n] = floats.bits()[i] >>> low;
        mantissas[n++] = floats.bits()[i] & ((1 << low) - 1);
      }
    }
    return new FloatStreams(
        new Stream(EXPONENTS, Role.NUMBER, new Symbols(exponents, format.exponentBits())),
        new Stream(MANTISSAS, Role.NUMBER, new Symbols(mantissas, low)));
  }

  /**
   * Those among decoded streams.
   *
   * @throws MalformedInputException if one is missing, or of another width or number of symbols
   */
  static FloatStreams in(Split split, FloatFormat format) {
    int count = split.symbols(EXPONENTS, Role.NUMBER).count();
    split.values(EXPONENTS, Role.NUMBER, format.exponentBits());
    split.values(MANTISSAS, Role.NUMBER, format.mantissaBits(), count);
    return new FloatStreams(
        new Stream(EXPONENTS, Role.NUMBER, split.symbols(EXPONENTS, Role.NUMBER)),
        new Stream(MANTISSAS, Role.NUMBER, split.symbols(MANTISSAS, Role.NUMBER)));
  }

  /** The scheme's stream of values where it was left out. */
  Stream implied() {
    byte[] ones = new byte[exponents.symbols().count()];
    Arrays.fill(ones, (byte) 1);
    return new Stream(IndexScheme.VALUES, Role.VALUE, Symbols.ofBytes(ones, 1));
  }

  /**
   * A number for each weight, zero where the mask is.
   *
   * @param zeros whether the numbers held may be zero as well
   * @throws MalformedInputException if the mask has more or fewer ones than there are numbers
   */
  int[] place(byte[] mask, FloatFormat format, boolean zeros) {
    int[] high = exponents.symbols().values();
    int[] low = mantissas.symbols().values();
    int held = 0;
    for (byte code : mask) {
      held += code;
    }
    if (held != high.length) {
      throw new MalformedInputException(
          high.length + " numbers for " + held + " weights", high.length);
    }
    int[] bits = new int[mask.length];
    int n = 0;
    for (int i = 0; i < mask.length; i++) {
      if (mask[i] != 0) {
        bits[i] = high[n] << format.mantissaBits() | low[n];
        if (bits[i] == 0 && !zeros) {
          throw new MalformedInputException("stream 'exponents' has a zero for a non-zero", n);
        }
        n++;
      }
    }
    return bits;
  }
}
