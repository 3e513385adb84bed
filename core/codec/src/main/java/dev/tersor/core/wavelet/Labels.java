package dev.tersor.core.wavelet;

/** Bytes that stand for a tree's symbols: themselves where they fit, else their numbers. */
final class Labels {
  private static final int MOST = 256;

  /** By symbol; a power of two of them. */
  private final byte[] labels;

  private final int[] symbols;

  private Labels(byte[] labels, int[] symbols) {
    this.labels = labels;
    this.symbols = symbols;
  }

  /** Whether a tree has not too many symbols. */
  static boolean suffice(Nodes nodes) {
    return nodes.leaf.length <= MOST || used(nodes) <= MOST;
  }

  private static int used(Nodes nodes) {
    int used = 0;
    for (int link : nodes.leaf) {
      used += link >= 0 ? 1 : 0;
    }
    return used;
  }

  static Labels of(Nodes nodes) {
    int alphabet = Math.max(MOST, Integer.highestOneBit(nodes.leaf.length - 1) << 1);
    byte[] labels = new byte[alphabet];
    int[] symbols = new int[MOST];
    boolean fit = alphabet == MOST;
    int next = 0;
    for (int symbol = 0; symbol < alphabet; symbol++) {
      if (fit || (symbol < nodes.leaf.length && nodes.leaf[symbol] >= 0)) {
        labels[symbol] = (byte) next;
        symbols[next++] = symbol;
      }
    }
    return new Labels(labels, symbols);
  }

  /** The byte for a leaf, given as {@code ~symbol}. */
  byte of(int leaf) {
    return labels[~leaf & (labels.length - 1)];
  }

  int symbol(byte label) {
    return symbols[label & 0xFF];
  }
}
