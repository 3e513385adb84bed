package dev.tersor.core.quantize;

import dev.tersor.core.tensor.StateMachine;

/**
 * The ways of a state machine backwards: each state is reached from two others. Way {@code 2 *
 * state} and the next one lead into a state.
 */
final class TrellisWays {
  private final int[] predecessors;
  private final int[] branches;

  TrellisWays(StateMachine states) {
    int count = states.states();
    this.predecessors = new int[2 * count];
    this.branches = new int[2 * count];
    int[] found = new int[count];
    for (int state = 0; state < count; state++) {
      for (int parity = 0; parity < 2; parity++) {
        int next = states.next(state, parity);
        int way = 2 * next + found[next]++;
        predecessors[way] = state;
        branches[way] = 2 * states.quantiser(state) + parity;
      }
    }
  }

  /** The state that a way comes from. */
  int from(int way) {
    return predecessors[way];
  }

  /** The quantiser of a way's level and its parity: twice the first, and the second. */
  int branch(int way) {
    return branches[way];
  }

  /** The state of least cost. */
  static int cheapest(double[] cost) {
    int cheapest = 0;
    for (int state = 1; state < cost.length; state++) {
      cheapest = cost[state] < cost[cheapest] ? state : cheapest;
    }
    return cheapest;
  }
}
