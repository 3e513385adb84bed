package dev.tersor.core.wavelet;

/** How many digits of a value lie before a position. */
@FunctionalInterface
interface DigitRanks {
  /**
   * @param position from 0 to the number of digits
   */
  long before(int digit, long position);
}
