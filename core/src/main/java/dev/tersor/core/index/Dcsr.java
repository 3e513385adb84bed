package dev.tersor.core.index;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * dCSR: delta-linear encoding with dynamic bitwidth decomposition over the flattened tensor
 * ("Smaller together", section III and Figure 3). Elements, padding ones included, go in groups of
 * 16 lanes; with E elements the slope is {@code m = (N + E/2) / E} in integers, lane i of group j
 * lies at {@code n_j + i*m + delta_i}, and {@code n_j = n_(j-1) + 16*m + step_j} (equation 6;
 * n_(-1) + 16*m = 0).
 *
 * <p>Streams: {@code count}, E in 32 bits; {@code offsets}, 16 bytes for every two groups, lane by
 * lane, bits 0 to 3 of delta of the first group in the low nibble and of the second one in the high
 * nibble; {@code tracking}, a byte for every two groups with a nibble each, whose bits 0, 1, 2 say
 * that bits 4, 5, 6 of some delta are set; {@code steps}, a signed byte a group; {@code masks}, for
 * every tracking bit that is set, in order, 16 bits, bit i that bit of lane i; {@code values}.
 * {@code ceil(E*b/8) + 17*ceil(G/2) + G + 2*masks + 4} bytes with G = ceil(E/16); an empty tensor
 * takes 4.
 *
 * <p>Padding elements store the value that the tensor has where they lie: zero here, any in a
 * {@link Hybrid}. Lanes beyond the last element have offset 0.
 *
 * <p>Example: 0 5 0 0 7 0 has N = 6, E = 2, m = 3, elements 1 = 1 + 0*3 and 4 = 1 + 1*3: offsets 0
 * and 0, step 1, tracking 0, no masks, values 5 7.
 */
public final class Dcsr implements IndexScheme {
  private static final String OFFSETS = "offsets";
  private static final String TRACKING = "tracking";
  private static final String STEPS = "steps";
  private static final String MASKS = "masks";
  private static final int LANES = DcsrGroup.LANES;

  @Override
  public String name() {
    return "dcsr";
  }

  @Override
  public Access access() {
    return Access.PARALLEL;
  }

  @Override
  public Split split(Codes codes) {
    return new Split(split(codes.nonZeroPositions(), codes));
  }

  /**
   * The streams of some of a tensor's positions.
   *
   * @param kept ascending
   * @param codes what the values, those of padding elements included, are taken from
   */
  static List<Stream> split(int[] kept, Codes codes) {
    int[] elements = DcsrPadding.insert(kept, codes.size());
    int groups = (elements.length + LANES - 1) / LANES;
    int[] offsets = new int[LANES * ((groups + 1) / 2)];
    int[] tracking = new int[(groups + 1) / 2];
    int[] steps = new int[groups];
    int[] masks = new int[3 * groups];
    int usedMasks = 0;
    int slope = elements.length == 0 ? 0 : DcsrGroup.slope(codes.size(), elements.length);
    DcsrGroup group = new DcsrGroup(slope);
    for (int g = 0; g < groups; g++) {
      for (int i = g * LANES; i < Math.min(elements.length, (g + 1) * LANES); i++) {
        group.add(elements[i]);
      }
      if (!group.close()) {
        throw new IllegalStateException("group " + g + " overflows after padding");
      }
      steps[g] = group.step & 0xFF;
      int nibble = 4 * (g & 1);
      for (int lane = 0; lane < LANES; lane++) {
        offsets[LANES * (g / 2) + lane] |= (group.offsets[lane] & 0xF) << nibble;
      }
      for (int bit = 0; bit < 3; bit++) {
        int mask = mask(group.offsets, 4 + bit);
        if (mask != 0) {
          tracking[g / 2] |= 1 << (nibble + bit);
          masks[usedMasks++] = mask;
        }
      }
    }
    int[] values = new int[elements.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = codes.codes()[elements[i]] & 0xFF;
    }
    int padding = elements.length - kept.length;
    return List.of(
        Elements.count(elements.length),
        new Stream(OFFSETS, Role.INDEX, new Symbols(offsets, 8)),
        new Stream(TRACKING, Role.INDEX, new Symbols(tracking, 8)),
        new Stream(STEPS, Role.INDEX, new Symbols(steps, 8)),
        new Stream(MASKS, Role.INDEX, new Symbols(Arrays.copyOf(masks, usedMasks), 16)),
        new Stream(VALUES, Role.VALUE, new Symbols(values, codes.bits()), padding));
  }

  private static int mask(int[] offsets, int bit) {
    int mask = 0;
    for (int lane = 0; lane < LANES; lane++) {
      mask |= ((offsets[lane] >>> bit) & 1) << lane;
    }
    return mask;
  }

  @Override
  public byte[] join(Shape shape, int bits, Split split) {
    byte[] codes = new byte[(int) shape.size()];
    join(codes, bits, split);
    return codes;
  }

  /** Puts the elements where they belong in {@code codes}. */
  static void join(byte[] codes, int bits, Split split) {
    int count = Elements.count(split, codes.length);
    int groups = (count + LANES - 1) / LANES;
    int pairs = (groups + 1) / 2;
    int[] offsets = split.values(OFFSETS, Role.INDEX, 8, LANES * pairs);
    int[] tracking = split.values(TRACKING, Role.INDEX, 8, pairs);
    int[] steps = split.values(STEPS, Role.INDEX, 8, groups);
    int[] masks = split.values(MASKS, Role.INDEX, 16);
    int[] values = split.values(VALUES, Role.VALUE, bits, count);
    int slope = count == 0 ? 0 : DcsrGroup.slope(codes.length, count);
    int usedMasks = 0;
    int base = -LANES * slope;
    for (int g = 0; g < groups; g++) {
      int nibble = 4 * (g & 1);
      int tracked = (tracking[g / 2] >>> nibble) & 0xF;
      if (Integer.bitCount(tracked) > masks.length - usedMasks || tracked > 7) {
        throw new MalformedInputException("stream 'tracking' asks for masks that are not there", g);
      }
      int mask4 = (tracked & 1) == 0 ? 0 : masks[usedMasks++];
      int mask5 = (tracked & 2) == 0 ? 0 : masks[usedMasks++];
      int mask6 = (tracked & 4) == 0 ? 0 : masks[usedMasks++];
      base += LANES * slope + (byte) steps[g];
      int lanes = Math.min(LANES, count - g * LANES);
      for (int lane = 0; lane < lanes; lane++) {
        int offset =
            ((offsets[LANES * (g / 2) + lane] >>> nibble) & 0xF)
                | ((mask4 >>> lane) & 1) << 4
                | ((mask5 >>> lane) & 1) << 5
                | ((mask6 >>> lane) & 1) << 6;
        int position = base + lane * slope + offset;
        if (position < 0 || position >= codes.length) {
          throw Elements.outside(OFFSETS, LANES * (g / 2) + lane, position, codes.length);
        }
        codes[position] = (byte) values[g * LANES + lane];
      }
    }
    if (usedMasks != masks.length) {
      throw new MalformedInputException("stream 'masks' is longer than tracked", usedMasks);
    }
  }
}
