package dev.tersor.core.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DcsrPaddingTest {
  /** The paper's loop: every group is checked and the largest gap looked for again each time. */
  private static int[] literal(int[] positions, int size, boolean isAbsolute) {
    List<Integer> c = new ArrayList<>(IntStream.of(positions).boxed().toList());
    while (overflows(c, size, isAbsolute)) {
      int at = 0;
      int largest = -1;
      int end = 0;
      for (int i = 0; i <= c.size(); i++) {
        int from = i == 0 ? 0 : c.get(i - 1);
        int to = i == c.size() ? size : c.get(i);
        if (to - from > largest) {
          largest = to - from;
          at = i;
          end = to;
        }
      }
      c.add(at, end - (largest + 1) / 2);
    }
    return c.stream().mapToInt(Integer::intValue).toArray();
  }

  private static boolean overflows(List<Integer> c, int size, boolean isAbsolute) {
    int k = c.size();
    int m = (size + k / 2) / k;
    int before = 0;
    for (int g = 0; g < k; g += 16) {
      int n = Integer.MAX_VALUE;
      int lanes = Math.min(16, k - g);
      for (int i = 0; i < lanes; i++) {
        n = Math.min(n, c.get(g + i) - i * m);
      }
      for (int i = 0; i < lanes; i++) {
        int delta = c.get(g + i) - i * m - n;
        if (delta > 127 || i * m + delta > 255) {
          return true;
        }
      }
      int dn = g == 0 ? n : n - before - 16 * m;
      if (!isAbsolute && (dn < -128 || dn > 127)) {
        return true;
      }
      before = n;
    }
    return false;
  }

  private static void compare(int[] positions, int size) {
    for (boolean isAbsolute : new boolean[] {false, true}) {
      assertArrayEquals(
          literal(positions, size, isAbsolute),
          DcsrPadding.insert(positions, size, isAbsolute),
          size + " weights, absolute " + isAbsolute);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0.5",
    "40, 0.5",
    "3000, 0.5",
    "4000, 0.05",
    "4000, 0.02",
    "6000, 0.005",
    "900, 0.99",
    "5000, 0.0005",
    "20000, 0.03"
  })
  void insertsWhatTheLiteralLoopInserts(int size, double density) {
    for (int seed = 0; seed < 5; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int[] positions =
          IntStream.range(0, size).filter(i -> random.nextDouble() < density).toArray();
      if (positions.length > 0) {
        compare(positions, size);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"5000, 0", "5000, 4999", "5000, 2500", "100000, 99999"})
  void aLoneElementIsReached(int size, int position) {
    int[] positions = {position};
    compare(positions, size);
  }

  /** Clustered elements, as in trained networks: whole rows empty beside dense ones. */
  @ParameterizedTest
  @CsvSource({"6000, 300, 0.4", "20000, 2000, 0.2"})
  void clustersArePaddedLikeTheLiteralLoop(int size, int cluster, double density) {
    SplittableRandom random = new SplittableRandom(7);
    int[] positions =
        IntStream.range(0, size)
            .filter(i -> (i / cluster) % 3 == 1 && random.nextDouble() < density)
            .toArray();
    compare(positions, size);
  }
}
