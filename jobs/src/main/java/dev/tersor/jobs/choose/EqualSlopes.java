package dev.tersor.jobs.choose;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Chooses one of several points of each layer so that the sum of losses is least, with sums of cost
 * and time within limits. All layers get the same slope, loss against cost (Shoham and Gersho,
 * "Efficient bit allocation for an arbitrary set of quantizers", 1988, section III): each layer's
 * points have a lower convex hull, and its edges are taken in the order of their slopes, whatever
 * the layer, as long as the limit holds. What that leaves of it is spent greedily, on points beside
 * the hulls too, and by exchanges between two layers.
 *
 * <p>Without the filling the choice is the best of all choices of the same cost; with it, its loss
 * is above that of the best within the limit by less than one edge of a hull. Time has a price that
 * is found by bisection: a hull is then one of loss plus price times time.
 */
public final class EqualSlopes {
  private static final int BISECTIONS = 60;
  private static final int MOST_ROUNDS = 100;

  /** What an exchange has to save, of the losses of its layers. */
  private static final double LEAST_SHARE = 1e-9;

  private final List<List<Point>> layers;
  private final double costLimit;
  private final double timeLimit;

  /**
   * A point of a layer.
   *
   * @param cost what a limit is on
   * @param loss what is to be least
   * @param time what another limit is on
   */
  public record Point(double cost, double loss, double time) {}

  /**
   * A choice.
   *
   * @param points index of the chosen point of each layer
   * @param slope loss saved for a unit of cost by the first edge that was not taken; 0 where all
   *     were
   */
  public record Solution(List<Integer> points, double slope) {}

  private EqualSlopes(List<List<Point>> layers, double costLimit, double timeLimit) {
    this.layers = layers;
    this.costLimit = costLimit;
    this.timeLimit = timeLimit;
  }

  /**
   * @param layers at least a point each
   * @param costLimit of the sum of costs
   * @param timeLimit of the sum of times; infinite for none
   * @return empty if no choice was found that keeps within the limits
   */
  public static Optional<Solution> of(
      List<List<Point>> layers, double costLimit, double timeLimit) {
    return new EqualSlopes(layers, costLimit, timeLimit).solve();
  }

  private Optional<Solution> solve() {
    Walk free = walk(0);
    if (free.cost > costLimit) {
      return Optional.empty();
    }
    if (free.time > timeLimit) {
      Optional<Walk> quick = priced();
      if (quick.isEmpty()) {
        return Optional.empty();
      }
      free = quick.get();
    }
    fill(free);
    exchange(free);
    return Optional.of(new Solution(Arrays.stream(free.chosen).boxed().toList(), free.slope));
  }

