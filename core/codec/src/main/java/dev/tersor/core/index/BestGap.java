package dev.tersor.core.index;

import dev.tersor.core.bits.PackedInts;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;

/**
 * {@link Gap} in the width, 1 to 16 bits, that takes the fewest bytes for the tensor at hand when
 * gaps and values are packed; of equal ones the narrowest. Deep Compression (section 2) has 8 bits
 * for convolutions and 5 for other layers. The stream {@code gaps} has the width. With E elements,
 * fillers included, the least {@code ceil(E*w/8) + ceil(E*b/8)} bytes.
 *
 * <p>Example of 4-bit codes: 5 0 0 0 0 0 7 takes 3 bytes with w = 1 or 2, and 2 with w = 3: gaps 0
 * 5, values 5 7.
 */
final class BestGap implements IndexScheme {
  private static final int WIDEST = 16;

  @Override
  public String name() {
    return "gap-best";
  }

  @Override
  public Access access() {
    return Access.SEQUENTIAL;
  }

  @Override
  public Split split(Codes codes, SharedWork work) {
    return new Gap(width(new Gaps(codes.nonZeroPositions()), codes.bits())).split(codes, work);
  }

  private static int width(Gaps gaps, int bits) {
    int best = 1;
    long fewest = Long.MAX_VALUE;
    int nonZeros = gaps.count();
    for (int width = 1; width <= WIDEST; width++) {
      // A filler for every full 2^w zeros of a gap.
      long elements = nonZeros + gaps.quotients(1 << width);
      long bytes = PackedInts.bytes(elements, width) + PackedInts.bytes(elements, bits);
      if (bytes < fewest) {
        fewest = bytes;
        best = width;
      }
    }
    return best;
  }

  @Override
  public byte[] join(Shape shape, int bits, Split split) {
    int width = split.symbols(Gap.GAPS, Role.INDEX).width();
    if (width > WIDEST) {
      throw Elements.tooWide(Gap.GAPS, width, WIDEST);
    }
    return new Gap(width).join(shape, bits, split);
  }
}
