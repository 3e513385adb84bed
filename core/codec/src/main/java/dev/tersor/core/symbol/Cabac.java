package dev.tersor.core.symbol;

import dev.tersor.core.bits.MalformedInputException;
import java.util.Arrays;

/**
 * Context-adaptive binary arithmetic coding in the manner of DeepCABAC (Wiedemann et al.,
 * "DeepCABAC: context-adaptive binary arithmetic coding for deep neural network compression", 2019,
 * arXiv 1905.08318): every symbol becomes a few bits, each coded with the probability that its
 * context has shown so far. There is no table of frequencies, and where the spread of weights
 * changes from filter to filter the payload gets shorter than the order-0 entropy.
 *
 * <p><b>Bits</b>. First a flag: the symbol is not 0. What follows a 1 depends on the {@link
 * Binarisation}:
 *
 * <ul>
 *   <li>a tree: the symbol's bits, highest first, each in the context of those before it; the last
 *       bit of 0..01 is left out;
 *   <li>two's complement, or centred at c (symbols 1 .. c are -c .. -1, the others 1, 2, ..): the
 *       sign; the number of bits of the magnitude less one, in unary; the bits below the highest
 *       one, three with contexts and the rest without.
 * </ul>
 *
 * DeepCABAC's flags "greater than 1, 2, .. n" and its Exp-Golomb remainder are the unary part and
 * the bits below here: the flags double instead of counting up, which 8-bit codes need. Contexts of
 * the first flag and of the unary part are the bit lengths of the two magnitudes before, added, at
 * most 15; of the sign the sign before. The encoder tries the binarisations on the first 16,384
 * symbols and takes the shortest.
 *
 * <p><b>Table</b>: see {@link Binarisation}. <b>Payload</b>: the bytes of {@link RangeEncoder},
 * with probabilities as {@link BinaryState} has them. An empty stream has neither; one of a single
 * distinct symbol has its table alone.
 *
 * <p>Example: symbols 0 0 1 2 of width 2 as a tree are the bits 0, 0, 1 0 (01 without its last bit)
 * and 1 1 0. The table is {@code 00}, the payload {@code 9A EA 78}.
 */
public final class Cabac implements SymbolCoder {
  private static final int MAX_WIDTH = 16;

  /** What the binarisations are tried on. */
  private static final int SAMPLE = 1 << 14;

  private static final double LEAST_SHARE = 0.97;

  /**
   * A flag of the highest probability takes more than 2^-12 bits, so this many to a payload bit.
   */
  private static final int MOST_SYMBOLS_A_BIT = 1 << 12;

  @Override
  public String name() {
    return "cabac";
  }

  @Override
  public boolean accepts(Symbols symbols) {
    return symbols.width() <= MAX_WIDTH;
  }

  @Override
  public boolean isRandomAccess() {
    return false;
  }

  /**
   * A guess, since only coding tells: contexts and adaptation save 1 to 5 per cent of the entropy
   * of weights, and hardly anything of their positions; where they save more than this of
   * positions, such as those of a dense layer as CSR, the recipe is far from the smallest.
   */
  @Override
  public double leastBits(Symbols symbols) {
    return LEAST_SHARE * Entropy.of(symbols).bits();
  }

  @Override
  public Coded encode(Symbols symbols) {
    int[] frequencies = symbols.frequencies();
    int count = symbols.count();
    int width = symbols.width();
    if (count == 0) {
      return new Coded(new byte[0], new byte[0]);
    }
    int[] values = symbols.values();
    if (frequencies[values[0]] == count) {
      return new Coded(Binarisation.constant(values[0], width).write(), new byte[0]);
    }
    int sample = Math.min(count, SAMPLE);
    Binarisation best = null;
    byte[] payload = {};
    for (Binarisation candidate : Binarisation.candidates(frequencies, width)) {
      byte[] tried = CabacEncoder.encode(values, sample, candidate);
      if (best == null || tried.length < payload.length) {
        best = candidate;
        payload = tried;
      }
    }
    return new Coded(
        best.write(), sample == count ? payload : CabacEncoder.encode(values, count, best));
  }

  @Override
  public Symbols decode(Coded coded, int count, int width) {
    byte[] table = coded.table();
    byte[] payload = coded.payload();
    if (coded.isEmpty(count)) {
      return new Symbols(new int[0], width);
    }
    Binarisation binarisation = Binarisation.read(table, width);
    if (binarisation.kind() == Binarisation.Kind.CONSTANT) {
      if (payload.length != 0) {
        throw new MalformedInputException("one symbol needs no payload", table.length);
      }
      int[] values = new int[count];
      Arrays.fill(values, binarisation.number());
      return new Symbols(values, width);
    }
    if (count > (payload.length + (long) Integer.BYTES) * Byte.SIZE * MOST_SYMBOLS_A_BIT) {
      throw new MalformedInputException(
          count + " symbols cannot be in " + payload.length + " bytes", table.length);
    }
    int[] values = new int[count];
    CabacDecoder.decode(coded, binarisation, values);
    return new Symbols(values, width);
  }
}
