package dev.tersor.core.index;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;

/**
 * dCSR: delta-linear encoding with dynamic bitwidth decomposition over the flattened tensor
 * ("Smaller together", section III and Figure 3). Elements, padding ones included, go in groups of
 * 16 lanes; with E elements the slope is {@code m = (N + E/2) / E} in integers, and lane i of group
 * j lies at {@code n_j + i*m + delta_i}. The base pointers are stored in one of two ways: in {@code
 * dcsr} incrementally, {@code n_j = n_(j-1) + 16*m + step_j} (equation 6; n_(-1) + 16*m = 0), in
 * {@code dcsr-absolute} each for itself, {@code n_j = 16*j*m + base_j} (equation 5).
 *
 * <p>Streams: {@code count}, E in 32 bits; {@code offsets}, 16 bytes for every two groups, lane by
 * lane, bits 0 to 3 of delta of the first group in the upper nibble and of the second one in the
 * lower nibble; {@code tracking}, a byte for every two groups with a nibble each in the same order,
 * whose bits 0, 1, 2 say that bits 4, 5, 6 of some delta are set (in containers of version 1 the
 * first group had the lower nibble of both); {@code steps}, a signed byte a group, or {@code
 * bases}, a signed number of 8, 16 or 32 bits a group, the narrowest that holds all of them; {@code
 * masks}, for every tracking bit that is set, in order, 16 bits, bit i that bit of lane i; {@code
 * values}. {@code ceil(E*b/8) + 17*ceil(G/2) + G + 2*masks + 4} bytes with G = ceil(E/16) (2G or 4G
 * for wider bases); an empty tensor takes 4.
 *
 * <p>Padding elements keep offsets below 128, lanes within 255 of their base, and steps in a signed
 * byte. Bases are not padded for: over a flattened tensor they drift far beyond a byte, and padding
 * would go on until nothing is sparse. Padding elements store the value that the tensor has where
 * they lie: zero in a scheme of its own, any in the remainder of {@link Groupwise}. Lanes beyond
 * the last element have offset 0.
 *
 * <p>Example: 0 5 0 0 7 0 has N = 6, E = 2, m = 3, elements 1 = 1 + 0*3 and 4 = 1 + 1*3: offsets 0
 * and 0, step 1 or base 1, tracking 0, no masks, values 5 7.
 *
 * <p>Example of two groups: N = 188 with eighteen elements at 0 10 21 30 40 ... 150, 160 and 187
 * has m = 10. Lane 2 of the first group has offset 1, lane 1 of the second one 17: offsets 00 01 10
 * and 13 times 00, tracking 01, steps 0 0, mask 0002.
 */
public final class Dcsr implements IndexScheme {
  private static final String OFFSETS = "offsets";
  private static final String TRACKING = "tracking";
  private static final String STEPS = "steps";
  private static final String BASES = "bases";
  private static final String MASKS = "masks";
  private static final String RESIDUALS = "residuals";
  private static final int LANES = DcsrGroup.LANES;

  private final String name;
  private final boolean isAbsolute;
  private final NibbleOrder order;

  private Dcsr(String name, boolean isAbsolute, NibbleOrder order) {
    this.name = name;
    this.isAbsolute = isAbsolute;
    this.order = order;
  }

  /** Base pointers by equation 6, the paper's choice. */
  static Dcsr incremental() {
    return new Dcsr("dcsr", false, NibbleOrder.UPPER_FIRST);
  }

