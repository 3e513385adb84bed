/**
 * Wavelet trees: sequences of small symbols that are searched and read in parts where they are
 * stored, in about the space of their packed or Huffman-coded form.
 */
package dev.tersor.core.wavelet;
