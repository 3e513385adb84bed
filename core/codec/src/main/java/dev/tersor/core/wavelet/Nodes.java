package dev.tersor.core.wavelet;

import java.util.Arrays;

/**
 * The nodes of a tree over one string of digits of one or two bits. A node is a range of the
 * string; digit {@code d} at position {@code p} with {@code r} digits d before it, in the whole
 * string, goes on at position {@code shift + r} in the child for d, where shift is a number of the
 * node and the digit. In a leaf that sum is the number of its symbols before. So queries need not
 * know how nodes are laid out.
 */
final class Nodes {
  /** A child without symbols. */
  static final int NONE = Integer.MIN_VALUE;

  /** Bits of a digit. */
  final int log;

  /** The first node, or {@code ~symbol} if all symbols are the same. */
  final int root;

  /** By {@code node << log | digit}: a node, {@code ~symbol} or {@link #NONE}. */
  final int[] child;

  /** By {@code node << log | digit}. */
  final long[] shift;

  /** Where a node begins in the string. */
  final long[] start;

  final int[] size;

  /** By node, {@code parent << log | digit}; that of the root is -1. */
  final int[] parent;

  /** By symbol, {@code node << log | digit} of its leaf, or -1. */
  final int[] leaf;

  /** How often each symbol occurs. */
  final int[] count;

  /** By symbol, the digits from root to leaf, the last one lowest. */
  final int[] path;

  /** By symbol, the number of digits. */
  final byte[] depth;

  /** By node, whether it has leaves only. */
  final boolean[] bottom;

  private int used;
  private int levels;

  /**
   * @param capacity an upper bound of the number of nodes
   * @param alphabet one more than the largest symbol
   * @param root 0, or {@code ~symbol}
   */
  Nodes(int log, int capacity, int alphabet, int length, int root) {
    this.log = log;
    this.root = root;
    this.child = new int[capacity << log];
    this.shift = new long[capacity << log];
    this.start = new long[capacity];
    this.size = new int[capacity];
    this.parent = new int[capacity];
    this.bottom = new boolean[capacity];
    Arrays.fill(bottom, true);
    this.leaf = new int[alphabet];
    this.count = new int[alphabet];
    this.path = new int[alphabet];
    this.depth = new byte[alphabet];
    Arrays.fill(leaf, -1);
    if (root < 0) {
      count[~root] = length;
    } else {
      add(0, length, -1);
    }
  }

  /** The number of nodes so far. */
  int used() {
    return used;
  }

  /** Levels of nodes; 0 if there is none. */
  int levels() {
    return levels;
  }

  /** Appends a node and returns its number. */
  int add(long from, int symbols, int link) {
    start[used] = from;
    size[used] = symbols;
    parent[used] = link;
    return used++;
  }

  /** Hangs a node that was added under a digit of its parent. */
  void hang(int link, int node, long before) {
    child[link] = node;
    bottom[link >>> log] = false;
    shift[link] = start[node] - before;
  }

  /**
   * Hangs a leaf under a digit.
   *
   * @param before the digit's rank at the parent's start
   */
  void hangLeaf(int link, int symbol, int symbols, long before) {
    child[link] = ~symbol;
    shift[link] = -before;
    leaf[symbol] = link;
    count[symbol] = symbols;
    int digits = 0;
    int above = 0;
    for (int up = link; up >= 0; up = parent[up >>> log]) {
      digits |= (up & (1 << log) - 1) << (above * log);
      above++;
    }
    path[symbol] = digits;
    depth[symbol] = (byte) above;
    levels = Math.max(levels, above);
  }

  int countOf(int symbol) {
    return symbol < count.length ? count[symbol] : 0;
  }
}
