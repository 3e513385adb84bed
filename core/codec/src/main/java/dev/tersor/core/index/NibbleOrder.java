package dev.tersor.core.index;

/** Which half of a byte the first of two neighbouring dCSR groups has. */
enum NibbleOrder {
  /** As "Smaller together" has it (section III-A.2, beside Figure 3). */
  UPPER_FIRST,
  /** As containers of version 1 have it. */
  LOWER_FIRST;

  /** The lowest bit of a group's nibble: 4 or 0. */
  int shift(int group) {
    boolean isFirst = (group & 1) == 0;
    return isFirst == (this == UPPER_FIRST) ? 4 : 0;
  }
}
