package dev.tersor.core.wavelet;

import dev.tersor.core.bits.BitVector;
import dev.tersor.core.bits.LittleEndian;
import java.util.Arrays;

/**
 * A long range of a binary tree's symbols, from its leaves up. A node's bits in the range say how
 * many symbols each child gives and, once these are there, where each one goes: one {@link Merge} a
 * node. It takes the same few steps for 32 symbols on every level, where {@link BinaryRange} takes
 * some for each node and 64 symbols.
 */
final class MergedRange {
  /** Symbols from which on it is quicker than going down from the root. */
  static final int PAYS = 1024;

  /** Symbols at a time: what they take stays in the first-level cache. */
  private static final int CHUNK = 4096;

  private final BitVector bits;
  private final Nodes nodes;
  private final Merge merge;

  /** By level, the bits of a node. */
  private final long[][] ones;

  /** Symbols of nodes of even levels, and of odd ones. */
  private final byte[][] symbols;

  private final byte[] index;

  /**
   * @param most symbols that will be asked for at once
   */
  MergedRange(BitVector bits, Nodes nodes, Merge merge, int most) {
    this.bits = bits;
    this.nodes = nodes;
    this.merge = merge;
    int room = Math.min(CHUNK, most);
    this.ones = new long[nodes.levels()][(room >>> 6) + 1];
    this.symbols = new byte[2][room + Merge.SLACK];
    this.index = new byte[room + Merge.SLACK];
  }

  void decode(int from, int to, byte[] out, int at) {
    if (nodes.root < 0) {
      Arrays.fill(out, at, at + to - from, (byte) ~nodes.root);
      return;
    }
    for (int i = from; i < to; i += CHUNK) {
      int count = Math.min(CHUNK, to - i);
      node(0, i, count, 0, 0);
      System.arraycopy(symbols[0], 0, out, at + i - from, count);
    }
  }

  /**
   * Decodes symbols of a node.
   *
   * @param from the first of its bits, in the string of all
   * @param at where they go, in the symbols of the node's level. The children's symbols go to the
   *     same places of the other level; what lies before is what others wait for, what lies behind
   *     is free.
   */
  private void node(int node, long from, int count, int level, int at) {
    long[] words = ones[level];
    int set = read(from, count, words);
    byte[] to = symbols[level & 1];
    int left = nodes.child[2 * node];
    int right = nodes.child[2 * node + 1];
    if (nodes.bottom[node]) {
      spell(~left & 0xFFL, ~right & 0xFFL, words, count, to, at);
      return;
    }
    byte[] below = symbols[~level & 1];
    int middle = at + count - set;
    long rank = bits.rankAndBit(from) >>> 1;
    child(left, nodes.shift[2 * node] + from - rank, count - set, level + 1, at);
    child(right, nodes.shift[2 * node + 1] + rank, set, level + 1, middle);
    merge.merge(words, count, index, below, at, middle, to, at);
  }

  private void child(int child, long from, int count, int level, int at) {
    if (child >= 0 && count > 0) {
      node(child, from, count, level, at);
    } else {
      Arrays.fill(symbols[level & 1], at, at + count, (byte) ~child);
    }
  }

  /** Puts bits into words, zeros behind the last one, and returns the number of ones. */
  private int read(long from, int count, long[] words) {
    int set = 0;
    for (int i = 0; i < count; i += 64) {
      long window = bits.window(from + i);
      long word = count - i < 64 ? window & (1L << (count - i)) - 1 : window;
      words[i >>> 6] = word;
      set += Long.bitCount(word);
    }
    return set;
  }

  /** Symbols of two leaves, from the bits alone. */
  private static void spell(long zero, long one, long[] words, int count, byte[] to, int at) {
    for (int i = 0; i < count; i += 8) {
      int eight = (int) (words[i >>> 6] >>> i) & 0xFF;
      LittleEndian.putLong(
          to, at + i, Planes.eachOf(eight ^ 0xFF) * zero + Planes.eachOf(eight) * one);
    }
  }
}
