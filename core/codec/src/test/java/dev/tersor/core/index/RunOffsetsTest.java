package dev.tersor.core.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RunOffsetsTest {
  /** Lane by lane and bit by bit, as Figure 3 draws it. */
  private static int[] literal(
      int[] spacing, int[] offsets, int from, int nibble, int[] extensions, int first) {
    int[] lanes = new int[16];
    for (int lane = 0; lane < 16; lane++) {
      int delta = offsets[from + lane] >> nibble & 0xF;
      for (int bit = 0; bit < 3; bit++) {
        if ((extensions[first + bit] >> lane & 1) == 1) {
          delta += 1 << (4 + bit);
        }
      }
      lanes[lane] = spacing[lane] + delta;
    }
    return lanes;
  }

  @Test
  void vectorsAndLanesAgreeWithTheFigure() {
    RunOffsets[] both = {new ScalarRunOffsets(), RunOffsets.vectors()};
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 300; round++) {
      int[] spacing = new int[16];
      int slope = random.nextInt(1, 20);
      Arrays.setAll(spacing, lane -> lane * slope);
      int[] offsets = random.ints(48, 0, 256).toArray();
      int[] extensions = random.ints(9, 0, 1 << 16).toArray();
      if (round % 3 == 0) {
        Arrays.fill(extensions, 0);
      }
      int from = 16 * random.nextInt(3);
      int first = 3 * random.nextInt(3);
      int nibble = 4 * random.nextInt(2);
      int[] expected = literal(spacing, offsets, from, nibble, extensions, first);
      for (RunOffsets offset : both) {
        int[] lanes = new int[16];
        offset.join(spacing, offsets, from, nibble, extensions, first, lanes);
        assertArrayEquals(expected, lanes, offset.getClass().getSimpleName());
      }
    }
  }
}
