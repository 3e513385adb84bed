package dev.tersor.core.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupSearchTest {
  private static final List<Integer> SIZES = List.of(16, 12, 8, 7, 4, 2, 1);

  private static int[] positions(int size, double density, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return IntStream.range(0, size).filter(i -> random.nextDouble() < density).toArray();
  }

  private static List<String> names(FoundGroups found) {
    return IntStream.range(0, found.count())
        .mapToObj(g -> found.start(g) + "+" + found.stride(g))
        .toList();
  }

  private static void compare(
      Supplier<LaneCounts> counts, double density, double theta, int size, String strides) {
    for (GroupParameters.Order order : GroupParameters.Order.values()) {
      for (int seed = 0; seed < 2; seed++) {
        GroupParameters parameters =
            GroupParameters.PAPER.with(
                new TreeMap<>(
                    Map.of(
                        "sizes",
                        "16+12+8+7+4+2+1",
                        "strides",
                        strides,
                        "theta",
                        String.valueOf(theta),
                        "order",
                        order.label())));
        assertEquals(SIZES, parameters.sizes());
        int[] positions = positions(size, density, seed);
        boolean[] mask = new boolean[size];
        for (int position : positions) {
          mask[position] = true;
        }
        LiteralSearch literal = new LiteralSearch(mask);
        GroupSearch search = new GroupSearch(positions, size, counts.get());
        int left = positions.length;
        for (FoundGroups found : search.take(parameters)) {
          String what = found.lanes() + " lanes, " + order + ", seed " + seed;
          int least =
              new BigDecimal(String.valueOf(theta))
                  .multiply(BigDecimal.valueOf(found.lanes()))
                  .setScale(0, RoundingMode.CEILING)
                  .intValueExact();
          assertEquals(
              literal.take(found.lanes(), parameters.strides(), least, order), names(found), what);
          left -= (int) found.covered();
        }
        assertArrayEquals(IntStream.range(0, size).filter(i -> mask[i]).toArray(), search.rest());
        assertEquals(left, search.rest().length);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0.0, 0.8, 500, 1..16",
    "0.05, 0.8, 2000, 1..16",
    "0.3, 0.8, 1300, 1..16",
    "0.5, 0.8, 1100, 1+2+4+8",
    "0.7, 0.8, 1100, 1..16",
    "0.95, 0.8, 700, 3..5",
    "1.0, 0.8, 700, 1..16",
    "0.5, 1.0, 900, 16",
    "0.5, 0.5, 700, 1..16",
    "0.6, 0.01, 300, 1..16",
    "0.9, 0.8, 17, 1..16",
    "1.0, 0.8, 64, 1..16",
    "1.0, 0.8, 1, 1..16",
    "0.5, 0.8, 0, 1..16"
  })
  void takesTheGroupsOfTheLiteralSearch(double density, double theta, int size, String strides) {
    compare(ScalarLaneCounts::new, density, theta, size, strides);
  }

  /** With the module there, words are counted many at a time. */
  @ParameterizedTest
  @CsvSource({
    "0.3, 0.8, 1300, 1..16",
    "0.7, 0.8, 1100, 1..16",
    "1.0, 0.8, 600, 1..16",
    "0.6, 0.3, 64, 1..16"
  })
  void vectorsFindTheSame(double density, double theta, int size, String strides) {
    assumeTrue(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
    compare(LaneCounts::vectors, density, theta, size, strides);
  }

  /** The build runs the tests with the module, so that the test above does not pass by absence. */
  @Test
  void theModuleIsThere() {
    assertTrue(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
  }

  /** The cost-aware choice, written out literally for 8-bit values. */
  @ParameterizedTest
  @CsvSource({
    "0.7, 900, 1.6",
    "0.5, 900, 1.6",
    "0.3, 1500, 1.6",
    "1.0, 500, 1.6",
    "0.02, 2000, 1.6",
    "0.5, 900, 1.3",
    "0.3, 900, 1",
    "0.5, 900, 3"
  })
  void costAwareSearchIsTheLiteralOne(double density, int size, double remainder) {
    byte[] codes = new byte[size];
    boolean[] mask = new boolean[size];
    for (int position : positions(size, density, 5)) {
      codes[position] = 1;
      mask[position] = true;
    }
    List<Integer> paying = List.of(16, 12, 8, 4);
    Map<Integer, List<String>> groups;
    while (true) {
      boolean[] left = mask.clone();
      groups = new TreeMap<>();
      Map<Integer, Integer> covered = new TreeMap<>();
      costAware(left, paying, remainder, groups, covered);
      List<Integer> next = new ArrayList<>();
      double cheaper = remainder;
      for (int lanes : List.of(4, 8, 12, 16)) {
        List<String> found = groups.getOrDefault(lanes, List.of());
        if (!found.isEmpty()) {
          int[] starts =
              found.stream()
                  .mapToInt(g -> Integer.parseInt(g.substring(0, g.indexOf('+'))))
                  .sorted()
                  .toArray();
          int startBytes = 0;
          for (int i = 0; i < starts.length; i++) {
            startBytes += (starts[i] - (i == 0 ? 0 : starts[i - 1])) / 255 + 1;
          }
          double cost = (found.size() * (lanes + 0.5) + startBytes) / (double) covered.get(lanes);
          if (cost <= cheaper) {
            next.add(lanes);
          }
          cheaper = cost;
        } else {
          next.add(lanes);
        }
      }
      if (next.containsAll(paying)) {
        break;
      }
      paying = paying.stream().filter(next::contains).toList();
    }
    GroupFinder.Grouping grouping =
        CostAwareFinder.STANDARD
            .find(
                new Codes(Shape.of(size), codes, new Step(8, 1)), new SharedWork(), () -> remainder)
            .get(0);
    for (FoundGroups found : grouping.groups()) {
      assertEquals(groups.getOrDefault(found.lanes(), List.of()), names(found));
    }
  }

  private static void costAware(
      boolean[] mask,
      List<Integer> sizes,
      double remainder,
      Map<Integer, List<String>> groups,
      Map<Integer, Integer> covered) {
    LiteralSearch literal = new LiteralSearch(mask);
    record Kind(int lanes, int count, double cost) {}
    List<Kind> kinds = new ArrayList<>();
    for (int lanes : sizes) {
      for (int count = lanes; 2 * count >= lanes; count--) {
        if ((lanes + 1.5) / count < remainder) {
          kinds.add(new Kind(lanes, count, (lanes + 1.5) / count));
        }
      }
    }
    kinds.sort((a, b) -> a.cost != b.cost ? Double.compare(a.cost, b.cost) : b.lanes - a.lanes);
    for (Kind kind : kinds) {
      List<String> found = groups.computeIfAbsent(kind.lanes, lanes -> new ArrayList<>());
      while (true) {
        int best = -1;
        int stride = 0;
        for (int d = 1; d <= 16 && (kind.lanes < 16 || best < 0); d++) {
          for (int n = 0; n + (kind.lanes - 1) * d < mask.length; n++) {
            int count = 0;
            for (int lane = 0; lane < kind.lanes; lane++) {
              count += mask[n + lane * d] ? 1 : 0;
            }
            if (count == kind.count && (best < 0 || n < best)) {
              best = n;
              stride = d;
            }
          }
        }
        if (best < 0) {
          break;
        }
        literal.take(kind.lanes, best, stride, found);
        covered.merge(kind.lanes, kind.count, Integer::sum);
      }
    }
  }

  @Test
  void coveredAndPaddingAddUpToTheLanes() {
    int[] positions = positions(5000, 0.6, 3);
    GroupSearch search = new GroupSearch(positions, 5000);
    long inGroups = 0;
    for (FoundGroups found : search.take(GroupParameters.PAPER)) {
      assertEquals((long) found.count() * found.lanes(), found.covered() + found.padding());
      inGroups += found.covered();
    }
    assertEquals(positions.length, inGroups + search.rest().length);
    assertTrue(Arrays.stream(search.rest()).allMatch(p -> Arrays.binarySearch(positions, p) >= 0));
  }
}
