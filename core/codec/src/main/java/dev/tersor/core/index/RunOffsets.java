package dev.tersor.core.index;

import dev.tersor.core.bits.KernelFamily;

/**
 * Puts the 16 offsets of a dCSR run together ("Smaller together", section III-A.2 and Figure 3):
 * the base's nibbles, the extension masks and the even spacing, for all lanes at once.
 */
interface RunOffsets {
  /** Those with the Vector API. */
  KernelFamily<RunOffsets> FAMILY =
      new KernelFamily<>(
          "run-offsets",
          RunOffsets.class,
          "dev.tersor.core.index.VectorRunOffsets",
          RunOffsetsTrial::isPassed);

  /**
   * Sets {@code lanes[i] = spacing[i] + nibble of offsets[from + i] + 16, 32 and 64 where bit i of
   * the extensions is set}, i from 0 to 15.
   *
   * @param nibble 0 for the low nibbles, 4 for the high ones
   * @param extensions three masks from {@code first} on, zero where none is stored
   */
  void join(
      int[] spacing, int[] offsets, int from, int nibble, int[] extensions, int first, int[] lanes);

  /** Whether the machine has what makes it quick. */
  default boolean pays() {
    return true;
  }

  /** The fastest one that runs here: with the Vector API where that works. */
  static RunOffsets fastest() {
    return FAMILY.working().orElseGet(ScalarRunOffsets::new);
  }

  /**
   * The one with the Vector API.
   *
   * @throws LinkageError where its module is absent
   */
  static RunOffsets vectors() {
    return FAMILY.vectors();
  }
}
