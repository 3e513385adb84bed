package dev.tersor.core.bits;

import java.util.Arrays;

/**
 * Code lengths of an optimal prefix code (Huffman, 1952), limited in length by package-merge
 * (Larmore and Hirschberg, 1990) where the optimal tree is deeper than the limit.
 */
public final class CodeLengths {
  private CodeLengths() {}

  /**
   * @param frequencies how often each symbol occurs
   * @param limit longest code length allowed; 2^limit must be at least the number of used symbols
   * @return a length for each symbol, 0 for those that do not occur; a lone symbol gets length 1
   */
  public static byte[] of(int[] frequencies, int limit) {
    int[] used = usedSymbolsByFrequency(frequencies);
    byte[] lengths = new byte[frequencies.length];
    if (used.length == 1) {
      lengths[used[0]] = 1;
    }
    if (used.length < 2) {
      return lengths;
    }
    long[] weights = new long[used.length];
    for (int i = 0; i < used.length; i++) {
      weights[i] = frequencies[used[i]];
    }
    int[] depths = huffmanDepths(weights);
    if (depths[0] > limit) {
      depths = packageMergeDepths(weights, limit);
    }
    for (int i = 0; i < used.length; i++) {
      lengths[used[i]] = (byte) depths[i];
    }
    return lengths;
  }

  /** Symbols that occur, rarest first, ties by symbol. */
  private static int[] usedSymbolsByFrequency(int[] frequencies) {
    long[] keys = new long[frequencies.length];
    int n = 0;
    for (int s = 0; s < frequencies.length; s++) {
      if (frequencies[s] > 0) {
        keys[n++] = (long) frequencies[s] << 32 | s;
      }
    }
    Arrays.sort(keys, 0, n);
    int[] symbols = new int[n];
    for (int i = 0; i < n; i++) {
      symbols[i] = (int) keys[i];
    }
    return symbols;
  }

  /** Huffman's tree by two queues: the sorted leaves, and the inner nodes in the order made. */
  private static int[] huffmanDepths(long[] weights) {
    int n = weights.length;
    long[] inner = new long[n - 1];
    int[] parent = new int[2 * n - 1];
    int leaf = 0;
    int node = 0;
    for (int made = 0; made < n - 1; made++) {
      for (int child = 0; child < 2; child++) {
        boolean takeLeaf = leaf < n && (node >= made || weights[leaf] <= inner[node]);
        inner[made] += takeLeaf ? weights[leaf] : inner[node];
        parent[takeLeaf ? leaf++ : n + node++] = n + made;
      }
    }
    int[] depth = new int[2 * n - 1];
    for (int i = 2 * n - 3; i >= 0; i--) {
      depth[i] = depth[parent[i]] + 1;
    }
    return Arrays.copyOf(depth, n);
  }

  /**
   * Package-merge: at each level the leaves are merged with the pairs of the level below; a
   * symbol's length is the number of levels at which its leaf is among the 2n - 2 cheapest that are
   * taken.
   */
  private static int[] packageMergeDepths(long[] weights, int limit) {
    int n = weights.length;
    boolean[][] isLeaf = new boolean[limit][];
    long[] below = {};
    for (int level = 0; level < limit; level++) {
      int packages = below.length / 2;
      long[] merged = new long[n + packages];
      isLeaf[level] = new boolean[n + packages];
      for (int i = 0, leaf = 0, pair = 0; i < merged.length; i++) {
        long packed = pair < packages ? below[2 * pair] + below[2 * pair + 1] : Long.MAX_VALUE;
        isLeaf[level][i] = leaf < n && weights[leaf] <= packed;
        if (isLeaf[level][i]) {
          merged[i] = weights[leaf++];
        } else {
          merged[i] = packed;
          pair++;
        }
      }
      below = merged;
    }
    int[] depths = new int[n];
    int take = 2 * n - 2;
    for (int level = limit - 1; level >= 0 && take > 0; level--) {
      int leaves = 0;
      for (int i = 0; i < take; i++) {
        leaves += isLeaf[level][i] ? 1 : 0;
      }
      for (int i = 0; i < leaves; i++) {
        depths[i]++;
      }
      take = 2 * (take - leaves);
    }
    return depths;
  }
}
