package dev.tersor.core.index;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.util.List;

/**
 * Relative index as "Smaller together" counts it (Table II, "RLE"; {@code relative4} is its RLE-4):
 * the distance to the element before in {@code w} bits, starting from position 0, so that only the
 * first element can have distance 0. A distance above {@code 2^w - 1} is bridged by filler elements
 * of distance {@code 2^w - 1} and code 0. Streams: {@code count}, one 32-bit number of elements;
 * {@code gaps}; {@code values}, fillers included. With E elements {@code ceil(E*w/8) + ceil(E*b/8)
 * + 4} bytes.
 *
 * <p>Example with w = 2: 5 0 0 0 0 7 has elements at 0, 3 (filler) and 5: gaps 0 3 2, values 5 0 7.
 */
public final class Relative implements IndexScheme {
  private static final String GAPS = "gaps";

  private final int width;

  /**
   * @param width 1 to 8 bits
   */
  public Relative(int width) {
    this.width = width;
  }

  @Override
  public String name() {
    return "relative" + width;
  }

  @Override
  public Access access() {
    return Access.SEQUENTIAL;
  }

  @Override
  public Split split(Codes codes, SharedWork work) {
    int longest = (1 << width) - 1;
    int[] positions = codes.nonZeroPositions();
    int fillers = 0;
    int last = 0;
    for (int position : positions) {
      fillers += Math.max(0, position - last - 1) / longest;
      last = position;
    }
    int[] gaps = new int[positions.length + fillers];
    int[] values = new int[gaps.length];
    int n = 0;
    last = 0;
    for (int position : positions) {
      int gap = position - last;
      while (gap > longest) {
        gaps[n++] = longest;
        gap -= longest;
      }
      gaps[n] = gap;
      values[n++] = codes.codes()[position] & 0xFF;
      last = position;
    }
    return new Split(
        List.of(
            Elements.count(gaps.length),
            new Stream(GAPS, Role.INDEX, new Symbols(gaps, width), fillers),
            // Without fillers they are those of other schemes, and coded once for all.
            fillers == 0
                ? Elements.values(codes, work)
                : new Stream(VALUES, Role.VALUE, new Symbols(values, codes.bits()), fillers)));
  }

  @Override
  public byte[] join(Shape shape, int bits, Split split) {
    byte[] codes = new byte[(int) shape.size()];
    int count = Elements.count(split, codes.length);
    int[] gaps = split.values(GAPS, Role.INDEX, width, count);
    byte[] values = split.codes(VALUES, bits, count);
    int longest = (1 << width) - 1;
    int position = 0;
    for (int i = 0; i < count; i++) {
      position += gaps[i];
      if (position >= codes.length) {
        throw Elements.outside(GAPS, i, position, codes.length);
      }
      if (values[i] == 0 ? gaps[i] != longest : gaps[i] == 0 && i > 0) {
        throw new MalformedInputException(
            "stream 'gaps' has " + gaps[i] + " where the value is " + (values[i] & 0xFF), i);
      }
      codes[position] = values[i];
    }
    return codes;
  }
}
