package dev.tersor.core.wavelet;

/**
 * How the symbols of a tree's leaves follow from their paths.
 *
 * @param bits how many low bits of every symbol are its path; 0 if some are not, and a leaf has to
 *     say its symbol
 * @param planes bits of a symbol that may be set where they are not fixed
 * @param fixed bits that all symbols have set beside
 */
record Order(int bits, int planes, int fixed) {
  static Order of(Nodes nodes) {
    if (nodes.root < 0) {
      return new Order(0, 0, ~nodes.root);
    }
    int bits = -1;
    int high = 0;
    for (int symbol = 0; symbol < nodes.leaf.length && bits != 0; symbol++) {
      if (nodes.leaf[symbol] >= 0) {
        int digits = nodes.depth[symbol] * nodes.log;
        high = bits < 0 ? symbol >>> digits : high;
        bits = bits < 0 ? digits : bits;
        boolean isPath = nodes.path[symbol] == (symbol & (1 << bits) - 1);
        bits = isPath && symbol >>> bits == high && digits == bits ? bits : 0;
      }
    }
    return bits > 0
        ? new Order(bits, bits, high << bits)
        : new Order(0, 32 - Integer.numberOfLeadingZeros(nodes.leaf.length - 1), 0);
  }
}
