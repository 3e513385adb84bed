package dev.tersor.core.wavelet;

/**
 * A range of a quad tree's symbols, 64 at a time, as {@link BinaryRange} has it with digits of two
 * bits.
 */
final class QuadRange {
  private final QuadVector digits;
  private final Nodes nodes;
  private final int[] child;

  /** Where each node's next symbol is; the complement of it if its children's are not known. */
  private final long[] next;

  private final int[] pending;
  private final long[] places;
  private final Planes planes;
  private final int ordered;
  private final int lastLevel;

  QuadRange(QuadVector digits, Nodes nodes, Order order, int from) {
    this.digits = digits;
    this.nodes = nodes;
    this.child = nodes.child;
    this.next = new long[nodes.used()];
    int most = Math.min(nodes.used(), 64 * 8) + 4;
    this.pending = new int[most];
    this.places = new long[most];
    this.ordered = order.bits();
    this.lastLevel = ordered / 2 - 1;
    this.planes = new Planes(order);
    if (next.length > 0) {
      next[0] = ~(long) from;
    }
  }

  /** The next symbols, at most 64. */
  Planes next(int count) {
    planes.clear();
    if (nodes.root < 0) {
      return planes;
    }
    pending[0] = 0;
    places[0] = -1L >>> 64 - count;
    int tail = 1;
    for (int head = 0; head < tail; head++) {
      int node = pending[head];
      long mask = places[head];
      long from = next[node];
      if (from < 0) {
        from = ~from;
        open(node, from);
      }
      next[node] = from + Long.bitCount(mask);
      long high = Planes.spread(digits.highs(from), mask);
      long low = Planes.spread(digits.lows(from), mask);
      int level = nodes.level[node];
      planes.set(ordered - 1 - 2 * level, high);
      planes.set(ordered - 2 - 2 * level, low);
      if (level < lastLevel) {
        tail = add(tail, child[4 * node], mask & ~(high | low));
        tail = add(tail, child[4 * node + 1], low & ~high);
        tail = add(tail, child[4 * node + 2], high & ~low);
        tail = add(tail, child[4 * node + 3], high & low);
      }
    }
    return planes;
  }

  private int add(int tail, int node, long mask) {
    pending[tail] = node;
    places[tail] = mask;
    return mask != 0 ? tail + 1 : tail;
  }

  private void open(int node, long from) {
    for (int d = 0; d < 4; d++) {
      int link = node << 2 | d;
      if (child[link] >= 0) {
        next[child[link]] = ~(nodes.shift[link] + digits.rank(d, from));
      }
    }
  }
}
