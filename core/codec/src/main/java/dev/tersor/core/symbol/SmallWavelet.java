package dev.tersor.core.symbol;

import dev.tersor.core.bits.BitVectorForm;
import dev.tersor.core.bits.CodeLengths;
import dev.tersor.core.bits.HuffmanTable;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.bits.PackedInts;
import dev.tersor.core.wavelet.Shape;
import dev.tersor.core.wavelet.Stored;
import dev.tersor.core.wavelet.WaveletTree;
import java.util.Arrays;

/**
 * The smallest wavelet tree: Huffman-shaped, with a count for 4,096 bits, over an alphabet that
 * suits it.
 *
 * <p><b>Width 1 or 2</b>: four or two symbols, the first one lowest, are one of 4 bits, since a
 * Huffman code is never below one bit; the last one is filled with zeros. Table and payload are
 * those of the tree. <b>Width 3 to 16</b>: the tree has the symbols without their lowest bits, as
 * many as cost at most 0.5 % more than in the tree; they are almost noise in the codes of weights,
 * and each takes a level. The table is a byte with their number and the tree's table, the payload
 * the tree's bits and then the lowest bits of all symbols as {@link PackedInts}. An empty stream
 * has no table and no payload.
 *
 * <p>Example: 0 0 1 2 of width 2 are the pairs 0 and 9, with codes 0 and 1. The table is {@code 02
 * 00 00 00 00} and that of {@link Huffman} for these, the payload {@code 02 00 00 00 00 00 00 00}.
 */
public final class SmallWavelet implements StructureCoder {
  private static final int MAX_WIDTH = 16;
  private static final int GROUP_WIDTH = 4;
  private static final double TOLERANCE = 1.005;

  @Override
  public String name() {
    return "wavelet";
  }

  @Override
  public boolean accepts(Symbols symbols) {
    return symbols.width() <= MAX_WIDTH;
  }

  /** Symbols of that width in one of the tree's. */
  private static int group(int width) {
    return width < 3 ? GROUP_WIDTH / width : 1;
  }

  @Override
  public Coded encode(Symbols symbols) {
    int width = symbols.width();
    int group = group(width);
    int[] frequencies = symbols.frequencies();
    if (group > 1) {
      Stored stored = tree(groups(symbols.values(), width, group), GROUP_WIDTH);
      return new Coded(stored.table(), stored.bytes());
    }
    if (symbols.count() == 0) {
      return new Coded(new byte[0], new byte[0]);
    }
    int lowBits = lowBits(frequencies, width, symbols.count());
    int[] values = symbols.values();
    int[] high = new int[values.length];
    int[] low = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      high[i] = values[i] >>> lowBits;
      low[i] = values[i] & (1 << lowBits) - 1;
    }
    Stored stored = tree(high, width - lowBits);
    byte[] table = new byte[1 + stored.table().length];
    table[0] = (byte) lowBits;
    System.arraycopy(stored.table(), 0, table, 1, stored.table().length);
    byte[] lows = lowBits == 0 ? new byte[0] : PackedInts.pack(low, lowBits);
    byte[] payload = Arrays.copyOf(stored.bytes(), stored.size() + lows.length);
    System.arraycopy(lows, 0, payload, stored.size(), lows.length);
    return new Coded(table, payload);
  }

  private static Stored tree(int[] symbols, int width) {
    return WaveletTree.of(symbols, width, Shape.HUFFMAN, BitVectorForm.SPARSE).stored();
  }

  private static int[] groups(int[] values, int width, int group) {
    int[] groups = new int[(values.length + group - 1) / group];
    for (int i = 0; i < values.length; i++) {
      groups[i / group] |= values[i] << (i % group * width);
    }
    return groups;
  }

  /** The most low bits that cost little outside of the tree. */
  private static int lowBits(int[] frequencies, int width, int count) {
    double[] cost = new double[width];
    int[] high = frequencies;
    double least = Double.MAX_VALUE;
    for (int low = 0; low < width; low++) {
      byte[] lengths = CodeLengths.of(high, HuffmanTable.MAX_LENGTH);
      cost[low] = (double) low * count + 8.0 * HuffmanTable.write(lengths).length;
      for (int s = 0; s < high.length; s++) {
        // Of one symbol alone there are no bits.
        cost[low] += high[s] == count ? 0 : (double) high[s] * lengths[s];
      }
      least = Math.min(least, cost[low]);
      int[] half = new int[high.length / 2];
      for (int s = 0; s < high.length; s++) {
        half[s >>> 1] += high[s];
      }
      high = half;
    }
    int best = width - 1;
    while (cost[best] > TOLERANCE * least) {
      best--;
    }
    return best;
  }

  @Override
  public SymbolSequence open(Coded coded, int count, int width) {
    byte[] table = coded.table();
    byte[] payload = coded.payload();
    int group = group(width);
    if (group > 1) {
      int groups = (int) ((count + group - 1L) / group);
      WaveletTree tree = open(table, payload, payload.length, groups, GROUP_WIDTH);
      int used = (count - (groups - 1) * group) * width;
      if (groups > 0 && tree.access(groups - 1) >>> used != 0) {
        throw new MalformedInputException(
            "filling bits are not zero", (long) table.length + payload.length - 1);
      }
      return new GroupedSequence(tree, group, count, width);
    }
    if (count == 0) {
      return new TreeSequence(open(table, payload, payload.length, 0, width));
    }
    int lowBits = table.length == 0 ? width : table[0] & 0xFF;
    if (lowBits >= width) {
      throw new MalformedInputException(
          "symbols of " + width + " bits have " + lowBits + " bits outside of the tree", 0);
    }
    long lows = PackedInts.bytes(count, lowBits);
    if (lows > payload.length) {
      throw new MalformedInputException(
          count + " times " + lowBits + " bits in " + payload.length + " bytes", table.length);
    }
    int bits = payload.length - (int) lows;
    WaveletTree tree;
    try {
      tree =
          open(Arrays.copyOfRange(table, 1, table.length), payload, bits, count, width - lowBits);
    } catch (MalformedInputException e) {
      throw new MalformedInputException(e.getMessage(), 1 + e.position());
    }
    int used = (int) ((long) count * lowBits & 7);
    if (used != 0 && (payload[payload.length - 1] & 0xFF) >>> used != 0) {
      throw new MalformedInputException(
          "filling bits are not zero", (long) table.length + payload.length - 1);
    }
    return lowBits == 0 ? new TreeSequence(tree) : new SplitSequence(tree, payload, bits, lowBits);
  }

  private static WaveletTree open(byte[] table, byte[] payload, int size, int count, int width) {
    return WaveletTree.open(
        new Stored(Shape.HUFFMAN, BitVectorForm.SPARSE, width, count, table, payload, 0, size));
  }
}