  /** Base pointers by equation 5. */
  static Dcsr absolute() {
    return new Dcsr("dcsr-absolute", true, NibbleOrder.UPPER_FIRST);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int since() {
    return 2;
  }

  @Override
  public IndexScheme asOf(int version) {
    return version < since() ? new Dcsr(name, isAbsolute, NibbleOrder.LOWER_FIRST) : this;
  }

  @Override
  public Access access() {
    return Access.PARALLEL;
  }

  @Override
  public Split split(Codes codes, SharedWork work) {
    return new Split(splitSome(codes.nonZeroPositions(), codes));
  }

  @Override
  public List<Stream> splitSome(int[] kept, Codes codes) {
    int[] elements = DcsrPadding.insert(kept, codes.size(), isAbsolute);
    int groups = (elements.length + LANES - 1) / LANES;
    int[] offsets = new int[LANES * ((groups + 1) / 2)];
    int[] tracking = new int[(groups + 1) / 2];
    int[] bases = new int[groups];
    int[] masks = new int[3 * groups];
    int usedMasks = 0;
    int slope = elements.length == 0 ? 0 : DcsrGroup.slope(codes.size(), elements.length);
    DcsrGroup group = new DcsrGroup(slope, isAbsolute);
    for (int g = 0; g < groups; g++) {
      for (int i = g * LANES; i < Math.min(elements.length, (g + 1) * LANES); i++) {
        group.add(elements[i]);
      }
      if (!group.close()) {
        throw new IllegalStateException("group " + g + " overflows after padding");
      }
      bases[g] = isAbsolute ? group.base() - g * LANES * slope : group.step;
      int nibble = order.shift(g);
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
        new Stream(isAbsolute ? BASES : STEPS, Role.INDEX, signed(bases)),
        new Stream(MASKS, Role.INDEX, new Symbols(Arrays.copyOf(masks, usedMasks), 16)),
        new Stream(VALUES, Role.VALUE, new Symbols(values, codes.bits()), padding));
  }

  /** Signed numbers in the narrowest of 8, 16 and 32 bits. */
  private static Symbols signed(int[] numbers) {
    int width = 8;
    for (int number : numbers) {
      width = Math.max(width, number == (byte) number ? 8 : number == (short) number ? 16 : 32);
    }
    int[] symbols = new int[numbers.length];
    for (int i = 0; i < symbols.length; i++) {
      symbols[i] = numbers[i] & (-1 >>> (32 - width));
    }
    return new Symbols(symbols, width);
  }

  private static int mask(int[] offsets, int bit) {
    int mask = 0;
    for (int lane = 0; lane < LANES; lane++) {
      mask |= ((offsets[lane] >>> bit) & 1) << lane;
    }
    return mask;
  }

  @Override
  public List<String> histograms() {
    return List.of(RESIDUALS);
  }

  @Override
  public SortedMap<Integer, Long> histogram(String histogram, Codes codes) {
    return histogram.equals(RESIDUALS)
        ? Residuals.of(
                DcsrPadding.insert(codes.nonZeroPositions(), codes.size(), isAbsolute),
                codes.size())
            .counts()
        : IndexScheme.super.histogram(histogram, codes);
  }

  @Override
  public byte[] join(Shape shape, int bits, Split split) {
    byte[] codes = new byte[(int) shape.size()];
    int count = Elements.count(split, codes.length);
    int groups = (count + LANES - 1) / LANES;
    int pairs = (groups + 1) / 2;
    int slope = count == 0 ? 0 : DcsrGroup.slope(codes.length, count);
    DcsrRuns runs =
        new DcsrRuns(
            order,
            slope,
            split.values(OFFSETS, Role.INDEX, 8, LANES * pairs),
            split.values(TRACKING, Role.INDEX, 8, pairs),
            split.values(MASKS, Role.INDEX, 16),
            split.codes(VALUES, bits, count),
            codes);
    runs.place(isAbsolute ? absolute(split, groups, slope) : incremental(split, groups, slope));
    return codes;
  }

  /** Base pointers by equation 6; damage can carry them anywhere. */
  private static long[] incremental(Split split, int groups, int slope) {
    int[] steps = split.values(STEPS, Role.INDEX, 8, groups);
    long[] bases = new long[groups];
    long base = -(long) LANES * slope;
    for (int g = 0; g < groups; g++) {
      base += LANES * slope + (byte) steps[g];
      bases[g] = base;
    }
    return bases;
  }

  /** Base pointers by equation 5. */
  private static long[] absolute(Split split, int groups, int slope) {
    Symbols stored = split.symbols(BASES, Role.INDEX);
    if (stored.count() != groups || Integer.bitCount(stored.width()) != 1 || stored.width() < 8) {
      throw new MalformedInputException(
          "stream 'bases' has " + stored + ", expected " + groups + " of 8, 16 or 32 bits", 0);
    }
    int unused = 32 - stored.width();
    long[] bases = new long[groups];
    for (int g = 0; g < groups; g++) {
      bases[g] = (long) g * LANES * slope + (stored.values()[g] << unused >> unused);
    }
    return bases;
  }
}
