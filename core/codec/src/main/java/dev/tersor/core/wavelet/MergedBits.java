package dev.tersor.core.wavelet;

import dev.tersor.core.bits.BitVector;

/** {@link MergedRange} of a binary tree. */
final class MergedBits extends MergedRange {
  private final BitVector bits;

  /** By level, the bits of a node. */
  private final long[][] ones;

  MergedBits(BitVector bits, Nodes nodes, Merge merge) {
    super(nodes, merge);
    this.bits = bits;
    this.ones = new long[nodes.levels()][(room() >>> 6) + 1];
  }

  @Override
  void node(int node, long from, int count, int level, int at) {
    long[] words = ones[level];
    int set = read(from, count, words);
    byte[] to = symbols(level);
    int left = nodes.child[2 * node];
    int right = nodes.child[2 * node + 1];
    if (nodes.bottom[node]) {
      merge.spell(label(left), label(right), words, count, to, at);
      return;
    }
    int middle = at + count - set;
    long rank = bits.rankAndBit(from) >>> 1;
    child(left, nodes.shift[2 * node] + from - rank, count - set, level + 1, at);
    child(right, nodes.shift[2 * node + 1] + rank, set, level + 1, middle);
    merge.merge(words, count, symbols(level + 1), at, middle, to, at);
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
}
