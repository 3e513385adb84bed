package dev.tersor.core.wavelet;

import dev.tersor.core.bits.BitVector;

/**
 * A range of a binary tree's symbols, 64 at a time. From the root on, each node's next bits are
 * spread over the places that its symbols have among the 64; that tells the places of its children.
 * A node's position is found by one rank where the range first touches it, and counted on from
 * there.
 */
final class BinaryRange implements SymbolRange {
  private final BitVector bits;
  private final Nodes nodes;
  private final int[] child;

  /** Where each node's next symbol is; the complement of it if its children's are not known. */
  private final long[] next;

  /** Nodes that have some of the 64, at most, as many levels as there may be. */
  private static final int MOST = 64 * 20;

  /** The nodes that have some of the 64, level by level, and the places of those. */
  private final int[] pending;

  private final long[] places;
  private final Planes planes;

  /** Bits of the symbols that are the path, or 0 if leaves have to say their symbol. */
  private final int ordered;

  BinaryRange(BitVector bits, Nodes nodes, Order order, int from) {
    this.bits = bits;
    this.nodes = nodes;
    this.child = nodes.child;
    this.next = new long[nodes.used()];
    int most = Math.min(nodes.used(), MOST) + 2;
    this.pending = new int[most];
    this.places = new long[most];
    this.ordered = order.bits();
    this.planes = new Planes(order);
    if (next.length > 0) {
      next[0] = ~(long) from;
    }
  }

  @Override
  public Planes next(int count) {
    if (nodes.root < 0) {
      return planes;
    }
    pending[0] = 0;
    places[0] = -1L >>> (64 - count);
    if (nodes.used() == (1 << ordered) - 1 && nodes.used() <= MOST) {
      full();
    } else if (ordered > 0) {
      ordered();
    } else {
      coded();
    }
    return planes;
  }

  /** All nodes are there, so those of a level and their children are just numbered through. */
  private void full() {
    int first = 0;
    for (int level = ordered - 1; level >= 0; level--) {
      int end = 2 * first + 1;
      long ones = 0;
      for (int node = first; node < end; node++) {
        long mask = places[node];
        if (mask != 0) {
          ones |= spread(node, mask);
        }
      }
      planes.put(level, ones);
      for (int node = first; level > 0 && node < end; node++) {
        places[2 * node + 1] = places[node] & ~ones;
        places[2 * node + 2] = places[node] & ones;
      }
      first = end;
    }
  }

  /** All paths are equally long, and a level's bits are one of the symbols' bits. */
  private void ordered() {
    int from = 0;
    int to = 1;
    for (int level = ordered - 1; level >= 0; level--) {
      long ones = 0;
      int tail = to;
      for (int at = from; at < to; at++) {
        int node = pending[at];
        long mask = places[at];
        ones |= spread(node, mask);
        if (level > 0) {
          tail = add(tail, child[2 * node], mask & ~ones);
          tail = add(tail, child[2 * node + 1], mask & ones);
        }
      }
      planes.put(level, ones);
      from = to;
      to = tail;
    }
  }

  private void coded() {
    planes.clear();
    int tail = 1;
    for (int at = 0; at < tail; at++) {
      int node = pending[at];
      long mask = places[at];
      long ones = spread(node, mask);
      int left = child[2 * node];
      if (left < 0) {
        planes.symbol(~left, mask ^ ones);
      } else {
        tail = add(tail, left, mask ^ ones);
      }
      int right = child[2 * node + 1];
      if (right < 0) {
        planes.symbol(~right, ones);
      } else {
        tail = add(tail, right, ones);
      }
    }
  }

  private int add(int tail, int node, long mask) {
    pending[tail] = node;
    places[tail] = mask;
    return mask != 0 ? tail + 1 : tail;
  }

  /** The node's next bits in those places. */
  private long spread(int node, long mask) {
    long from = next[node];
    if (from < 0) {
      from = ~from;
      open(node, from);
    }
    next[node] = from + Long.bitCount(mask);
    return Planes.spread(bits.window(from), mask);
  }

  private void open(int node, long from) {
    if (nodes.bottom[node]) {
      return;
    }
    long rank = bits.rankAndBit(from) >>> 1;
    int left = child[2 * node];
    int right = child[2 * node + 1];
    if (left >= 0) {
      next[left] = ~(nodes.shift[2 * node] + from - rank);
    }
    if (right >= 0) {
      next[right] = ~(nodes.shift[2 * node + 1] + rank);
    }
  }
}
