package dev.tersor.core.quantize;

/**
 * The partition of sorted points into k runs of least squared error, in O(n) memory: 4 bytes a
 * point beside {@link Points}, and what the queue of candidates takes, which is short.
 *
 * <p>The least error f(k) of k runs is convex in k, since the error of a run satisfies the
 * quadrangle inequality. So there is a price lambda for which error + lambda * runs is least at k
 * runs (Aggarwal, Schieber and Tokuyama, 1994). For a given price the best partition is found in
 * one pass: the best start of the last run only grows with its end, so the candidates form a queue
 * in which each is the best on an interval of ends. A candidate's interval begins near that of the
 * candidate before it, where it is searched in growing steps: a pass takes a few evaluations a
 * point.
 *
 * <p>The price is searched from that of a {@link BinnedPartition}, which is mostly right at once.
 * Where a price has several best partitions, with fewer and with more than k runs, one of k runs is
 * spliced from two of them.
 */
final class OptimalPartition {
  /** Bins a run of the partition whose price is the first guess. */
  private static final int BINS_PER_RUN = 16;

  /** Runs of which a partition has so many bins that their errors differ by those of the runs. */
  private static final int FEW_RUNS = 31;

  /** Passes at most; the bracket of prices halves at least every second one. */
  private static final int MAX_PASSES = 200;

  /** What a splice may be above the bound that a price gives: rounding of prefix sums. */
  private static final double TOLERANCE = 1e-10;

  private final Points points;
  private final int n;

  private final double[] sums;

  /** Where the last of the best runs up to a point starts. */
  private final int[] start;

  /** Error and price of the best runs up to the last point. */
  private double total;

  private final Candidates queue = new Candidates();
  private final double[] squaresNear = new double[SquareSums.STRIDE];

  private OptimalPartition(Points points) {
    this.points = points;
    this.n = points.size();
    this.sums = points.sums();
    this.start = new int[n + 1];
  }

  /** Means of the best k runs, ascending. */
  static double[] centroids(Points points, int k, long seed) {
    return points.means(ends(points, k));
  }

  /** Where the best k runs end; fewer where there are fewer distinct points. */
  static int[] ends(Points points, int k) {
    return ends(points, k, k <= FEW_RUNS ? BinnedPartition.BINS : BINS_PER_RUN * k);
  }

  /**
   * @param bins of the partition that the first price is from
   */
  static int[] ends(Points points, int k, int bins) {
    BinnedPartition.Result coarse = BinnedPartition.of(points, k, bins);
    double error = coarse.errors()[coarse.ends().length - 1];
    if (k == 1 || coarse.optimal() || error <= 0) {
      return coarse.ends();
    }
    int[] found = new OptimalPartition(points).search(k, price(coarse.errors(), k));
    return found != null ? found : coarse.ends();
  }

  /**
   * The price of one more run. Where runs are few, it is between what the last one saves and what
   * one more would: on weights that are as often negative as positive these are nearly the same for
   * an odd number of runs, and any other price gives one run less or more. Errors of many runs
   * follow C / (k + a)^2 closely (Panter and Dite, 1951, with an offset for few runs), and less
   * closely from one number of runs to the next, where what the bins add is as large as the
   * difference. So a is taken from k and half of it.
   *
   * @param errors of 1, 2, ... runs
   */
  private static double price(double[] errors, int k) {
    if (k <= FEW_RUNS && errors.length > k && errors[k - 2] > errors[k]) {
      return (errors[k - 2] - errors[k]) / 2;
    }
    int runs = Math.min(k, errors.length);
    double error = errors[runs - 1];
    int half = (runs + 1) / 2;
    double root = Math.sqrt(errors[half - 1] / error);
    double offset = (runs - root * half) / (root - 1);
    return offset > -runs / 2.0 && offset < runs ? 2 * error / (runs + offset) : 2 * error / k;
  }

  /**
   * @param price the first guess
   */
  private int[] search(int k, double price) {
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    int[] more = null;
    int[] fewer = null;
    double next = price;
    for (int pass = 0; pass < MAX_PASSES; pass++) {
      if (!(next > low && next < high)) {
        break; // neighbours among doubles
      }
      int[] ends = best(next);
      int runs = ends.length;
      if (runs == k) {
        return ends;
      }
      if (runs > k) {
        low = next;
        more = ends;
      } else {
        high = next;
        fewer = ends;
      }
      if (more != null && fewer != null) {
        int[] spliced = splice(fewer, more, k);
        double bound = total - k * next;
        if (error(spliced) - bound <= TOLERANCE * error(spliced)) {
          return spliced;
        }
      }
      // Prices fall with the cube of the number of runs; that is far off only on few points.
      next =
          more == null || fewer == null
              ? next * Math.pow((double) runs / k, 3)
              : between(pass, k, low, more.length, high, fewer.length);
    }
    return more != null && fewer != null ? splice(fewer, more, k) : fewer;
  }

  /** A price between two: by the power law that both fulfil, and every second time the middle. */
  private static double between(int pass, int k, double low, int more, double high, int fewer) {
    double share =
        pass % 2 == 0 ? 0.5 : Math.log((double) more / k) / Math.log((double) more / fewer);
    return low * Math.pow(high / low, share);
  }

