package dev.tersor.core.quantize;

import java.util.Arrays;

/**
 * Entropy-constrained scalar quantisation of sorted weights (Chou, Lookabaugh and Gray, 1989):
 * intervals, and levels and their shares, in turns. A weight goes to the level of least squared
 * error plus lambda times {@code -log2} of its share, so that borders move towards rare levels and
 * those that are worth nothing end empty. Zero is one of the levels, and stays.
 */
final class EntropyLevels {
  private static final int ROUNDS = 40;

  private final Points points;
  private final double lambda;

  double[] levels;
  private double[] shares;
  private int[] ends;
  private double cost;

  /**
   * @param lambda squared error that a bit is worth
   * @param levels ascending, zero among them
   */
  EntropyLevels(Points points, double lambda, double[] levels) {
    this.points = points;
    this.lambda = lambda;
    this.levels = levels.clone();
    this.shares = new double[levels.length];
    Arrays.fill(shares, 1.0 / levels.length);
    assign();
  }

  /**
   * Goes on until the cost no longer falls.
   *
   * @param isFree whether levels move to the means of their weights, and leave when they have none
   */
  EntropyLevels converge(boolean isFree) {
    double before = Double.POSITIVE_INFINITY;
    for (int round = 0; round < ROUNDS && cost < before * (1 - 1e-6); round++) {
      before = cost;
      if (isFree) {
        move();
      }
      assign();
    }
    return this;
  }

  /** Error and lambda times bits, of all weights. */
  double cost() {
    return cost;
  }

  private void move() {
    int n = 0;
    int start = 0;
    double[] moved = new double[levels.length];
    double[] left = new double[levels.length];
    for (int i = 0; i < levels.length; i++) {
      if (levels[i] == 0 || ends[i] > start) {
        moved[n] = levels[i] == 0 ? 0 : points.mean(start, ends[i]);
        left[n++] = shares[i];
      }
      start = ends[i];
    }
    levels = Arrays.copyOf(moved, n);
    shares = Arrays.copyOf(left, n);
  }

  /** Intervals by the shares of now, and their shares. */
  private void assign() {
    int n = levels.length;
    ends = new int[n];
    // The lower envelope of costs, which are lines in the weight: level i has slope -2 level(i).
    int[] hull = new int[n];
    double[] from = new double[n];
    int size = 0;
    for (int i = 0; i < n; i++) {
      if (shares[i] == 0 && levels[i] != 0) {
        continue;
      }
      double border = Double.NEGATIVE_INFINITY;
      while (size > 0) {
        border = border(hull[size - 1], i);
        if (border > from[size - 1]) {
          break;
        }
        size--;
        border = Double.NEGATIVE_INFINITY;
      }
      hull[size] = i;
      from[size++] = border;
    }
    double all = Math.max(1, points.count(0, points.size()));
    double error = 0;
    int start = 0;
    double[] found = new double[n];
    for (int h = 0; h < size; h++) {
      int end = h + 1 == size ? points.size() : points.firstAbove(from[h + 1], start);
      int level = hull[h];
      ends[level] = end;
      found[level] = points.count(start, end) / all;
      error += points.squaredError(start, end, levels[level]);
      start = end;
    }
    for (int i = 0, end = 0; i < n; i++) {
      end = Math.max(end, ends[i]);
      ends[i] = end;
    }
    shares = found;
    double bits = 0;
    for (double share : shares) {
      bits -= share == 0 ? 0 : share * Math.log(share) / Math.log(2);
    }
    cost = error + lambda * bits * all;
  }

  /** From where on the later of two levels costs less. */
  private double border(int lower, int upper) {
    double dearer = lambda * (bits(upper) - bits(lower));
    return (levels[lower] + levels[upper]) / 2 + dearer / (2 * (levels[upper] - levels[lower]));
  }

  private double bits(int level) {
    return -Math.log(Math.max(1e-9, shares[level])) / Math.log(2);
  }
}
