package dev.tersor.core.quantize;

import dev.tersor.core.tensor.StateMachine;
import dev.tersor.core.tensor.Trellis;
import java.util.Arrays;

/**
 * The levels of dependent quantisation with the least squared error plus lambda times bits, by
 * Viterbi's algorithm: of all ways into a state the cheapest survives (Haase et al. 2020; Fischer,
 * Marcellin and Wang, "Trellis-coded quantization of memoryless and Gauss-Markov sources", 1990).
 * Levels are decided in blocks of {@value #BLOCK}, {@value #DELAY} weights behind the last one that
 * was looked at; then {@link CodeCosts} learns of them. Time and memory are linear in the weights.
 */
final class TrellisSearch {
  private static final int BLOCK = 256;

  /** All ways that survive so many weights later have one beginning, nearly always. */
  private static final int DELAY = 64;

  private final StateMachine states;
  private final float[] weights;
  private final WeightError error;
  private final double perStep;
  private final double lambda;
  private final int limit;
  private final byte[] classes;
  private final CodeCosts costs;

  /** Of each weight, the best magnitude for each quantiser and parity. */
  private final byte[] best;

  /** Of each weight, a bit for each state: which of its two predecessors is the cheaper one. */
  private final byte[] decisions;

  private final TrellisWays ways;
  private final byte[] levels;
  private double total;

  /**
   * @param error how that of each weight counts
   * @param step above 0
   * @param lambda squared error that a bit is worth, 0 or more
   * @param limit the largest level
   * @param classes the neighbourhood of each weight
   */
  TrellisSearch(
      StateMachine states,
      float[] weights,
      WeightError error,
      double step,
      double lambda,
      int limit,
      byte[] classes) {
    this.states = states;
    this.error = error;
    this.weights = weights;
    this.perStep = 1 / step;
    this.lambda = lambda / (step * step);
    this.limit = limit;
    this.classes = classes;
    this.costs = new CodeCosts(limit);
    this.best = new byte[4 * weights.length];
    this.decisions = new byte[weights.length];
    this.levels = new byte[weights.length];
    this.ways = new TrellisWays(states);
  }

  /** The level of each weight; the least number of bits where two ways cost the same. */
  byte[] levels() {
    int n = weights.length;
    int count = states.states();
    double[] cost = new double[count];
    double[] next = new double[count];
    double[] branch = new double[4];
    Arrays.fill(cost, 1, count, Double.POSITIVE_INFINITY);
    int decided = 0;
    int start = 0;
    int together = error.together();
    for (int i = 0; i < n; i++) {
      branches(i, branch);
      int seconds = 0;
      for (int state = 0; state < count; state++) {
        double first = cost[ways.from(2 * state)] + branch[ways.branch(2 * state)];
        double second = cost[ways.from(2 * state + 1)] + branch[ways.branch(2 * state + 1)];
        next[state] = Math.min(first, second);
        seconds |= second < first ? 1 << state : 0;
      }
      decisions[i] = (byte) seconds;
      double[] swap = cost;
      cost = next;
      next = swap;
      boolean isLast = together > 0 && (i + 1) % together == 0;
      if ((isLast || i + 1 - decided == BLOCK + DELAY) && i + 1 < n) {
        int to = isLast ? i + 1 : decided + BLOCK;
        int there = stateAt(to, i + 1, TrellisWays.cheapest(cost));
        for (int state = 0; state < count; state++) {
          if (stateAt(to, i + 1, state) != there) {
            cost[state] = Double.POSITIVE_INFINITY; // its beginning is not the one that is taken
          }
        }
        decide(decided, to, start, there);
        decided = to;
        start = there;
      }
    }
    int end = TrellisWays.cheapest(cost);
    total = cost[end];
    decide(decided, n, start, end);
    return levels;
  }

  /** What the levels cost, in squared steps: error and lambda times bits as they were then. */
  double total() {
    return total;
  }

  /** Where the way that is in a state at the end was before weight {@code position}. */
  private int stateAt(int position, int end, int endState) {
    int state = endState;
    for (int i = end - 1; i >= position; i--) {
      state = ways.from(2 * state + (decisions[i] >>> state & 1));
    }
    return state;
  }

  private void decide(int from, int to, int startState, int endState) {
    int state = endState;
    for (int i = to - 1; i >= from; i--) {
      int way = 2 * state + (decisions[i] >>> state & 1);
      int magnitude = best[4 * i + ways.branch(way)];
      levels[i] = (byte) (error.target(i, weights[i]) < 0 ? -magnitude : magnitude);
      state = ways.from(way);
    }
    state = startState;
    for (int i = from; i < to; i++) {
      int quantiser = states.quantiser(state);
      costs.add(CodeCosts.row(classes[i], quantiser), Math.abs(levels[i]));
      error.take(i, weights[i], Trellis.multiple(quantiser, levels[i]) / perStep);
      state = states.next(state, levels[i]);
    }
    costs.refresh();
  }

  /**
   * The least cost of a weight for each quantiser and parity. Of the levels of a parity only the
   * two around the weight, and zero, can be the best where bits grow with the level. An infinite
   * weight has the last level, which is odd.
   */
  private void branches(int i, double[] branch) {
    double x = Math.abs(error.target(i, weights[i])) * perStep;
    double counts = error.counts(i);
    float[] table = costs.table();
    for (int quantiser = 0; quantiser < 2; quantiser++) {
      int row = CodeCosts.row(classes[i], quantiser) * costs.magnitudes();
      double even = counts * x * x + lambda * table[row];
      double odd = Double.POSITIVE_INFINITY;
      int evenLevel = 0;
      int oddLevel = 1;
      if (Float.isInfinite(weights[i])) {
        odd = lambda * table[row + limit];
        oddLevel = limit;
      } else if (weights[i] != 0) {
        int near = (int) Math.min(limit, (x + quantiser) / 2);
        // What hardly counts may go far down, to the level of least bits of either parity.
        int lowest = counts < 1 ? 1 : Math.max(1, near - 1);
        for (int level = lowest; level <= Math.min(limit, near + 1); level++) {
          double off = x - (2 * level - quantiser);
          double cost = counts * off * off + lambda * table[row + level];
          if ((level & 1) == 0 && cost < even) {
            even = cost;
            evenLevel = level;
          } else if ((level & 1) == 1 && cost < odd) {
            odd = cost;
            oddLevel = level;
          }
        }
      }
      branch[2 * quantiser] = even;
      branch[2 * quantiser + 1] = odd;
      best[4 * i + 2 * quantiser] = (byte) evenLevel;
      best[4 * i + 2 * quantiser + 1] = (byte) oddLevel;
    }
  }
}
