package dev.tersor.core.index;

import dev.tersor.core.symbol.Place;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.util.List;

/**
 * One bit a position, set where the weight is not zero: the baseline that the relative index and
 * the groupwise encodings are to be held against. Stream {@code mask} has {@code ceil(N/8)} symbols
 * of 8 bits, position p being bit {@code p mod 8} of symbol {@code p/8}; {@code values} the codes
 * of the non-zeros. {@code ceil(N/8) + ceil(nnz*b/8)} bytes.
 *
 * <p>Example: 0 5 0 0 0 0 0 0 7 is mask 02 01, values 5 7.
 */
public final class Bitmap implements IndexScheme {
  private static final String MASK = "mask";

  @Override
  public String name() {
    return "bitmap";
  }

  @Override
  public Access access() {
    return Access.PARALLEL;
  }

  @Override
  public Place place(String stream, Role role, Shape shape) {
    return role == Role.INDEX && stream.equals(MASK) ? Place.ofMask(shape) : Place.UNKNOWN;
  }

  @Override
  public StoredForm form() {
    return new StoredForm.Mask(MASK);
  }

  @Override
  public Split split(Codes codes, SharedWork work) {
    return new Split(
        List.of(
            new Stream(MASK, Role.INDEX, new Symbols(mask(codes), 8)),
            Elements.values(codes, work)));
  }

  /** The symbols of the mask. */
  static int[] mask(Codes codes) {
    int[] mask = new int[(codes.size() + 7) >>> 3];
    for (int position : codes.nonZeroPositions()) {
      mask[position >>> 3] |= 1 << (position & 7);
    }
    return mask;
  }

  @Override
  public byte[] join(Shape shape, int bits, Split split) {
    byte[] codes = new byte[(int) shape.size()];
    BitString mask = BitString.of(MASK, split);
    mask.checkEnd(MASK, codes.length);
    int words = (codes.length + 63) >>> 6;
    int ones = 0;
    for (int word = 0; word < words; word++) {
      ones += Long.bitCount(mask.word(word));
    }
    byte[] values = split.codes(VALUES, bits, ones);
    int next = 0;
    for (int word = 0; word < words; word++) {
      next = Elements.place(mask.word(word), word << 6, codes, values, next);
    }
    return codes;
  }
}
