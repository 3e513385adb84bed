package dev.tersor.core.wavelet;

import dev.tersor.core.bits.BitVector;

/**
 * The way from a position of a binary tree's root down to a leaf. What {@link Nodes} says of a bit
 * of a node is one word here, so that a level reads one place beside the bits: the shift, and in
 * the low 18 bits a node, or 2<sup>16</sup> and a node of leaves only, or 2<sup>17</sup> and a
 * symbol. Nodes and symbols take 16 bits, for a symbol has no more.
 */
final class Descent {
  private static final int NUMBER = (1 << 16) - 1;
  private static final int BOTTOM = 1 << 16;
  private static final int LEAF = 1 << 17;
  private static final int TO_BITS = 18;

  private final BitVector bits;
  private final int root;

  /** By {@code node << 1 | bit}. */
  private final long[] steps;

  Descent(BitVector bits, Nodes nodes) {
    this.bits = bits;
    this.root = to(nodes, nodes.root);
    this.steps = new long[nodes.used() << 1];
    for (int link = 0; link < steps.length; link++) {
      steps[link] = nodes.shift[link] << TO_BITS | to(nodes, nodes.child[link]);
    }
  }

  /**
   * @param child a node, {@code ~symbol} or {@link Nodes#NONE}, which nothing leads to
   */
  private static int to(Nodes nodes, int child) {
    if (child < 0) {
      return LEAF | (~child & NUMBER);
    }
    return nodes.bottom[child] ? BOTTOM | child : child;
  }

  /** The symbol at position {@code p} of the root. */
  int symbol(long p) {
    int to = root;
    while (to < BOTTOM) {
      long rankAndBit = bits.rankAndBit(p);
      long rank = rankAndBit >>> 1;
      long isOne = -(rankAndBit & 1);
      long step = steps[to << 1 | (int) (rankAndBit & 1)];
      // The rank of the bit, be it one or zero.
      p = (step >> TO_BITS) + ((rank & isOne) | ((p - rank) & ~isOne));
      to = (int) step & (1 << TO_BITS) - 1;
    }
    // The last bit needs no rank.
    return to < LEAF ? (int) steps[(to & NUMBER) << 1 | bits.bit(p)] & NUMBER : to & NUMBER;
  }
}
