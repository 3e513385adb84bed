package dev.tersor.core.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupSearchTest {
  private static int[] positions(int size, double density, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return IntStream.range(0, size).filter(i -> random.nextDouble() < density).toArray();
  }

  /** Algorithm 1 as printed: the whole mask is convolved again for every group. */
  private static List<String> literal(boolean[] mask, int lanes, int strides, double theta) {
    List<String> groups = new ArrayList<>();
    boolean stored = true;
    while (stored) {
      stored = false;
      for (int d = 1; d <= strides; d++) {
        int best = -1;
        int most = 0;
        for (int n = 0; n + (lanes - 1) * d < mask.length; n++) {
          int count = 0;
          for (int lane = 0; lane < lanes; lane++) {
            count += mask[n + lane * d] ? 1 : 0;
          }
          if (count > most) {
            most = count;
            best = n;
          }
        }
        if (best >= 0 && most >= Math.ceil(theta * lanes - 1e-9)) {
          groups.add(best + "+" + d);
          for (int lane = 0; lane < lanes; lane++) {
            mask[best + lane * d] = false;
          }
          stored = true;
        }
      }
    }
    return groups;
  }

  @ParameterizedTest
  @CsvSource({
    "0.0, 0.8, 500", "0.05, 0.8, 3000", "0.3, 0.8, 2000", "0.5, 0.8, 1500", "0.7, 0.8, 1500",
    "0.95, 0.8, 700", "1.0, 0.8, 700", "0.5, 1.0, 900", "0.5, 0.5, 900", "0.6, 0.01, 300",
    "0.9, 0.8, 17", "1.0, 0.8, 64", "1.0, 0.8, 1", "0.5, 0.8, 0"
  })
  void takesTheGroupsOfTheLiteralSearch(double density, double theta, int size) {
    for (int seed = 0; seed < 3; seed++) {
      int[] positions = positions(size, density, seed);
      boolean[] mask = new boolean[size];
      for (int position : positions) {
        mask[position] = true;
      }
      GroupSearch search = new GroupSearch(positions, size, theta);
      for (int lanes : new int[] {16, 12, 8, 4, 2}) {
        GroupSearch.Found found = search.take(lanes, 16);
        List<String> groups = new ArrayList<>();
        for (int g = 0; g < found.starts().length; g++) {
          groups.add(found.starts()[g] + "+" + found.strides()[g]);
        }
        assertEquals(literal(mask, lanes, 16, theta), groups, lanes + " lanes, seed " + seed);
      }
      assertArrayEquals(IntStream.range(0, size).filter(i -> mask[i]).toArray(), search.rest());
    }
  }

  @Test
  void parametersAreChecked() {
    for (double theta : new double[] {0, -1, 1.01, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> new GroupSearch(new int[0], 10, theta));
    }
    GroupSearch search = new GroupSearch(new int[] {1}, 10, 0.8);
    assertThrows(IllegalArgumentException.class, () -> search.take(17, 16));
    assertThrows(IllegalArgumentException.class, () -> search.take(16, 17));
    assertThrows(IllegalArgumentException.class, () -> search.take(16, 0));
  }
}
