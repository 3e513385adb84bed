package dev.tersor.core.index;

import java.util.Arrays;

/**
 * The way of one group size and stride through all starts, highest count first.
 *
 * <p>Counts only ever fall while groups are taken, so the first start of the highest count is found
 * by moving forward only: first through all starts for the full count, then again for one less, and
 * so on. {@link LaneCounts} finds the starts of a block that have the count, and says what the
 * highest count of the block is, so that later passes leave out blocks that had nothing as high.
 * Each start is looked at once more before it is taken, since other groups may have had some of its
 * lanes since its block was counted.
 */
final class GroupCursor {
  final int lanes;
  final int stride;
  private final int least;
  private final ShiftedMask mask;
  private final int starts;
  private final LaneCounts counts;

  /** The highest count of each block when it was counted last; 0 where it was below the least. */
  private final byte[] highest;

  /** The starts of the block in hand that had the count of the level and are to be looked at. */
  private final long[] found;

  /** The lanes of a group that starts at 0, in up to four words; by shift from 0 to 7 bits. */
  private final long[][] patterns;

  private int level;
  private int block;

  /** The word of {@link #found} in hand; their number where the block is not counted yet. */
  private int word;

  /**
   * @param mask the non-zeros that no group has; shared, and cleared as groups are taken
   * @param least the lowest count to be found, at least 1
   */
  GroupCursor(ShiftedMask mask, int lanes, int stride, int least, LaneCounts counts) {
    this.mask = mask;
    this.lanes = lanes;
    this.stride = stride;
    this.least = least;
    this.counts = counts;
    this.starts = Math.max(0, mask.size() - (lanes - 1) * stride);
    this.level = lanes;
    int perBlock = 64 * counts.words();
    this.highest = new byte[(starts + perBlock - 1) / perBlock];
    Arrays.fill(highest, (byte) lanes);
    this.found = new long[counts.words()];
    this.word = found.length;
    this.block = -1;
    this.patterns = new long[Byte.SIZE][];
    for (int shift = 0; shift < Byte.SIZE; shift++) {
      patterns[shift] = new long[(((lanes - 1) * stride + shift) >>> 6) + 1];
      for (int lane = 0, at = shift; lane < lanes; lane++, at += stride) {
        patterns[shift][at >>> 6] |= 1L << at;
      }
    }
  }

  /** The count of the group that {@link #next} found last. */
  int level() {
    return level;
  }

  /**
   * The first start of the highest count left, or -1 if that is below a bound.
   *
   * @param bound the cursor's least or more
   */
  int next(int bound) {
    while (level >= bound) {
      int start = nextOfLevel();
      if (start >= 0) {
        return start;
      }
      level--;
      block = -1;
      word = found.length;
    }
    return -1;
  }

  private int nextOfLevel() {
    while (true) {
      for (; word < found.length; word++) {
        long left = found[word];
        while (left != 0) {
          int start = ((block * found.length + word) << 6) + Long.numberOfTrailingZeros(left);
          left &= left - 1;
          if (isAtLevel(start)) {
            found[word] = left;
            return start;
          }
        }
      }
      do {
        if (++block == highest.length) {
          return -1;
        }
      } while (highest[block] < level);
      countBlock();
    }
  }

  private void countBlock() {
    word = 0;
    int first = block * found.length;
    highest[block] = (byte) counts.find(mask, first, lanes, stride, level, least, found);
    if (highest[block] < level) {
      word = found.length;
    } else if ((first + found.length) << 6 > starts) {
      for (int i = 0; i < found.length; i++) {
        int valid = starts - ((first + i) << 6);
        found[i] &= valid >= 64 ? -1L : valid <= 0 ? 0 : (1L << valid) - 1;
      }
    }
  }

  /** Whether a group that starts there has as many non-zeros as {@link #level} says. */
  boolean isAtLevel(int start) {
    return count(start) == level;
  }

  /** Non-zeros in the lanes of a group that starts there. */
  private int count(int start) {
    int count = 0;
    int at = start;
    for (long lanesOfWord : patterns[0]) {
      count += Long.bitCount(mask.word(at) & lanesOfWord);
      at += Long.SIZE;
    }
    return count;
  }

  /** Takes a group: its lanes are no more in the mask. */
  void clear(int start) {
    mask.clear(start, patterns);
  }
}
