package dev.tersor.core.tflm;

import java.util.Arrays;

/**
 * The tree of a canonical prefix code, and how it is cut into tables: a table of 2^k entries takes
 * k bits at a time, so a node costs 2^k entries and those of the tables behind it, and k is chosen
 * for the fewest entries, of equal ones the larger. The tree's nodes are numbered from the root, 0.
 */
final class CodeTree {
  /** Bits of a step at most: what an entry can say of its rest. */
  static final int MAX_STEP = 15;

  private static final int LEAF = -1;

  private final int[] zero;
  private final int[] one;

  /** The symbol of a leaf. */
  private final int[] symbols;

  private final int[] steps;
  private final long[] entries;
  private int nodes = 1;

  /**
   * @param lengths of each symbol's code, 0 for those without; a complete code of two symbols or
   *     more
   * @param codes canonical ones
   */
  CodeTree(byte[] lengths, int[] codes) {
    int used = 0;
    for (byte length : lengths) {
      used += length > 0 ? 1 : 0;
    }
    int size = 2 * used - 1;
    zero = new int[size];
    one = new int[size];
    symbols = new int[size];
    steps = new int[size];
    entries = new long[size];
    Arrays.fill(symbols, LEAF);
    for (int symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] > 0) {
        symbols[grow(codes[symbol], lengths[symbol])] = symbol;
      }
    }
    // Children have larger numbers than their parents.
    for (int node = size - 1; node >= 0; node--) {
      if (!isLeaf(node)) {
        cut(node);
      }
    }
  }

  private int grow(int code, int length) {
    int node = 0;
    for (int bit = length - 1; bit >= 0; bit--) {
      int[] side = (code >>> bit & 1) == 0 ? zero : one;
      if (side[node] == 0) {
        side[node] = nodes++;
      }
      node = side[node];
    }
    return node;
  }

  private void cut(int node) {
    long best = Long.MAX_VALUE;
    for (int k = 1; k <= MAX_STEP; k++) {
      long cost = (1L << k) + behind(node, k);
      if (cost > best && 1L << k > best) {
        break;
      }
      if (cost <= best) {
        best = cost;
        steps[node] = k;
      }
      if (behind(node, k) == 0) {
        break;
      }
    }
    entries[node] = best;
  }

  /** Entries of the tables of all inner nodes so many steps below. */
  private long behind(int node, int depth) {
    if (isLeaf(node)) {
      return 0;
    }
    return depth == 0
        ? entries[node]
        : behind(zero[node], depth - 1) + behind(one[node], depth - 1);
  }

  boolean isLeaf(int node) {
    return symbols[node] != LEAF;
  }

  int symbol(int leaf) {
    return symbols[leaf];
  }

  /** Bits that the table of an inner node takes at a time. */
  int step(int node) {
    return steps[node];
  }

  /** Entries of the tables of an inner node and of all below it. */
  long entries(int node) {
    return entries[node];
  }

  int child(int node, int bit) {
    return bit == 0 ? zero[node] : one[node];
  }
}
