package dev.tersor.core.symbol;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tensor.StateMachine;
import java.util.Arrays;

/**
 * What {@link Context} stores of a stream beside its payload.
 *
 * @param byState whether each state of the machine has classes of its own; if not, each quantiser
 * @param tokens how many tokens there are, 2 to 64
 * @param cuts by class the least level of its own; the first one 0
 */
@SuppressWarnings("ArrayRecordComponent") // handed from table to coder, never compared
record ContextStream(boolean byState, int tokens, int[] cuts) {
  static final int MOST_CLASSES = 24;
  private static final int BY_STATE = 1 << 7;

  /** Interleaved states of rANS: two of a longer stream. */
  static int lanes(int count) {
    return Rans.states(count) == 1 ? 1 : 2;
  }

  byte[] write() {
    byte[] table = new byte[cuts.length];
    table[0] = (byte) (tokens - 1 | (byState ? BY_STATE : 0));
    for (int c = 1; c < cuts.length; c++) {
      table[c] = (byte) cuts[c];
    }
    return table;
  }

  /**
   * The inverse of {@link #write}.
   *
   * @param from where it begins in the table
   * @throws MalformedInputException if it is none
   */
  static ContextStream read(byte[] table, int from) {
    int classes = table.length - from;
    if (classes < 1 || classes > MOST_CLASSES) {
      throw new MalformedInputException(classes + " classes, expected 1 to 24", from);
    }
    int tokens = (table[from] & (BY_STATE - 1)) + 1;
    if (tokens < 2 || tokens > ContextClasses.MOST_TOKENS) {
      throw new MalformedInputException(tokens + " tokens, expected 2 to 64", from);
    }
    int[] cuts = new int[classes];
    for (int c = 1; c < classes; c++) {
      cuts[c] = table[from + c];
      if (cuts[c] <= cuts[c - 1] || cuts[c] >= Neighbours.LEVELS) {
        throw new MalformedInputException("a class begins at level " + cuts[c], from + (long) c);
      }
    }
    return new ContextStream((table[from] & BY_STATE) != 0, tokens, cuts);
  }

  /** Classes that a level has. */
  int each(StateMachine machine) {
    return byState ? machine.states() : machine == StateMachine.NONE ? 1 : 2;
  }

  /** By state which class of a level. */
  int[] ofState(StateMachine machine) {
    int[] ofState = new int[machine.states()];
    Arrays.setAll(ofState, state -> byState ? state : machine.quantiser(state));
    return ofState;
  }

  /** By level the first class. */
  int[] ofLevel(StateMachine machine) {
    int[] classes = new int[Neighbours.LEVELS];
    for (int c = 0; c < cuts.length; c++) {
      Arrays.fill(classes, cuts[c], classes.length, c * each(machine));
    }
    return classes;
  }

  /** Classes that have seen nothing but what their levels say. */
  ContextClasses classes(StateMachine machine, boolean decodes) {
    int each = each(machine);
    int[] levels = new int[cuts.length * each];
    for (int i = 0; i < levels.length; i++) {
      int c = i / each;
      int end = c + 1 < cuts.length ? cuts[c + 1] : Neighbours.LEVELS;
      levels[i] =
          c > 0 && c + 1 < cuts.length
              ? (cuts[c] + end) / 2
              : c > 0 ? Math.min(Neighbours.LEVELS - 1, cuts[c] + 2) : end - end / 8;
      levels[i] = Math.min(Neighbours.LEVELS - 1, levels[i]);
    }
    return new ContextClasses(levels, tokens, decodes);
  }
}
