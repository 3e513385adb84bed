package dev.tersor.core.tensor;

import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Where the non-zeros of a tensor are, with what was found of these positions: the same for all
 * codes of tensors that have the same mask. Not for several threads at once.
 */
public final class NonZeros {
  private final int[] positions;
  private final Ledger found = new Ledger();

  private NonZeros(int[] positions) {
    this.positions = positions;
  }

  static NonZeros of(byte[] codes) {
    int count = 0;
    for (byte code : codes) {
      count += code != 0 ? 1 : 0;
    }
    int[] positions = new int[count];
    int n = 0;
    for (int i = 0; n < count; i++) {
      positions[n] = i;
      n += codes[i] != 0 ? 1 : 0;
    }
    return new NonZeros(positions);
  }

  /** Ascending; not to be changed. */
  public int[] positions() {
    return positions;
  }

  /**
   * Something that follows from the positions alone, as {@link Codes#derived}.
   *
   * @param key what it is, with all else that it depends on
   */
  public <T> T derived(Object key, Class<T> type, Supplier<T> find) {
    return found.find(key, type, find);
  }

  long reusedNanos() {
    return found.reusedNanos();
  }

  boolean isSame(NonZeros other) {
    return Arrays.equals(positions, other.positions);
  }
}
