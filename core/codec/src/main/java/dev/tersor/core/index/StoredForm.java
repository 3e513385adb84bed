package dev.tersor.core.index;

/**
 * How the streams of a scheme say where codes are, for whoever computes from them without going
 * through all codes. All forms have a stream {@link IndexScheme#VALUES} of the codes that are
 * stored; at all other positions the code is 0.
 */
public sealed interface StoredForm {
  /** Codes of all weights, in order. */
  record AllCodes() implements StoredForm {}

  /**
   * A bit a position, set where a code is stored.
   *
   * @param mask stream of bytes, position p being bit {@code p mod 8} of symbol {@code p/8}
   */
  record Mask(String mask) implements StoredForm {}

  /**
   * Compressed sparse rows.
   *
   * @param pointers stream of where each row starts and the last one ends
   * @param indices stream of columns
   */
  record Rows(String pointers, String indices) implements StoredForm {}

  /**
   * The number of positions skipped before each code; a code 0 may be stored to go on from.
   *
   * @param gaps stream of these
   */
  record Gaps(String gaps) implements StoredForm {}

  /**
   * The same, beginning anew in each block of weights.
   *
   * @param gaps stream of gaps
   * @param block stream of one symbol, the weights of a block
   * @param counts stream of the codes stored in each block
   */
  record BlockGaps(String gaps, String block, String counts) implements StoredForm {}

  /** None of these. */
  record Other() implements StoredForm {}
}
