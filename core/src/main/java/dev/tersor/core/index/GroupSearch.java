package dev.tersor.core.index;

import java.util.Arrays;

/**
 * Greedy search for groups of equidistant non-zeros ("Smaller together", Algorithms 1 and 2): for
 * each group size, largest first, and round after round for each stride d, the first position at
 * which a group covers the most non-zeros is taken if it covers at least {@code ceil(theta *
 * size)}, and its lanes are cleared. A round that takes nothing ends the size.
 *
 * <p>The literal algorithm convolves the whole mask for every group it takes. But counts only ever
 * fall, so for each stride the first position of the highest count is found by moving forward only:
 * first through all positions for the full count, then again for one less, and so on. Positions are
 * looked at 64 at a time: the s shifted words of the mask are added by carry-save adders into bit
 * planes, from which those positions whose count reaches a level are read as words. These are kept
 * as candidates (a count can only have fallen since), so that a level skips words without any, and
 * counts a word anew when it comes to it. The groups are those of the literal search.
 */
final class GroupSearch {
  private final long[] mask;
  private final int size;
  private final double theta;

  /**
   * @param positions of the non-zeros
   * @param size weights of the tensor
   * @param theta least occupancy of a group, in (0, 1]
   */
  GroupSearch(int[] positions, int size, double theta) {
    if (!(theta > 0 && theta <= 1)) {
      throw new IllegalArgumentException("theta " + theta + " outside (0, 1]");
    }
    this.size = size;
    this.theta = theta;
    // Shifted reads look beyond the end, by the reach of the largest group.
    this.mask = new long[(size >>> 6) + 8];
    for (int position : positions) {
      mask[position >>> 6] |= 1L << position;
    }
  }

  /** Groups of one size: start and stride of each, in the order taken. */
  @SuppressWarnings("ArrayRecordComponent") // handed to the layout, never compared
  record Found(int size, int[] starts, int[] strides) {}

  /**
   * Takes all groups of one size; the non-zeros they cover are gone from {@link #rest}.
   *
   * @param lanes size of a group, 2 to 16
   * @param strides largest stride, 1 to 16
   */
  Found take(int lanes, int strides) {
    if (lanes < 2 || lanes > 16 || strides < 1 || strides > 16) {
      throw new IllegalArgumentException(
          "groups of " + lanes + " lanes with strides up to " + strides + ", 16 at most");
    }
    int threshold = (int) Math.ceil(theta * lanes - 1e-9);
    Cursor[] cursors = new Cursor[strides];
    for (int d = 1; d <= strides; d++) {
      cursors[d - 1] = new Cursor(lanes, d, threshold);
    }
    int[] starts = new int[64];
    int[] found = new int[64];
    int n = 0;
    for (boolean taken = true; taken; ) {
      taken = false;
      for (Cursor cursor : cursors) {
        int start = cursor.next();
        if (start >= 0) {
          if (n == starts.length) {
            starts = Arrays.copyOf(starts, 2 * n);
            found = Arrays.copyOf(found, 2 * n);
          }
          starts[n] = start;
          found[n++] = cursor.stride;
          clear(start, cursor.stride, lanes);
          taken = true;
        }
      }
    }
    return new Found(lanes, Arrays.copyOf(starts, n), Arrays.copyOf(found, n));
  }

  /** How many non-zeros no group has taken. */
  int left() {
    int count = 0;
    for (long word : mask) {
      count += Long.bitCount(word);
    }
    return count;
  }

  /** The non-zeros that no group has taken, ascending. */
  int[] rest() {
    int[] rest = new int[left()];
    int n = 0;
    for (int w = 0; w < mask.length; w++) {
      for (long word = mask[w]; word != 0; word &= word - 1) {
        rest[n++] = (w << 6) + Long.numberOfTrailingZeros(word);
      }
    }
    return rest;
  }

  private void clear(int start, int stride, int lanes) {
    for (int lane = 0, at = start; lane < lanes; lane++, at += stride) {
      mask[at >>> 6] &= ~(1L << at);
    }
  }

  private int count(int start, int stride, int lanes) {
    int count = 0;
    for (int lane = 0, at = start; lane < lanes; lane++, at += stride) {
      count += (int) (mask[at >>> 6] >>> at) & 1;
    }
    return count;
  }

  /** The way of one stride through the positions, level after level. */
  private final class Cursor {
    private final int lanes;
    private final int stride;
    private final int threshold;
    private final int positions;

    /** For each level down to the threshold, positions that may reach it. */
    private final long[][] candidates;

    private int level;
    private int word;
    private boolean counted;

    Cursor(int lanes, int stride, int threshold) {
      this.lanes = lanes;
      this.stride = stride;
      this.threshold = threshold;
      this.positions = Math.max(0, size - (lanes - 1) * stride);
      this.level = lanes;
      this.candidates = new long[lanes - threshold + 1][(positions + 63) >>> 6];
    }

    /** The first position of the highest count left, or -1 if that is below the threshold. */
    int next() {
      for (; level >= threshold; level--, word = 0, counted = false) {
        long[] atLevel = candidates[lanes - level];
        // On the first way through nothing is counted yet; later only candidates are looked at.
        boolean all = level == lanes;
        for (; word < atLevel.length; word++, counted = false) {
          if (!counted) {
            if (!all && atLevel[word] == 0) {
              continue;
            }
            countWord();
            counted = true;
          }
          while (atLevel[word] != 0) {
            int start = (word << 6) + Long.numberOfTrailingZeros(atLevel[word]);
            atLevel[word] &= atLevel[word] - 1;
            int count = count(start, stride, lanes);
            if (count == level) {
              return start;
            }
            if (count >= threshold) {
              candidates[lanes - count][word] |= 1L << start;
            }
          }
        }
      }
      return -1;
    }

    /** Counts 64 positions and files each at the level that it has now. */
    private void countWord() {
      long b0 = 0;
      long b1 = 0;
      long b2 = 0;
      long b3 = 0;
      long b4 = 0;
      int at = word << 6;
      for (int lane = 0; lane < lanes; lane++, at += stride) {
        long carry = shifted(at);
        long sum = b0 ^ carry;
        carry &= b0;
        b0 = sum;
        sum = b1 ^ carry;
        carry &= b1;
        b1 = sum;
        sum = b2 ^ carry;
        carry &= b2;
        b2 = sum;
        sum = b3 ^ carry;
        carry &= b3;
        b3 = sum;
        b4 |= carry;
      }
      int left = positions - (word << 6);
      long valid = left >= 64 ? -1L : (1L << left) - 1;
      for (int count = lanes; count >= threshold; count--) {
        candidates[lanes - count][word] =
            valid
                & ((count & 1) == 0 ? ~b0 : b0)
                & ((count & 2) == 0 ? ~b1 : b1)
                & ((count & 4) == 0 ? ~b2 : b2)
                & ((count & 8) == 0 ? ~b3 : b3)
                & ((count & 16) == 0 ? ~b4 : b4);
      }
    }

    private long shifted(int at) {
      int index = at >>> 6;
      int shift = at & 63;
      // A shift by 64 is one by 0, so the upper part is shifted twice.
      return (mask[index] >>> shift) | ((mask[index + 1] << 1) << (63 - shift));
    }
  }
}
