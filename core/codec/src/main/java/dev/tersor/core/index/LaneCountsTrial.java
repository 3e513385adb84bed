package dev.tersor.core.index;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Whether {@link LaneCounts} with vectors gives what counting one by one gives. */
final class LaneCountsTrial {
  private LaneCountsTrial() {}

  static boolean isPassed(LaneCounts vectors) {
    SplittableRandom random = new SplittableRandom(1);
    int words = vectors.words();
    int size = 128 * words + 16 * 16;
    int[] positions = IntStream.range(0, size).filter(i -> random.nextBoolean()).toArray();
    ShiftedMask mask = new ShiftedMask(positions, size);
    boolean isSame = true;
    for (int lanes : new int[] {3, 16}) {
      for (int stride : new int[] {1, 7}) {
        for (int count : new int[] {lanes, lanes / 2 + 1}) {
          isSame &= isSame(vectors, mask, words, lanes, stride, count);
        }
      }
    }
    return isSame;
  }

  private static boolean isSame(
      LaneCounts vectors, ShiftedMask mask, int word, int lanes, int stride, int count) {
    long[] found = new long[vectors.words()];
    int highest = vectors.find(mask, word, lanes, stride, count, 1, found);
    long[] expected = new long[found.length];
    int most = 0;
    for (int i = 0; i < 64 * expected.length; i++) {
      int ones = 0;
      for (int lane = 0, at = 64 * word + i; lane < lanes; lane++, at += stride) {
        ones += (int) (mask.word(at) & 1);
      }
      most = ones <= count ? Math.max(most, ones) : most;
      expected[i >>> 6] |= ones == count ? 1L << i : 0;
    }
    return most == highest && (most < count || Arrays.equals(expected, found));
  }
}
