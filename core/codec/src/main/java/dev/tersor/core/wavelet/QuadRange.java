package dev.tersor.core.wavelet;

/**
 * A range of a quad tree's symbols, 64 at a time, as {@link BinaryRange} has it with digits of two
 * bits.
 */
final class QuadRange implements SymbolRange {
  private final QuadVector digits;
  private final Nodes nodes;

  /** Where each node's next symbol is; the complement of it if its children's are not known. */
  private final long[] next;

  /** The nodes that have some of the 64, level by level, and the places of those. */
  private final int[] pending;

  private final long[] places;
  private final Planes planes;
  private final int levels;

  /** The last digit. */
  private final long last;

  /** The bits of a level's digits so far. */
  private long high;

  private long low;

  QuadRange(QuadVector digits, Nodes nodes, Order order, int from) {
    this.digits = digits;
    this.nodes = nodes;
    this.next = new long[nodes.used()];
    this.levels = order.bits() / 2;
    int most = Math.min(nodes.used(), 64 * levels) + 4;
    this.pending = new int[most];
    this.places = new long[most];
    this.planes = new Planes(order);
    this.last = digits == null ? 0 : digits.length() - 1;
    if (next.length > 0) {
      next[0] = ~(long) from;
    }
  }

  @Override
  public Planes next(int count) {
    if (levels == 2) {
      twoLevels(-1L >>> (64 - count));
    } else if (levels > 0) {
      anyLevels(-1L >>> (64 - count));
    }
    return planes;
  }

  /** Symbols of up to four bits: the root has them in order, and nothing is below its children. */
  private void twoLevels(long all) {
    long begin = next[0];
    if (begin < 0) {
      begin = ~begin;
      open(0, begin);
    }
    next[0] = begin + Long.bitCount(all);
    high = 0;
    low = 0;
    add(begin, all);
    long highs = high & all;
    long lows = low & all;
    planes.put(3, highs);
    planes.put(2, lows);
    high = 0;
    low = 0;
    child(0, all & ~(highs | lows));
    child(1, lows & ~highs);
    child(2, highs & ~lows);
    child(3, highs & lows);
    planes.put(1, high);
    planes.put(0, low);
  }

  private void child(int digit, long mask) {
    int node = nodes.child[digit];
    if (mask != 0) {
      long begin = next[node] ^ next[node] >> 63;
      next[node] = begin + Long.bitCount(mask);
      add(begin, mask);
    }
  }

  private void anyLevels(long all) {
    pending[0] = 0;
    places[0] = all;
    int from = 0;
    int to = 1;
    for (int level = levels - 1; level >= 0; level--) {
      high = 0;
      low = 0;
      int tail = to;
      for (int at = from; at < to; at++) {
        int node = pending[at];
        long mask = places[at];
        long begin = next[node];
        if (begin < 0) {
          begin = ~begin;
          open(node, begin);
        }
        next[node] = begin + Long.bitCount(mask);
        add(begin, mask);
        if (level > 0) {
          tail = push(tail, node << 2, mask & ~(high | low));
          tail = push(tail, node << 2 | 1, mask & low & ~high);
          tail = push(tail, node << 2 | 2, mask & high & ~low);
          tail = push(tail, node << 2 | 3, mask & high & low);
        }
      }
      planes.put(2 * level + 1, high);
      planes.put(2 * level, low);
      from = to;
      to = tail;
    }
  }

  /** Adds the digits from one on to the level's, in those places. */
  private void add(long begin, long mask) {
    int place = digits.place(begin);
    int after = digits.place(Math.min(last, begin + 64));
    long highs = digits.window(place, after, 0, begin);
    long lows = digits.window(place, after, 8, begin);
    if (mask == -1) {
      high = highs;
      low = lows;
      return;
    }
    long spreadHigh = 0;
    long spreadLow = 0;
    for (int i = 0; i < 64; i += 8) {
      int eight = (int) (mask >>> i) & 0xFF;
      spreadHigh |= Planes.into(eight, highs) << i;
      spreadLow |= Planes.into(eight, lows) << i;
      int taken = Integer.bitCount(eight);
      highs >>>= taken;
      lows >>>= taken;
    }
    high |= spreadHigh;
    low |= spreadLow;
  }

  private int push(int tail, int link, long mask) {
    pending[tail] = nodes.child[link];
    places[tail] = mask;
    return mask != 0 ? tail + 1 : tail;
  }

  private void open(int node, long from) {
    if (nodes.bottom[node]) {
      return;
    }
    for (int d = 0; d < 4; d++) {
      int link = node << 2 | d;
      if (nodes.child[link] >= 0) {
        next[nodes.child[link]] = ~(nodes.shift[link] + digits.rank(d, from));
      }
    }
  }
}
