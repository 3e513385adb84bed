package dev.tersor.core.quantize;

import dev.tersor.core.tensor.StateMachine;
import dev.tersor.core.tensor.Trellis;
import java.util.Arrays;

/**
 * The levels of dependent quantisation with the least error of a layer's outputs plus lambda times
 * bits: {@link TrellisSearch} with errors fed forward along each row ({@link SecondMoment}). What a
 * weight is to be depends on the levels of those before it, so that each way into a state carries
 * the errors of its own row (per-survivor processing: Raheli, Polydoros and Tzou 1995). Levels are
 * decided in blocks of {@value #BLOCK}, {@value #DELAY} weights behind the last one that was looked
 * at. Time is linear in weights times columns.
 */
final class FedTrellisSearch {
  private static final int BLOCK = 16;

  /** Longer delays find nothing that is better. */
  private static final int DELAY = 32;

  /** At least what is not decided. */
  private static final int RING = 64;

  /** Levels below the nearest that can be the best, where an error counts as much as a bit. */
  private static final double DOWN = 0.2;

  private final StateMachine states;
  private final float[] weights;
  private final OutputErrors errors;
  private final int columns;
  private final float step;
  private final double lambda;
  private final int limit;
  private final byte[] classes;
  private final CodeCosts costs;
  private final TrellisWays ways;
  private final byte[] levels;

  /** Of the last weights and each state: the level that led there, and the state before. */
  private final byte[][] found = new byte[RING][];

  private final byte[][] before = new byte[RING][];

  /** Errors of the row so far, of the way into each state. */
  private float[][] own;

  private float[][] nextOwn;

  /** What decided weights of the row leave to each column. */
  private final float[] left;

  private double[] cost;
  private double[] nextCost;

  /** Of each state and parity: the cost of the best level, the level, and the weight's error. */
  private final double[] branch;

  private final int[] branchLevel;
  private final float[] branchError;

  /** Weights before this one are decided, and the state there. */
  private int decided;

  private int decidedState;

  /**
   * @param errors of the rows of the weights
   * @param step above 0
   * @param lambda error that a bit is worth, 0 or more, in the unit of {@code errors}
   * @param limit the largest level
   * @param classes the neighbourhood of each weight
   */
  FedTrellisSearch(
      StateMachine states,
      float[] weights,
      OutputErrors errors,
      float step,
      double lambda,
      int limit,
      byte[] classes) {
    this.states = states;
    this.weights = weights;
    this.errors = errors;
    this.columns = errors.columns();
    this.step = step;
    this.lambda = lambda / ((double) step * step);
    this.limit = limit;
    this.classes = classes;
    this.costs = new CodeCosts(limit);
    this.ways = new TrellisWays(states);
    this.levels = new byte[weights.length];
    int count = states.states();
    for (int i = 0; i < RING; i++) {
      found[i] = new byte[count];
      before[i] = new byte[count];
    }
    this.own = new float[count][columns];
    this.nextOwn = new float[count][columns];
    this.left = new float[columns];
    this.cost = new double[count];
    this.nextCost = new double[count];
    this.branch = new double[2 * count];
    this.branchLevel = new int[2 * count];
    this.branchError = new float[2 * count];
  }

  /** The level of each weight; the least number of bits where two ways cost the same. */
  byte[] levels() {
    int n = weights.length;
    Arrays.fill(cost, 1, cost.length, Double.POSITIVE_INFINITY);
    for (int i = 0; i < n; i++) {
      if (i % columns == 0) {
        Arrays.fill(left, 0);
      }
      extend(i);
      if (i + 1 - decided == BLOCK + DELAY && i + 1 < n) {
        int to = decided + BLOCK;
        int there = stateAt(to, i + 1, TrellisWays.cheapest(cost));
        for (int state = 0; state < cost.length; state++) {
          if (stateAt(to, i + 1, state) != there) {
            cost[state] = Double.POSITIVE_INFINITY; // its beginning is not the one that is taken
          }
        }
        decide(to, there, i + 1);
      }
    }
    decide(n, TrellisWays.cheapest(cost), n);
    return levels;
  }

