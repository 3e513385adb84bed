package dev.tersor.core.quantize;

/**
 * The candidates for the start of the last run of an {@link OptimalPartition}, first in first out,
 * and taken back from the end.
 */
final class Candidates {
  int head;
  int tail;
  int[] point = new int[1 << 10];

  /** Where each becomes the best. */
  int[] from = new int[1 << 10];

  /** Error and price of the best runs up to each. */
  double[] cost = new double[1 << 10];

  /** Sum of the squares before each. */
  double[] squares = new double[1 << 10];

  void clear() {
    head = 0;
    tail = 0;
  }

  void add(int candidate, int best, double runs, double before) {
    if (tail == point.length) {
      moveOrGrow();
    }
    point[tail] = candidate;
    from[tail] = best;
    cost[tail] = runs;
    squares[tail++] = before;
  }

  /** Those that are left go to the front, of arrays of twice the length if they fill half. */
  private void moveOrGrow() {
    int live = tail - head;
    int length = live > point.length / 2 ? 2 * point.length : point.length;
    point = moved(point, new int[length], live);
    from = moved(from, new int[length], live);
    cost = moved(cost, new double[length], live);
    squares = moved(squares, new double[length], live);
    head = 0;
    tail = live;
  }

  @SuppressWarnings("SuspiciousSystemArraycopy") // both are arrays of one primitive type
  private <A> A moved(A old, A larger, int live) {
    System.arraycopy(old, head, larger, 0, live);
    return larger;
  }

  /** Cost of one less the squares before it. */
  double rest(int at) {
    return cost[at] - squares[at];
  }
}
