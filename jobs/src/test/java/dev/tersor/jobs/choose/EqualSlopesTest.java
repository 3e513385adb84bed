package dev.tersor.jobs.choose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.choose.EqualSlopes.Point;
import dev.tersor.jobs.choose.EqualSlopes.Solution;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EqualSlopesTest {
  /** The least loss of all choices within the limits, by trying each; infinite for none. */
  private static double exhaustive(List<List<Point>> layers, int from, double cost, double time) {
    if (cost < 0 || time < 0) {
      return Double.POSITIVE_INFINITY;
    }
    if (from == layers.size()) {
      return 0;
    }
    double least = Double.POSITIVE_INFINITY;
    for (Point point : layers.get(from)) {
      double rest = exhaustive(layers, from + 1, cost - point.cost(), time - point.time());
      least = Math.min(least, point.loss() + rest);
    }
    return least;
  }

  /** A bound by duality: no choice within the cost is better than the best one of any slope. */
  private static double bound(List<List<Point>> layers, double limit) {
    double best = Double.NEGATIVE_INFINITY;
    for (double slope = 1e-4; slope < 1e4; slope *= 1.02) {
      double sum = -slope * limit;
      for (List<Point> layer : layers) {
        double least = Double.POSITIVE_INFINITY;
        for (Point point : layer) {
          least = Math.min(least, point.loss() + slope * point.cost());
        }
        sum += least;
      }
      best = Math.max(best, sum);
    }
    return best;
  }

  /** Costs and losses like those of quantisers: whole costs, so that sums are exact. */
  private static List<List<Point>> layers(SplittableRandom random, int count, int points) {
    List<List<Point>> layers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double size = 1 + 20 * random.nextDouble();
      List<Point> layer = new ArrayList<>();
      for (int j = 0; j < points; j++) {
        double rate = 1 + 6 * random.nextDouble();
        layer.add(
            new Point(
                Math.rint(10 * size * rate),
                Math.rint(1000 * size * Math.pow(2, -2 * rate) * (1 + random.nextDouble())),
                Math.rint(10 * size * (1 + random.nextDouble()))));
      }
      layers.add(layer);
    }
    return layers;
  }

  private static double sum(
      List<List<Point>> layers, Solution solution, java.util.function.ToDoubleFunction<Point> of) {
    double sum = 0;
    for (int i = 0; i < layers.size(); i++) {
      sum += of.applyAsDouble(layers.get(i).get(solution.points().get(i)));
    }
    return sum;
  }

  private static double largestStep(List<List<Point>> layers) {
    double most = 0;
    for (List<Point> layer : layers) {
      double least = layer.stream().mapToDouble(Point::loss).min().orElseThrow();
      double worst = layer.stream().mapToDouble(Point::loss).max().orElseThrow();
      most = Math.max(most, worst - least);
    }
    return most;
  }

  @Test
  void theChoiceIsNearTheBestOfAllChoices() {
    SplittableRandom random = new SplittableRandom(3);
    double own = 0;
    double optimum = 0;
    int equal = 0;
    int solved = 0;
    for (int trial = 0; trial < 400; trial++) {
      List<List<Point>> layers = layers(random, 1 + trial % 4, 6);
      double least =
          layers.stream()
              .mapToDouble(l -> l.stream().mapToDouble(Point::cost).min().orElseThrow())
              .sum();
      double limit = Math.rint(least * (0.9 + 2 * random.nextDouble()));
      double best = exhaustive(layers, 0, limit, Double.POSITIVE_INFINITY);
      Optional<Solution> found = EqualSlopes.of(layers, limit, Double.POSITIVE_INFINITY);
      assertEquals(Double.isInfinite(best), found.isEmpty(), "trial " + trial);
      if (found.isPresent()) {
        double loss = sum(layers, found.get(), Point::loss);
        assertTrue(sum(layers, found.get(), Point::cost) <= limit);
        assertTrue(loss >= best, "better than the best of all in trial " + trial);
        assertTrue(loss <= best + largestStep(layers), "trial " + trial);
        own += loss;
        optimum += best;
        equal += loss == best ? 1 : 0;
        solved++;
      }
    }
    assertTrue(solved > 300, solved + " had a choice");
    assertTrue(equal > 0.9 * solved, equal + " of " + solved + " are the best");
    assertTrue(own < 1.02 * optimum, own + " against " + optimum);
  }

  /** Where the limit is the cost of a choice of one slope, that is the best there is. */
  @Test
  void atOneSlopeItIsTheBest() {
    SplittableRandom random = new SplittableRandom(4);
    for (int trial = 0; trial < 200; trial++) {
      List<List<Point>> layers = layers(random, 4, 6);
      double slope = Math.pow(10, -2 + 3 * random.nextDouble());
      double cost = 0;
      double loss = 0;
      for (List<Point> layer : layers) {
        Point best =
            layer.stream()
                .min(java.util.Comparator.comparingDouble(p -> p.loss() + slope * p.cost()))
                .orElseThrow();
        cost += best.cost();
        loss += best.loss();
      }
      Solution found = EqualSlopes.of(layers, cost, Double.POSITIVE_INFINITY).orElseThrow();
      assertEquals(loss, sum(layers, found, Point::loss), "trial " + trial);
      assertEquals(loss, exhaustive(layers, 0, cost, Double.POSITIVE_INFINITY));
    }
  }

  @Test
  void manyLayersAreNearTheDualBound() {
    SplittableRandom random = new SplittableRandom(5);
    for (int trial = 0; trial < 20; trial++) {
      List<List<Point>> layers = layers(random, 40, 30);
      double limit = 40 * 10.0 * 10 * (2.2 + 2 * random.nextDouble());
      double loss =
          sum(
              layers,
              EqualSlopes.of(layers, limit, Double.POSITIVE_INFINITY).orElseThrow(),
              Point::loss);
      double bound = bound(layers, limit);
      assertTrue(loss >= bound - 1e-6 && loss < 1.01 * bound, loss + " against " + bound);
    }
  }

  @Test
  void timeIsKeptWithin() {
    SplittableRandom random = new SplittableRandom(6);
    double own = 0;
    double optimum = 0;
    int solved = 0;
    for (int trial = 0; trial < 300; trial++) {
      List<List<Point>> layers = layers(random, 4, 6);
      double cost = sum(layers, new Solution(List.of(0, 1, 2, 3), 0), Point::cost);
      double time = sum(layers, new Solution(List.of(0, 1, 2, 3), 0), Point::time);
      double best = exhaustive(layers, 0, cost, time);
      Optional<Solution> found = EqualSlopes.of(layers, cost, time);
      if (found.isPresent()) {
        assertTrue(sum(layers, found.get(), Point::cost) <= cost);
        assertTrue(sum(layers, found.get(), Point::time) <= time);
        double loss = sum(layers, found.get(), Point::loss);
        assertTrue(loss >= best);
        own += loss;
        optimum += best;
        solved++;
      }
    }
    assertTrue(solved > 270, solved + " of 300 were solved");
    assertTrue(own < 1.15 * optimum, own + " against " + optimum);
  }

  @Test
  void aLimitThatIsNoneTakesTheLeastLoss() {
    List<List<Point>> layers =
        List.of(
            List.of(new Point(3, 5, 1), new Point(3, 4, 1), new Point(9, 4, 1)),
            List.of(new Point(1, 0, 1)));
    Solution found =
        EqualSlopes.of(layers, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY).orElseThrow();
    assertEquals(List.of(1, 0), found.points());
    assertEquals(0, found.slope());
    assertTrue(EqualSlopes.of(layers, 3.5, Double.POSITIVE_INFINITY).isEmpty());
    assertTrue(EqualSlopes.of(layers, 4, 1.5).isEmpty());
  }
}
