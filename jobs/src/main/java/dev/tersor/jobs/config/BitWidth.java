package dev.tersor.jobs.config;

import java.io.Serializable;

/**
 * Bits of a code: one entry of the bits of a sweep.
 *
 * @param fixed the same for all tensors, 1 to 8; 32 where nothing is quantised and weights are
 *     stored without loss in the number format that they have; 0 where each tensor has its own, the
 *     paper-bits of its description; -1 where it has those of its file
 */
public record BitWidth(int fixed) implements Serializable {
  /** The entry that stands for each tensor's own width. */
  public static final BitWidth PAPER = new BitWidth(0);

  /** The entry that quantises nothing. */
  public static final BitWidth LOSSLESS = new BitWidth(Float.SIZE);

  /**
   * The entry that stands for the codes of a file that is quantised already; its other tensors are
   * stored without loss.
   */
  public static final BitWidth FILE = new BitWidth(-1);

  private static final String OF_FILE = "file";

  static BitWidth parse(String value) {
    if (value.equals(OF_FILE)) {
      return FILE;
    }
    if (value.equals(Pruning.PAPER)) {
      return PAPER;
    }
    try {
      int bits = Integer.parseInt(value);
      if ((bits >= 1 && bits <= Byte.SIZE) || bits == LOSSLESS.fixed) {
        return new BitWidth(bits);
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new UsageException(
        "bits: '" + value + "' is neither a whole number in 1..8, nor 32, nor paper, nor file");
  }

  public boolean isPaper() {
    return fixed == 0;
  }

  public boolean isFile() {
    return equals(FILE);
  }

  public boolean isLossless() {
    return equals(LOSSLESS);
  }

  /** The value of the column {@code setting}: null for a fixed width. */
  public String setting() {
    return isPaper() ? Pruning.PAPER : isFile() ? OF_FILE : null;
  }

  /** The entry of a value of the column {@code setting} that is not null. */
  public static BitWidth ofSetting(String setting) {
    return setting.equals(OF_FILE) ? FILE : PAPER;
  }

  @Override
  public String toString() {
    return setting() == null ? Integer.toString(fixed) : setting();
  }
}
