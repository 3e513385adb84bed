package dev.tersor.core.wavelet;

/** {@link MergedRange} of a quad tree. */
final class MergedDigits extends MergedRange {
  private final QuadVector digits;
  private final long last;

  /** By level, the bits of a node's digits, and where its children's symbols begin. */
  private final long[][] highs;

  private final long[][] lows;
  private final int[][] starts;
  private final long[][] ranks;

  private final byte[] leaves = new byte[4];

  MergedDigits(QuadVector digits, Nodes nodes, Merge merge) {
    super(nodes, merge);
    this.digits = digits;
    this.last = digits == null ? 0 : digits.length() - 1;
    this.highs = new long[nodes.levels()][(room() >>> 6) + 1];
    this.lows = new long[nodes.levels()][(room() >>> 6) + 1];
    this.starts = new int[nodes.levels()][5];
    this.ranks = new long[nodes.levels()][4];
  }

  @Override
  void node(int node, long from, int count, int level, int at) {
    long[] high = highs[level];
    long[] low = lows[level];
    int[] start = starts[level];
    read(from, count, high, low, start, at);
    byte[] to = symbols(level);
    if (nodes.bottom[node]) {
      for (int d = 0; d < 4; d++) {
        leaves[d] = label(nodes.child[node << 2 | d]);
      }
      merge.spellFour(leaves, high, low, count, to, at);
      return;
    }
    long[] rank = ranks[level];
    digits.ranks(from, rank);
    for (int d = 0; d < 4; d++) {
      int link = node << 2 | d;
      int symbols = start[d + 1] - start[d];
      child(nodes.child[link], nodes.shift[link] + rank[d], symbols, level + 1, start[d]);
    }
    merge.mergeFour(high, low, count, symbols(level + 1), start, to, at);
  }

  /** Puts digits into words, zeros behind the last one, and counts them. */
  private void read(long from, int count, long[] high, long[] low, int[] start, int at) {
    int ones = 0;
    int twos = 0;
    int threes = 0;
    int place = digits.place(from);
    for (int i = 0; i < count; i += 64) {
      long begin = from + i;
      int after = digits.place(Math.min(last, begin + 64));
      long mask = count - i < 64 ? (1L << (count - i)) - 1 : -1;
      long highBits = digits.window(place, after, 0, begin) & mask;
      long lowBits = digits.window(place, after, 8, begin) & mask;
      high[i >>> 6] = highBits;
      low[i >>> 6] = lowBits;
      ones += Long.bitCount(lowBits & ~highBits);
      twos += Long.bitCount(highBits & ~lowBits);
      threes += Long.bitCount(highBits & lowBits);
      place = after;
    }
    start[0] = at;
    start[1] = at + count - ones - twos - threes;
    start[2] = start[1] + ones;
    start[3] = start[2] + twos;
    start[4] = start[3] + threes;
  }
}
