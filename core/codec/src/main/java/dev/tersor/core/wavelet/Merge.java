package dev.tersor.core.wavelet;

import dev.tersor.core.bits.KernelFamily;
import java.util.Optional;

/**
 * Puts the symbols of a node's children together in the order that the node's bits tell: what
 * decodes a range of a wavelet tree from its leaves up.
 */
interface Merge {
  /** With the Vector API alone: without it, nothing is merged. */
  KernelFamily<Merge> FAMILY =
      new KernelFamily<>(
          "wavelet-merge",
          Merge.class,
          "dev.tersor.core.wavelet.VectorMerge",
          MergeTrial::isPassed);

  /** Bytes behind the last one that a merge may read and write. */
  int SLACK = 64;

  /**
   * Merges two sequences.
   *
   * @param ones where the second one is to be: bit i mod 64 of word i div 64 for place i; zeros
   *     from {@code count} on
   * @param from holds both sequences, and further bytes
   * @param zero where the first one begins
   * @param one where the second one begins
   * @param to takes {@code count} symbols from {@code at} on; those behind are undefined then
   */
  void merge(long[] ones, int count, byte[] from, int zero, int one, byte[] to, int at);

  /**
   * Spells symbols of two leaves.
   *
   * @param ones where the second one is to be, as in {@link #merge}
   * @param to takes {@code count} symbols from {@code at} on; those behind are undefined then
   */
  void spell(byte zero, byte one, long[] ones, int count, byte[] to, int at);

  /**
   * Merges four sequences by digits of two bits.
   *
   * @param high the higher bits of the digits, as in {@link #merge}
   * @param low the lower ones
   * @param starts where the sequence of each digit begins in {@code from}
   */
  void mergeFour(long[] high, long[] low, int count, byte[] from, int[] starts, byte[] to, int at);

  /**
   * Spells symbols of four leaves.
   *
   * @param symbols by digit
   */
  void spellFour(byte[] symbols, long[] high, long[] low, int count, byte[] to, int at);

  /** Whether the machine has vectors that it is quick with. */
  boolean pays();

  /** One with the Vector API, where that works and pays. */
  static Optional<Merge> vectors() {
    return FAMILY.working();
  }
}
