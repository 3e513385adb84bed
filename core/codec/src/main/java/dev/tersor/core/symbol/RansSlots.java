package dev.tersor.core.symbol;

/**
 * What the low bits of a state of {@link Rans} mean: by slot a symbol, by symbol its range. Both
 * tables stay in the first cache, where one by slot alone would not.
 *
 * @param bits r; there are 2^r slots
 * @param symbols by slot the symbol
 * @param ranges by symbol {@code start << 32 | frequency}, where start is its first slot
 */
@SuppressWarnings("ArrayRecordComponent") // handed from table to decoder, never compared
record RansSlots(int bits, char[] symbols, long[] ranges) {
  static RansSlots of(RansFrequencies frequencies) {
    int[] scaled = frequencies.scaled();
    char[] symbols = new char[frequencies.total()];
    long[] ranges = new long[scaled.length];
    int slot = 0;
    for (int s = 0; s < scaled.length; s++) {
      ranges[s] = (long) slot << 32 | scaled[s];
      for (int i = 0; i < scaled[s]; i++) {
        symbols[slot++] = (char) s;
      }
    }
    return new RansSlots(frequencies.bits(), symbols, ranges);
  }
}
