package dev.tersor.core.wavelet;

/** How the symbols of a {@link WaveletTree} are split on the way down. */
public enum Shape {
  /** By a code of equal lengths, or nearly, of the symbols that occur. */
  BALANCED,
  /** By a Huffman code: the bits of all levels are those of the Huffman-coded sequence. */
  HUFFMAN,
  /**
   * By the bits of the symbols, each level with all its zeros before all its ones (Claude, Navarro
   * and Ordonez, "The Wavelet Matrix", 2015).
   */
  MATRIX,
  /**
   * By two bits of the symbols a level, so that there are half as many levels (Ceregini, Kurpicz
   * and Venturini, "Faster Wavelet Tree Queries", 2024), each ordered as in a matrix.
   */
  QUAD;

  /** Whether the table holds a code of the symbols. */
  boolean isCoded() {
    return this == BALANCED || this == HUFFMAN;
  }
}
