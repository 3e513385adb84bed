package dev.tersor.core.index;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.util.List;

/**
 * Relative index as Deep Compression draws it (section 2, Figure 2): {@code w} bits hold distances
 * 1 to {@code 2^w}, stored less one, starting before position 0. A longer distance is bridged by
 * filler elements that advance by {@code 2^w} and have code 0. Beside {@link Relative} it reaches
 * one position further with the same bits. Streams: {@code gaps}; {@code values}, fillers included.
 * With E elements {@code ceil(E*w/8) + ceil(E*b/8)} bytes.
 *
 * <p>Example with w = 2: 5 0 0 0 0 0 7 has elements at 0, 4 (filler) and 6: gaps 0 3 1, values 5 0
 * 7.
 */
public final class Gap implements IndexScheme {
  static final String GAPS = "gaps";

  private final int width;

  /**
   * @param width 1 to 16 bits
   */
  public Gap(int width) {
    this.width = width;
  }

  @Override
  public String name() {
    return "gap" + width;
  }

  @Override
  public Access access() {
    return Access.SEQUENTIAL;
  }

  @Override
  public StoredForm form() {
    return new StoredForm.Gaps(GAPS);
  }

  @Override
  public Split split(Codes codes, SharedWork work) {
    int[] positions = codes.nonZeroPositions();
    int fillers = 0;
    int last = -1;
    for (int position : positions) {
      fillers += (position - last - 1) >>> width;
      last = position;
    }
    int longest = (1 << width) - 1;
    int[] gaps = new int[positions.length + fillers];
    int[] values = new int[gaps.length];
    int n = 0;
    last = -1;
    for (int position : positions) {
      int skipped = position - last - 1;
      while (skipped > longest) {
        gaps[n++] = longest;
        skipped -= longest + 1;
      }
      gaps[n] = skipped;
      values[n++] = codes.codes()[position] & 0xFF;
      last = position;
    }
    return new Split(
        List.of(
            new Stream(GAPS, Role.INDEX, new Symbols(gaps, width), fillers),
            // Without fillers they are those of other schemes, and coded once for all.
            fillers == 0
                ? Elements.values(codes, work)
                : new Stream(VALUES, Role.VALUE, new Symbols(values, codes.bits()), fillers)));
  }

  @Override
  public byte[] join(Shape shape, int bits, Split split) {
    byte[] codes = new byte[(int) shape.size()];
    int[] gaps = split.values(GAPS, Role.INDEX, width);
    byte[] values = split.codes(VALUES, bits, gaps.length);
    int longest = (1 << width) - 1;
    int position = -1;
    for (int i = 0; i < gaps.length; i++) {
      position += gaps[i] + 1;
      if (position >= codes.length) {
        throw Elements.outside(GAPS, i, position, codes.length);
      }
      if (values[i] == 0 && gaps[i] != longest) {
        throw new MalformedInputException(
            "stream 'gaps' has " + gaps[i] + " where the value is a filler", i);
      }
      codes[position] = values[i];
    }
    return codes;
  }
}
