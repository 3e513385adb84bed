package dev.tersor.core.index;

import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Element-wise runtime-accessible sequence of a sparse tensor (Succinct Compression, section 3.3,
 * Figure 1-(C)): tuples of the distance from the left neighbour and the value, as two streams.
 * Streams: {@code flag} as in {@link LayerFlag}, 0; then {@code gaps}, the zeros skipped since the
 * non-zero before or the start, and {@code values} as {@link Gap} has them, in the width of the
 * longest gap, at most 16 bits. A gap of 2^16 zeros or more is bridged by fillers of gap 2^16 - 1
 * and value 0, fewer than one for every 2^16 weights, so that coders take the stream whatever the
 * longest gap is. With E tuples of w-bit gaps {@code 1 + ceil(E*w/8) + ceil(E*b/8)} bytes.
 *
 * <p>Example: 0 0 5 7 0 0 0 9 is flag 0, gaps 2 0 3 of 2 bits, values 5 7 9.
 */
final class RasElementSparse implements IndexScheme {
  static final int WIDEST = 16;

  @Override
  public String name() {
    return "ras-element-sparse";
  }

  @Override
  public Access access() {
    return Access.SEQUENTIAL;
  }

  @Override
  public StoredForm form() {
    return new StoredForm.Gaps(Gap.GAPS);
  }

  @Override
  public Split split(Codes codes, SharedWork work) {
    int longest = 0;
    int last = -1;
    for (int position : codes.nonZeroPositions()) {
      longest = Math.max(longest, position - last - 1);
      last = position;
    }
    List<Stream> streams = new ArrayList<>();
    streams.add(LayerFlag.ELEMENT.stream());
    streams.addAll(new Gap(Math.min(WIDEST, width(longest))).split(codes, work).streams());
    return new Split(streams);
  }

  /** The fewest bits that hold a number, at least one. */
  static int width(int number) {
    return Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(number));
  }

  /** The width of the stored gaps. */
  static int gapWidth(Split split) {
    int width = split.symbols(Gap.GAPS, Role.INDEX).width();
    if (width > WIDEST) {
      throw Elements.tooWide(Gap.GAPS, width, WIDEST);
    }
    return width;
  }

  @Override
  public byte[] join(Shape shape, int bits, Split split) {
    LayerFlag.ELEMENT.check(split);
    return new Gap(gapWidth(split)).join(shape, bits, split);
  }
}
