package dev.tersor.core.index;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Whether {@link RunOffsets} with vectors gives what the one without gives. */
final class RunOffsetsTrial {
  private static final int MASKS = 3;

  private RunOffsetsTrial() {}

  static boolean isPassed(RunOffsets vectors) {
    if (!vectors.pays()) {
      return false;
    }
    RunOffsets scalar = new ScalarRunOffsets();
    SplittableRandom random = new SplittableRandom(1);
    int[] spacing = random.ints(DcsrGroup.LANES, 0, 1000).toArray();
    int[] offsets = random.ints(2 * DcsrGroup.LANES, 0, 256).toArray();
    int[] masks = random.ints(2 * MASKS, 0, 1 << DcsrGroup.LANES).toArray();
    Arrays.fill(masks, 0, MASKS, 0);
    int[] expected = new int[DcsrGroup.LANES];
    int[] lanes = new int[DcsrGroup.LANES];
    boolean isSame = true;
    for (int nibble = 0; nibble <= 4; nibble += 4) {
      for (int from = 0; from < masks.length; from += MASKS) {
        scalar.join(spacing, offsets, DcsrGroup.LANES, nibble, masks, from, expected);
        vectors.join(spacing, offsets, DcsrGroup.LANES, nibble, masks, from, lanes);
        isSame &= Arrays.equals(expected, lanes);
      }
    }
    return isSame;
  }
}