  private double error(int[] ends) {
    double error = 0;
    int begin = 0;
    for (int end : ends) {
      error += points.squaredError(begin, end);
      begin = end;
    }
    return error;
  }

  /** The ends of the runs that are best where each run costs {@code price}. */
  private int[] best(double price) {
    Candidates candidates = queue;
    candidates.clear();
    points.squares().to(0, squaresNear);
    candidates.add(0, 1, 0, squaresNear[0]);
    for (int end = 1; end <= n; end++) {
      while (candidates.head + 1 < candidates.tail && candidates.from[candidates.head + 1] <= end) {
        candidates.head++;
      }
      int head = candidates.head;
      if (end % SquareSums.STRIDE == 0) {
        points.squares().to(end, squaresNear);
      }
      double squares = squaresNear[end % SquareSums.STRIDE];
      start[end] = candidates.point[head];
      double cost =
          candidates.cost[head]
              + squaredError(start[end], candidates.squares[head], end, squares)
              + price;
      total = cost;
      double rest = cost - squares;
      int takesOver = end + 1;
      while (candidates.tail > head && end < n) {
        int last = candidates.tail - 1;
        int first = Math.max(candidates.from[last], end + 1);
        double restOfLast = candidates.rest(last);
        if (value(end, rest, first) < value(candidates.point[last], restOfLast, first)) {
          candidates.tail--;
          takesOver = first;
        } else {
          takesOver = crossing(end, candidates.point[last], rest - restOfLast, first);
          break;
        }
      }
      if (takesOver <= n) {
        candidates.add(end, takesOver, cost, squares);
      }
    }
    return ends();
  }

  /**
   * As {@link Points#squaredError(int, int)} has it.
   *
   * @param before sum of the squares before {@code begin}
   * @param squares the same before {@code end}
   */
  private double squaredError(int begin, double before, int end, double squares) {
    if (points.value(begin) == points.value(end - 1)) {
      return 0;
    }
    double sum = sums[end] - sums[begin];
    double count = points.countBefore(end) - points.countBefore(begin);
    return Math.max(0, squares - before - sum * sum / count);
  }

  private int[] ends() {
    int runs = 0;
    for (int end = n; end > 0; end = start[end]) {
      runs++;
    }
    int[] ends = new int[runs];
    for (int end = n; end > 0; end = start[end]) {
      ends[--runs] = end;
    }
    return ends;
  }

  /**
   * Error and price of the best runs up to {@code end} of which the last starts at a point, less
   * the sum of squares before {@code end}, which all candidates have in common.
   *
   * @param rest of the point, error and price less squares
   */
  private double value(int lastStart, double rest, int end) {
    double sum = sums[end] - sums[lastStart];
    double count = points.countBefore(end) - points.countBefore(lastStart);
    return rest - sum * sum / count;
  }

  /**
   * The first end after {@code first} at which a run is better started at {@code later}.
   *
   * @param ahead rest of the later less that of the earlier
   */
  private int crossing(int later, int earlier, double ahead, int first) {
    double laterSum = sums[later];
    double laterCount = points.countBefore(later);
    double earlierSum = sums[earlier];
    double earlierCount = points.countBefore(earlier);
    int low = first;
    int high = low + 1;
    int step = 1;
    boolean growing = true;
    while (growing || high - low > 1) {
      int at = growing ? Math.min(n, high) : (low + high) >>> 1;
      double sum = sums[at];
      double count = points.countBefore(at);
      double toLater = sum - laterSum;
      double toEarlier = sum - earlierSum;
      double laterSize = count - laterCount;
      double earlierSize = count - earlierCount;
      // Products in place of quotients: this is where the time goes.
      if (ahead * laterSize * earlierSize
          < toLater * toLater * earlierSize - toEarlier * toEarlier * laterSize) {
        high = at;
        growing = false;
      } else if (at == n) {
        return n + 1;
      } else {
        low = at;
        if (growing) {
          step <<= 1;
          high = low + step;
        }
      }
    }
    return high;
  }

  /**
   * Runs of {@code more}, then one that begins with one of {@code more} and ends with one of {@code
   * fewer}, then runs of {@code fewer}. There is a place where a run of the one lies inside a run
   * of the other so that the counts add up to k, and by the quadrangle inequality the result is no
   * worse than what it was made from.
   */
  private static int[] splice(int[] fewer, int[] more, int k) {
    int shift = k - fewer.length;
    for (int i = 0; i < fewer.length; i++) {
      int j = i + shift;
      int fewerStart = i == 0 ? 0 : fewer[i - 1];
      int moreStart = j == 0 ? 0 : more[j - 1];
      if (fewerStart <= moreStart && more[j] <= fewer[i]) {
        int[] spliced = new int[k];
        System.arraycopy(more, 0, spliced, 0, j);
        System.arraycopy(fewer, i, spliced, j, fewer.length - i);
        return spliced;
      }
    }
    throw new AssertionError("no place to splice " + fewer.length + " and " + more.length);
  }
}
