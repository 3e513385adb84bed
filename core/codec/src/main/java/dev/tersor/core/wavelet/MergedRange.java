package dev.tersor.core.wavelet;

import java.util.Arrays;

/**
 * Ranges of a tree's symbols, from its leaves up. A node's digits in the range say how many symbols
 * each child gives and, once these are there, where each one goes: one {@link Merge} a node. It
 * takes the same few steps for 32 symbols on every level, where {@link SymbolRange} takes some for
 * each node and 64 symbols. What it decodes into is kept for the next range, so one thread uses it
 * at a time.
 */
abstract class MergedRange {
  /** Symbols from which on it is quicker than going down from the root. */
  static final int PAYS = 64;

  /** Symbols at a time: what they take stays in the first-level cache. */
  private static final int CHUNK = 4096;

  final Nodes nodes;
  final Merge merge;

  /** Symbols of nodes of even levels, and of odd ones. */
  private final byte[][] symbols;

  private final Labels labels;

  MergedRange(Nodes nodes, Merge merge) {
    this.nodes = nodes;
    this.merge = merge;
    this.symbols = new byte[2][room() + Merge.SLACK];
    this.labels = Labels.of(nodes);
  }

  /** The most symbols of a node at a time. */
  final int room() {
    return nodes.root < 0 ? 0 : Math.min(CHUNK, nodes.size[0]);
  }

  /**
   * Decodes symbols of a node into {@code at} and the places behind it in {@link #symbols} of its
   * level. The children's symbols go to the same places of the other level; what lies before is
   * what others wait for, what lies behind is free.
   *
   * @param from the first of its digits, in the string of all
   */
  abstract void node(int node, long from, int count, int level, int at);

  final byte[] symbols(int level) {
    return symbols[level & 1];
  }

  /** Symbols of a child, be it a node or a leaf. */
  final void child(int child, long from, int count, int level, int at) {
    if (child >= 0 && count > 0) {
      node(child, from, count, level, at);
    } else {
      Arrays.fill(symbols(level), at, at + count, label(child));
    }
  }

  /** What stands for the symbol of a leaf. */
  final byte label(int child) {
    return labels.of(child);
  }

  final void decode(int from, int to, byte[] out, int at) {
    if (nodes.root < 0) {
      Arrays.fill(out, at, at + to - from, label(nodes.root));
      return;
    }
    for (int i = from; i < to; i += CHUNK) {
      int count = Math.min(CHUNK, to - i);
      node(0, i, count, 0, 0);
      System.arraycopy(symbols[0], 0, out, at + i - from, count);
    }
  }

  final void decode(int from, int to, int[] out, int at) {
    if (nodes.root < 0) {
      Arrays.fill(out, at, at + to - from, ~nodes.root);
      return;
    }
    for (int i = from; i < to; i += CHUNK) {
      int count = Math.min(CHUNK, to - i);
      node(0, i, count, 0, 0);
      for (int k = 0; k < count; k++) {
        out[at + i - from + k] = labels.symbol(symbols[0][k]);
      }
    }
  }
}
