package dev.tersor.core.index;

/** How the positions of an encoding's weights are found, best first. */
public enum Access {
  /** Any one weight by itself. */
  RANDOM,
  /** Many at once, from a directory (row pointers, block counts, bitmap words). */
  PARALLEL,
  /** One after another: each depends on the one before. */
  SEQUENTIAL;

  /** The weaker of the two. */
  public Access and(Access other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
