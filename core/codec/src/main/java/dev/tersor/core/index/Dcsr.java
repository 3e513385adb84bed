package dev.tersor.core.index;

import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
 *
 * <p>{@code dcsr(by=row)} is the same row by row, see {@link DcsrRows}.
 */
public final class Dcsr implements IndexScheme {
  private static final String RESIDUALS = "residuals";

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
  public IndexScheme with(Map<String, String> parameters) {
    return parameters.isEmpty() ? this : DcsrRows.of(name, isAbsolute, parameters);
  }

  @Override
  public List<Stream> splitSome(int[] kept, Codes codes) {
    int[] elements = DcsrPadding.insert(kept, codes.size(), isAbsolute);
    DcsrWriter writer = new DcsrWriter(order, isAbsolute, groups(elements.length));
    writer.add(elements, codes.size());
    int[] values = new int[elements.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = codes.codes()[elements[i]] & 0xFF;
    }
    List<Stream> streams = new ArrayList<>(List.of(Elements.count(elements.length)));
    streams.addAll(writer.streams());
    streams.add(
        new Stream(
            VALUES, Role.VALUE, new Symbols(values, codes.bits()), elements.length - kept.length));
    return streams;
  }

  private static int groups(int elements) {
    return (elements + DcsrGroup.LANES - 1) / DcsrGroup.LANES;
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
    DcsrRuns runs =
        new DcsrRuns(
            order, isAbsolute, split, groups(count), split.codes(VALUES, bits, count), codes);
    runs.place(count, 0, codes.length);
    return codes;
  }
}