  /** The best way into each state behind a weight. */
  private void extend(int i) {
    int column = i % columns;
    int open = Math.max(0, decided - (i - column));
    SecondMoment moment = errors.ofRow(i / columns);
    double counts = errors.counts(moment, column);
    for (int state = 0; state < cost.length; state++) {
      if (cost[state] == Double.POSITIVE_INFINITY) {
        branch[2 * state] = Double.POSITIVE_INFINITY;
        branch[2 * state + 1] = Double.POSITIVE_INFINITY;
      } else {
        float owed = left[column] + moment.left(own[state], open, column);
        branches(i, state, weights[i] + owed, counts);
      }
    }
    for (int state = 0; state < cost.length; state++) {
      int first = 2 * ways.from(2 * state) + (ways.branch(2 * state) & 1);
      int second = 2 * ways.from(2 * state + 1) + (ways.branch(2 * state + 1) & 1);
      double ofFirst = cost[first >> 1] + branch[first];
      double ofSecond = cost[second >> 1] + branch[second];
      int taken = ofSecond < ofFirst ? second : first;
      nextCost[state] = Math.min(ofFirst, ofSecond);
      found[i % RING][state] = (byte) branchLevel[taken];
      before[i % RING][state] = (byte) (taken >> 1);
      System.arraycopy(own[taken >> 1], open, nextOwn[state], open, column - open);
      nextOwn[state][column] = branchError[taken];
    }
    double[] cheaper = cost;
    cost = nextCost;
    nextCost = cheaper;
    float[][] older = own;
    own = nextOwn;
    nextOwn = older;
  }

  /** As of {@link TrellisSearch}; a weight that is kept beside its code has no error. */
  private void branches(int i, int state, float target, double counts) {
    int quantiser = states.quantiser(state);
    float[] table = costs.table();
    int row = CodeCosts.row(classes[i], quantiser) * costs.magnitudes();
    double x = Math.abs(target) / (double) step;
    double even = counts * x * x + lambda * table[row];
    double odd = Double.POSITIVE_INFINITY;
    int evenLevel = 0;
    int oddLevel = 1;
    if (Float.isInfinite(weights[i])) {
      even = Double.POSITIVE_INFINITY;
      odd = lambda * table[row + limit];
      oddLevel = limit;
    } else if (weights[i] != 0) {
      int near = (int) Math.min(limit, (x + quantiser) / 2);
      int lowest = Math.max(1, near - 1 - (int) Math.min(near, DOWN / counts));
      for (int level = lowest; level <= Math.min(limit, near + 1); level++) {
        double off = x - (2 * level - quantiser);
        double all = counts * off * off + lambda * table[row + level];
        if ((level & 1) == 0 && all < even) {
          even = all;
          evenLevel = level;
        } else if ((level & 1) == 1 && all < odd) {
          odd = all;
          oddLevel = level;
        }
      }
    }
    int sign = target < 0 ? -1 : 1;
    branch[2 * state] = even;
    branch[2 * state + 1] = odd;
    branchLevel[2 * state] = sign * evenLevel;
    branchLevel[2 * state + 1] = sign * oddLevel;
    branchError[2 * state] = error(i, quantiser, sign * evenLevel);
    branchError[2 * state + 1] = error(i, quantiser, sign * oddLevel);
  }

  private float error(int i, int quantiser, int level) {
    return Float.isInfinite(weights[i])
        ? 0
        : weights[i] - Trellis.multiple(quantiser, level) * step;
  }

  /** Where the way that is in a state before weight {@code end} was before {@code position}. */
  private int stateAt(int position, int end, int endState) {
    int state = endState;
    for (int i = end - 1; i >= position; i--) {
      state = before[i % RING][state];
    }
    return state;
  }

  /**
   * Decides the weights before {@code to}, with the state there.
   *
   * @param next the weight that is looked at next
   */
  private void decide(int to, int endState, int next) {
    int state = endState;
    for (int i = to - 1; i >= decided; i--) {
      levels[i] = found[i % RING][state];
      state = before[i % RING][state];
    }
    state = decidedState;
    // Nothing is left to rows that are to come.
    int row = next % columns == 0 ? next : next - next % columns;
    for (int i = decided; i < to; i++) {
      int quantiser = states.quantiser(state);
      costs.add(CodeCosts.row(classes[i], quantiser), Math.abs(levels[i]));
      if (i >= row) {
        float error = error(i, quantiser, levels[i]);
        errors.ofRow(i / columns).feed(i - row, error, left, next - row);
      }
      state = states.next(state, levels[i]);
    }
    costs.refresh();
    decidedState = endState;
    decided = to;
  }
}
