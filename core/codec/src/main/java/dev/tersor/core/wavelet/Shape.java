package dev.tersor.core.wavelet;

/** How the symbols of a {@link WaveletTree} are split on the way down. */
public enum Shape {
  /**
   * By the bits of the symbols, each node's zeros before its ones (Grossi, Gupta, Vitter, 2003).
   */
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
  QUAD
}
