package dev.tersor.core.wavelet;

import dev.tersor.core.bits.BitVector;

/**
 * A range of a binary tree's symbols, 64 at a time. From the root on, each node's next bits are
 * spread over the places that its symbols have among the 64; that tells the places of its children.
 * A node's position is found by one rank where the range first touches it, and counted on from
 * there.
 */
final class BinaryRange {
  private final BitVector bits;
  private final Nodes nodes;
  private final int[] child;

  /** Where each node's next symbol is; the complement of it if its children's are not known. */
  private final long[] next;

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
    int most = Math.min(nodes.used(), 64 * 20) + 1;
    this.pending = new int[most];
    this.places = new long[most];
    this.ordered = order.bits();
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
      long ones = Planes.spread(bits.window(from), mask);
      long zeros = mask ^ ones;
      int left = child[2 * node];
      int right = child[2 * node + 1];
      if (ordered > 0) {
        planes.set(ordered - 1 - nodes.level[node], ones);
      } else {
        if (left < 0) {
          planes.symbol(~left, zeros);
        }
        if (right < 0) {
          planes.symbol(~right, ones);
        }
      }
      if (left >= 0 && zeros != 0) {
        pending[tail] = left;
        places[tail++] = zeros;
      }
      if (right >= 0 && ones != 0) {
        pending[tail] = right;
        places[tail++] = ones;
      }
    }
    return planes;
  }

  private void open(int node, long from) {
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
