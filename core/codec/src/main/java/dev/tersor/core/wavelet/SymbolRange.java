package dev.tersor.core.wavelet;

/** A range of a tree's symbols, a word of places at a time. */
interface SymbolRange {
  /** The next symbols, at most 64. */
  Planes next(int count);
}
