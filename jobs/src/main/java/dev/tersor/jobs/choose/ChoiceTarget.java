package dev.tersor.jobs.choose;

import dev.tersor.jobs.config.UsageException;

/**
 * What a choice is made under: one number.
 *
 * @param kind what it is of
 * @param value above 0; of {@link Kind#DROP} 0 is one too
 */
public record ChoiceTarget(Kind kind, double value) {
  /** What users name. */
  public enum Kind {
    /** Bytes of the file, everything counted. */
    BYTES("bytes"),
    /** Bits of the file for each number that it stands for. */
    RATE("rate"),
    /** Signal to noise of all layers' weights together, in dB. */
    SQNR("sqnr"),
    /** Points of top-1 accuracy that may be lost. */
    DROP("max-drop");

    private final String option;

    Kind(String option) {
      this.option = option;
    }

    public String option() {
      return option;
    }
  }

  /**
   * @throws UsageException naming the option, if the value cannot be
   */
  public ChoiceTarget {
    boolean fits =
        kind == Kind.DROP ? value >= 0 && value <= 100 : value > 0 && value < Double.MAX_VALUE;
    if (!fits) {
      throw new UsageException(
          "%s: %s, expected a number %s"
              .formatted(kind.option, value, kind == Kind.DROP ? "in 0..100" : "above 0"));
    }
  }

  /** The bytes that it allows a file that stands for so many numbers. */
  long bytes(long numbers) {
    return (long) Math.floor(kind == Kind.RATE ? value * numbers / Byte.SIZE : value);
  }

  /** As it is said: {@code --sqnr 20}. */
  public String options() {
    return "--" + kind.option + " " + (value == Math.rint(value) ? "" + (long) value : "" + value);
  }
}
