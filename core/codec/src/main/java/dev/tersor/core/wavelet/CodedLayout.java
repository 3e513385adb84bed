package dev.tersor.core.wavelet;

import dev.tersor.core.bits.CodeLengths;
import dev.tersor.core.bits.HuffmanTable;
import dev.tersor.core.bits.MalformedInputException;
import java.util.Arrays;

/**
 * The binary tree of a canonical prefix code (Grossi, Gupta and Vitter, "High-order
 * entropy-compressed text indexes", 2003; of a Huffman code: Makinen and Navarro, 2005). A node has
 * the symbols whose codes begin with its path, in their order in the sequence, and for each the
 * next bit of its code. The nodes' bits are one string: level by level from the root, in a level
 * from left to right.
 *
 * <p><b>Table</b>: the length of the string in bits as five bytes, lowest first, then the code
 * lengths as {@link HuffmanTable} has them. Codes are assigned as in RFC 1951, section 3.2.2, so in
 * a level all leaves are left of all inner nodes. <b>Bits</b>: the string as a bit vector. A
 * sequence of one distinct symbol has no bits at all, an empty one no table either.
 *
 * <p>Example: 0 0 1 2 with the codes 0, 10, 11 has the root 0 0 1 1 and the node 0 1 of the symbols
 * 1 and 2. The table begins with {@code 06 00 00 00 00}; the string is 0 0 1 1 0 1.
 */
final class CodedLayout {
  private static final int LENGTH_BYTES = 5;

  /** The code length of each symbol up to the last one that occurs, 0 for those that do not. */
  private final byte[] lengths;

  /** Number of bits. */
  private final long bits;

  private final int distinct;

  private CodedLayout(byte[] lengths, long bits) {
    this.lengths = lengths;
    this.bits = bits;
    int used = 0;
    for (byte length : lengths) {
      used += length > 0 ? 1 : 0;
    }
    this.distinct = used;
  }

  /** A layout for symbols of these frequencies. */
  static CodedLayout of(int[] frequencies) {
    int last = frequencies.length;
    while (last > 0 && frequencies[last - 1] == 0) {
      last--;
    }
    int[] used = Arrays.copyOf(frequencies, last);
    byte[] lengths = CodeLengths.of(used, HuffmanTable.MAX_LENGTH);
    long bits = 0;
    for (int s = 0; s < last; s++) {
      bits += (long) frequencies[s] * lengths[s];
    }
    CodedLayout layout = new CodedLayout(lengths, bits);
    return layout.distinct < 2 ? new CodedLayout(lengths, 0) : layout;
  }

  byte[] table() {
    byte[] code = HuffmanTable.write(lengths);
    if (code.length == 0) {
      return code;
    }
    byte[] table = new byte[LENGTH_BYTES + code.length];
    for (int i = 0; i < LENGTH_BYTES; i++) {
      table[i] = (byte) (bits >>> (8 * i));
    }
    System.arraycopy(code, 0, table, LENGTH_BYTES, code.length);
    return table;
  }

  /**
   * @throws MalformedInputException if it is no table of so many symbols of that width
   */
  static CodedLayout read(byte[] table, int length, int width) {
    if (table.length == 0 && length == 0) {
      return new CodedLayout(new byte[0], 0);
    }
    if (table.length <= LENGTH_BYTES || length == 0) {
      throw new MalformedInputException(
          length + " symbols have a table of " + table.length + " bytes", 0);
    }
    long bits = 0;
    for (int i = 0; i < LENGTH_BYTES; i++) {
      bits |= (table[i] & 0xFFL) << (8 * i);
    }
    byte[] lengths;
    try {
      lengths =
          HuffmanTable.read(Arrays.copyOfRange(table, LENGTH_BYTES, table.length), 1 << width);
    } catch (MalformedInputException e) {
      throw new MalformedInputException(e.getMessage(), LENGTH_BYTES + e.position());
    }
    CodedLayout layout = new CodedLayout(lengths, bits);
    long kraft = 0;
    for (byte l : lengths) {
      kraft += l > 0 ? 1L << (HuffmanTable.MAX_LENGTH - l) : 0;
    }
    if (layout.distinct > 1 && kraft != 1L << HuffmanTable.MAX_LENGTH) {
      throw new MalformedInputException(
          "code lengths are not those of a complete code", LENGTH_BYTES);
    }
    long most = layout.distinct < 2 ? 0 : (long) length * HuffmanTable.MAX_LENGTH;
    if (bits > most || (layout.distinct > 1 && bits < length)) {
      throw new MalformedInputException(length + " symbols cannot have " + bits + " bits", 0);
    }
    return layout;
  }

  long bits() {
    return bits;
  }

  boolean isConstant() {
    return distinct < 2;
  }

  /** The symbols that occur, in the order of their codes. */
  int[] inOrder() {
    int[] next = leavesOfLevels();
    for (int l = 1; l < next.length; l++) {
      next[l] += next[l - 1];
    }
    int[] symbols = new int[distinct];
    for (int s = 0; s < lengths.length; s++) {
      if (lengths[s] > 0) {
        symbols[next[lengths[s] - 1]++] = s;
      }
    }
    return symbols;
  }

  private int[] leavesOfLevels() {
    int[] leaves = new int[HuffmanTable.MAX_LENGTH + 1];
    for (byte length : lengths) {
      leaves[length] += length > 0 ? 1 : 0;
    }
    return leaves;
  }

  int lengthOf(int symbol) {
    return lengths[symbol];
  }

  /**
   * The nodes, from the root on. Of the children of a level's nodes the leaves come first, and then
   * the inner nodes of the next level.
   *
   * @param length number of symbols
   * @param ranks ranks in the string
   * @throws MalformedInputException if the nodes do not end where the string does
   */
  Nodes nodes(int length, DigitRanks ranks) {
    int alphabet = Math.max(1, lengths.length);
    if (distinct < 2) {
      return new Nodes(1, 0, alphabet, length, -alphabet);
    }
    Nodes nodes = new Nodes(1, distinct - 1, alphabet, length, 0);
    int[] symbols = inOrder();
    int[] leaves = leavesOfLevels();
    int symbol = 0;
    long end = length;
    int from = 0;
    for (int level = 1; from < nodes.used(); level++) {
      int to = nodes.used();
      for (int node = from; node < to; node++) {
        long begin = nodes.start[node];
        long onesBefore = ranks.before(1, begin);
        int ones = (int) (ranks.before(1, begin + nodes.size[node]) - onesBefore);
        for (int bit = 0; bit < 2; bit++) {
          int link = node << 1 | bit;
          int size = bit != 0 ? ones : nodes.size[node] - ones;
          long before = bit != 0 ? onesBefore : begin - onesBefore;
          if (leaves[level]-- > 0) {
            nodes.hangLeaf(link, symbols[symbol++], size, before);
          } else if (end + size > bits) {
            throw new MalformedInputException("nodes have more than " + bits + " bits", 0);
          } else {
            nodes.hang(link, nodes.add(end, size, link), before);
            end += size;
          }
        }
      }
      from = to;
    }
    if (end != bits) {
      throw new MalformedInputException("nodes have " + end + " bits, not " + bits, 0);
    }
    return nodes;
  }
}
