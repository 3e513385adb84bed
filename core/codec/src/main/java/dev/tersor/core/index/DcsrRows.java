package dev.tersor.core.index;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * dCSR row by row, as "Smaller together" writes equations 1 to 6: {@code k_d} is the length of a
 * row and {@code k_s} the number of its elements, so that each row has a slope of its own, {@code m
 * = (k_d + k_s/2) / k_s} in integers, groups of its own, the last of which may be short, and base
 * pointers that begin anew. Column indices stay within a row, and rows can be found and multiplied
 * each by itself. {@link Dcsr} has the whole tensor as one row.
 *
 * <p>Streams: {@code counts}, the number of elements of each row, padding ones included, in the
 * narrowest of 8, 16 and 32 bits that holds all of them; then {@code offsets}, {@code tracking},
 * {@code steps} or {@code bases}, {@code masks} and {@code values} as in {@link Dcsr}, groups
 * numbered through all rows, so that the two that share bytes can be of two rows. {@code
 * ceil(E*b/8) + 17*ceil(G/2) + G + 2*masks + R*w/8} bytes with R rows, counts of w bits and G the
 * sum of {@code ceil(E_r/16)} over the rows (2G or 4G for wider bases).
 *
 * <p>Example: the matrix (0 5 0 0 7 0; 0 0 0 0 0 0; 0 0 0 3 0 0) has rows of 2, 0 and 1 elements
 * and slopes 3 and 6. Counts 2 0 1; 1 = 1 + 0*3 and 4 = 1 + 1*3, then 3 = 3 + 0*6: offsets 16 times
 * 00, tracking 00, steps 1 3, no masks, values 5 7 3.
 */
final class DcsrRows implements IndexScheme {
  private static final String COUNTS = "counts";
  private static final String BY = "by";
  private static final String ROW = "row";

  private final String name;
  private final boolean isAbsolute;

  private DcsrRows(String name, boolean isAbsolute) {
    this.name = name;
    this.isAbsolute = isAbsolute;
  }

  /**
   * @param flattened name of the scheme whose parameters these are
   * @throws IllegalArgumentException naming the parameter and what was expected
   */
  static DcsrRows of(String flattened, boolean isAbsolute, Map<String, String> parameters) {
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      if (!parameter.getKey().equals(BY)) {
        throw new IllegalArgumentException(
            flattened + " has no parameter '" + parameter.getKey() + "'");
      }
      if (!parameter.getValue().equals(ROW)) {
        throw new IllegalArgumentException(
            "%s: %s=%s, expected %s".formatted(flattened, BY, parameter.getValue(), ROW));
      }
    }
    return new DcsrRows(flattened + "(" + BY + "=" + ROW + ")", isAbsolute);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DcsrRows that && name.equals(that.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public int since() {
    return 2;
  }

  @Override
  public Access access() {
    return Access.PARALLEL;
  }

  @Override
  public Split split(Codes codes, SharedWork work) {
    int length = length(codes.shape());
    int rows = Math.toIntExact(codes.shape().rows());
    int[] positions = codes.nonZeroPositions();
    int[][] elements = new int[rows][];
    int[] counts = new int[rows];
    int groups = 0;
    int all = 0;
    for (int row = 0, from = 0; row < rows; row++) {
      int to = from;
      int start = row * length;
      while (to < positions.length && positions[to] - start < length) {
        to++;
      }
      int[] columns = Arrays.copyOfRange(positions, from, to);
      for (int i = 0; i < columns.length; i++) {
        columns[i] -= start;
      }
      elements[row] = DcsrPadding.insert(columns, length, isAbsolute);
      counts[row] = elements[row].length;
      groups += (counts[row] + DcsrGroup.LANES - 1) / DcsrGroup.LANES;
      all += counts[row];
      from = to;
    }
    DcsrWriter writer = new DcsrWriter(NibbleOrder.UPPER_FIRST, isAbsolute, groups);
    int[] values = new int[all];
    int next = 0;
    for (int row = 0; row < rows; row++) {
      writer.add(elements[row], length);
      for (int element : elements[row]) {
        values[next++] = codes.codes()[row * length + element] & 0xFF;
      }
    }
    List<Stream> streams = new ArrayList<>();
    streams.add(new Stream(COUNTS, Role.INDEX, new Symbols(counts, width(counts))));
    streams.addAll(writer.streams());
    Symbols symbols = new Symbols(values, codes.bits());
    streams.add(new Stream(VALUES, Role.VALUE, symbols, all - positions.length));
    return new Split(streams);
  }

  /** Of a row; where there are none, it is of no use, and may be longer than any array. */
  private static int length(Shape shape) {
    return (int) Math.min(shape.rowLength(), Integer.MAX_VALUE);
  }

  private static int width(int[] counts) {
    int most = 0;
    for (int count : counts) {
      most |= count;
    }
    return most < 1 << 8 ? 8 : most < 1 << 16 ? 16 : 32;
  }

  @Override
  public byte[] join(Shape shape, int bits, Split split) {
    byte[] codes = new byte[(int) shape.size()];
    int length = length(shape);
    int[] counts = counts(split, shape.rows(), length);
    int groups = 0;
    int all = 0;
    for (int count : counts) {
      groups += (count + DcsrGroup.LANES - 1) / DcsrGroup.LANES;
      all += count;
    }
    byte[] values = split.codes(VALUES, bits, all);
    DcsrRuns runs = new DcsrRuns(NibbleOrder.UPPER_FIRST, isAbsolute, split, groups, values, codes);
    for (int row = 0; row < counts.length; row++) {
      runs.place(counts[row], row * length, (row + 1) * length);
    }
    return codes;
  }

  private static int[] counts(Split split, long rows, int length) {
    Symbols stored = split.symbols(COUNTS, Role.INDEX);
    if (stored.count() != rows || Integer.bitCount(stored.width()) != 1 || stored.width() < 8) {
      throw new MalformedInputException(
          "stream 'counts' has " + stored + ", expected " + rows + " of 8, 16 or 32 bits", 0);
    }
    int[] counts = stored.values();
    for (int row = 0; row < rows; row++) {
      if (counts[row] < 0 || counts[row] > length) {
        throw new MalformedInputException(
            "stream 'counts' says "
                + Integer.toUnsignedString(counts[row])
                + ", a row has "
                + length,
            row);
      }
    }
    return counts;
  }
}
