package dev.tersor.core.symbol;

import java.util.Arrays;

/**
 * A stream of unsigned integers.
 *
 * @param values the symbols, not copied; width-32 symbols use all bits of an int
 * @param width bits a plain symbol takes, 1 to 32
 */
@SuppressWarnings("ArrayRecordComponent") // a stream of millions of symbols is not copied
public record Symbols(int[] values, int width) {
  public Symbols {
    if (width < 1 || width > 32) {
      throw new IllegalArgumentException("width " + width + " outside 1..32");
    }
  }

  public int count() {
    return values.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Symbols that
        && width == that.width
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * width + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return count() + " symbols of " + width + " bits";
  }
}