  /** The walk with the lowest price of time that keeps within its limit. */
  private Optional<Walk> priced() {
    double scale = scale();
    double low = 0;
    double high = scale;
    Walk best = walk(high);
    for (int i = 0; i < BISECTIONS && best.time > timeLimit; i++) {
      low = high;
      high *= 4;
      best = walk(high);
    }
    if (best.time > timeLimit) {
      return Optional.empty();
    }
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      Walk tried = walk(middle);
      if (tried.time > timeLimit) {
        low = middle;
      } else {
        high = middle;
        best = tried;
      }
    }
    return Optional.of(best);
  }

  /** A price of time that makes the times of points about as large as their losses. */
  private double scale() {
    double loss = 0;
    double time = 0;
    for (List<Point> layer : layers) {
      for (Point point : layer) {
        loss = Math.max(loss, point.loss);
        time = Math.max(time, point.time);
      }
    }
    return loss > 0 && time > 0 ? 1e-6 * loss / time : 1;
  }

  /** Where a walk along the hulls has come to. */
  private static final class Walk {
    final int[] chosen;
    double cost;
    double time;
    double slope;

    Walk(int layers) {
      chosen = new int[layers];
    }
  }

  /** From one vertex of a layer's hull to the next. */
  private record Edge(int layer, int to, double cost, double time, double slope) {}

  private Walk walk(double price) {
    Walk walk = new Walk(layers.size());
    List<Edge> edges = new ArrayList<>();
    for (int layer = 0; layer < layers.size(); layer++) {
      List<Point> points = layers.get(layer);
      int[] hull = hull(points, price);
      walk.chosen[layer] = hull[0];
      walk.cost += points.get(hull[0]).cost;
      walk.time += points.get(hull[0]).time;
      for (int i = 1; i < hull.length; i++) {
        Point from = points.get(hull[i - 1]);
        Point to = points.get(hull[i]);
        double saved = priced(from, price) - priced(to, price);
        double cost = to.cost - from.cost;
        edges.add(new Edge(layer, hull[i], cost, to.time - from.time, saved / cost));
      }
    }
    // Of one layer they are in this order already, and a sort that is stable leaves them so.
    edges.sort(Comparator.comparingDouble(Edge::slope).reversed());
    for (Edge edge : edges) {
      if (walk.cost + edge.cost > costLimit) {
        walk.slope = edge.slope;
        break;
      }
      walk.chosen[edge.layer] = edge.to;
      walk.cost += edge.cost;
      walk.time += edge.time;
    }
    return walk;
  }

  private static double priced(Point point, double price) {
    return price == 0 ? point.loss : point.loss + price * point.time;
  }

  /** The lower convex hull, from the point of least cost to that of least loss. */
  private static int[] hull(List<Point> points, double price) {
    Integer[] order = new Integer[points.size()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(
        order,
        Comparator.<Integer>comparingDouble(i -> points.get(i).cost)
            .thenComparingDouble(i -> priced(points.get(i), price)));
    int[] hull = new int[order.length];
    int size = 0;
    for (int next : order) {
      Point point = points.get(next);
      if (size > 0 && priced(point, price) >= priced(points.get(hull[size - 1]), price)) {
        continue;
      }
      while (size > 1
          && !isBelow(points.get(hull[size - 2]), points.get(hull[size - 1]), point, price)) {
        size--;
      }
      if (size > 0 && points.get(hull[size - 1]).cost == point.cost) {
        size--;
      }
      hull[size++] = next;
    }
    return Arrays.copyOf(hull, size);
  }

  /** Whether a point lies below the line of its neighbours. */
  private static boolean isBelow(Point left, Point middle, Point right, double price) {
    double before = (priced(left, price) - priced(middle, price)) * (right.cost - middle.cost);
    double after = (priced(middle, price) - priced(right, price)) * (middle.cost - left.cost);
    return before > after;
  }

  /** Takes the change of one layer that saves most, as long as there is one within the limits. */
  private void fill(Walk walk) {
    // Each change makes the loss less, so none comes twice.
    while (true) {
      int bestLayer = -1;
      int bestPoint = -1;
      double most = 0;
      for (int layer = 0; layer < layers.size(); layer++) {
        List<Point> points = layers.get(layer);
        Point now = points.get(walk.chosen[layer]);
        for (int i = 0; i < points.size(); i++) {
          Point point = points.get(i);
          if (now.loss - point.loss > most
              && walk.cost - now.cost + point.cost <= costLimit
              && walk.time - now.time + point.time <= timeLimit) {
            most = now.loss - point.loss;
            bestLayer = layer;
            bestPoint = i;
          }
        }
      }
      if (bestLayer < 0) {
        return;
      }
      take(walk, bestLayer, bestPoint);
    }
  }

  /** Changes two layers at once, as long as that saves something within the limits. */
  private void exchange(Walk walk) {
    List<int[]> fronts = layers.stream().map(EqualSlopes::front).toList();
    boolean isBetter = true;
    for (int round = 0; round < MOST_ROUNDS && isBetter; round++) {
      isBetter = false;
      for (int one = 0; one < layers.size(); one++) {
        for (int other = one + 1; other < layers.size(); other++) {
          isBetter |= exchange(walk, one, fronts.get(one), other, fronts.get(other));
        }
      }
    }
  }

  /** The points that no other is as good as in cost, loss and time. */
  private static int[] front(List<Point> points) {
    return IntStream.range(0, points.size())
        .filter(
            at ->
                IntStream.range(0, points.size())
                    .noneMatch(i -> i != at && makesNeedless(points, i, at)))
        .toArray();
  }

  /** Whether a point is as good as another in all; of equal ones the first. */
  private static boolean makesNeedless(List<Point> points, int which, int needless) {
    Point first = points.get(which);
    Point second = points.get(needless);
    return first.cost <= second.cost
        && first.loss <= second.loss
        && first.time <= second.time
        && (which < needless || !first.equals(second));
  }

  /** Takes the two points that save most; whether there are such. */
  private boolean exchange(Walk walk, int one, int[] ourFront, int other, int[] theirFront) {
    List<Point> ours = layers.get(one);
    List<Point> theirs = layers.get(other);
    Point our = ours.get(walk.chosen[one]);
    Point their = theirs.get(walk.chosen[other]);
    double cost = costLimit - walk.cost + our.cost + their.cost;
    double time = timeLimit - walk.time + our.time + their.time;
    // A change that is all rounding would come for ever.
    double least = (our.loss + their.loss) * (1 - LEAST_SHARE);
    int bestOur = -1;
    int bestTheir = -1;
    for (int i : ourFront) {
      Point first = ours.get(i);
      if (first.loss >= least || first.cost > cost) {
        continue;
      }
      for (int j : theirFront) {
        Point second = theirs.get(j);
        if (first.loss + second.loss < least
            && first.cost + second.cost <= cost
            && first.time + second.time <= time) {
          least = first.loss + second.loss;
          bestOur = i;
          bestTheir = j;
        }
      }
    }
    if (bestOur < 0) {
      return false;
    }
    int[] before = walk.chosen.clone();
    take(walk, one, bestOur);
    take(walk, other, bestTheir);
    if (walk.cost <= costLimit && walk.time <= timeLimit) {
      return true;
    }
    // Sums in another order.
    take(walk, one, before[one]);
    take(walk, other, before[other]);
    return false;
  }

  private void take(Walk walk, int layer, int point) {
    walk.chosen[layer] = point;
    walk.cost = sum(walk.chosen, true);
    walk.time = sum(walk.chosen, false);
  }

  private double sum(int[] chosen, boolean ofCost) {
    double sum = 0;
    for (int layer = 0; layer < chosen.length; layer++) {
      Point point = layers.get(layer).get(chosen[layer]);
      sum += ofCost ? point.cost : point.time;
    }
    return sum;
  }
}
