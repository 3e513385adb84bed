package dev.tersor.jobs.config;

import java.io.Serializable;

/**
 * Bits of a code: one entry of the bits of a sweep.
 *
 * @param fixed the same for all tensors, 1 to 8; 0 where each tensor has its own, the paper-bits of
 *     its description
 */
public record BitWidth(int fixed) implements Serializable {
  /** The entry that stands for each tensor's own width. */
  public static final BitWidth PAPER = new BitWidth(0);

  static BitWidth parse(String value) {
    if (value.equals(Pruning.PAPER)) {
      return PAPER;
    }
    try {
      int bits = Integer.parseInt(value);
      if (bits >= 1 && bits <= Byte.SIZE) {
        return new BitWidth(bits);
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new UsageException("bits: '" + value + "' is neither a whole number in 1..8 nor paper");
  }

  public boolean isPaper() {
    return fixed == 0;
  }

  /** The value of the column {@code setting}: null for a fixed width. */
  public String setting() {
    return isPaper() ? Pruning.PAPER : null;
  }

  @Override
  public String toString() {
    return isPaper() ? Pruning.PAPER : Integer.toString(fixed);
  }
}
