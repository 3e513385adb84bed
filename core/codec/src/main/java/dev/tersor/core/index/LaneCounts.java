package dev.tersor.core.index;

import dev.tersor.core.bits.KernelFamily;

/**
 * Counts how many lanes of a group are non-zero, for many starts at once. The convolution of the
 * group search ("Smaller together", Algorithm 1) for 64 neighbouring starts is the sum of one mask
 * word a lane, held as bit planes: carry-save adders add the words, and a few logical operations on
 * the planes say which starts have a given count.
 *
 * <p>Implementations give the same words; they differ in how many they make at once, and may have
 * scratch memory, so that one is not shared between threads.
 */
interface LaneCounts {
  /** Those with the Vector API. */
  KernelFamily<LaneCounts> FAMILY =
      new KernelFamily<>(
          "group-search",
          LaneCounts.class,
          "dev.tersor.core.index.VectorLaneCounts",
          LaneCountsTrial::isPassed);

  /** Neighbouring words that {@link #find} makes at once. */
  int words();

  /**
   * Sets bit i of {@code found[k]} where a group that starts at {@code 64 * (word + k) + i} has so
   * many non-zero lanes, and no other; k from 0 to {@link #words()} - 1.
   *
   * @param word a multiple of {@link #words()}
   * @param lanes 1 to 16
   * @param stride 1 to 16
   * @param count what is looked for
   * @param least the lowest count of interest
   * @return the highest count of all these starts, where it is between {@code least} and {@code
   *     count}; 0 where none has {@code least}, and {@code least} where all that have more have
   *     more than {@code count}
   */
  int find(ShiftedMask mask, int word, int lanes, int stride, int count, int least, long[] found);

  /** The fastest one that runs here: with the Vector API where that works. */
  static LaneCounts fastest() {
    return FAMILY.working().orElseGet(ScalarLaneCounts::new);
  }

  /**
   * The one with the Vector API.
   *
   * @throws LinkageError where its module is absent
   */
  static LaneCounts vectors() {
    return FAMILY.vectors();
  }
}
