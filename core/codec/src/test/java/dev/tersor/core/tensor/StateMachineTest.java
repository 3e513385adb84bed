package dev.tersor.core.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StateMachineTest {
  /** Each state is entered from two, and parity tells the next states of one apart. */
  @ParameterizedTest
  @EnumSource(
      value = StateMachine.class,
      names = {"FOUR", "EIGHT"})
  void everyStateIsReachedByTwo(StateMachine machine) {
    int[] entered = new int[machine.states()];
    Set<Integer> ofSecond = new HashSet<>();
    for (int state = 0; state < machine.states(); state++) {
      assertNotEquals(machine.next(state, 0), machine.next(state, 1));
      entered[machine.next(state, 6)]++;
      entered[machine.next(state, -3 & 0xFF)]++;
      if (machine.quantiser(state) == 1) {
        ofSecond.add(state);
      }
    }
    for (int times : entered) {
      assertEquals(2, times);
    }
    assertEquals(machine.states() / 2, ofSecond.size());
    assertEquals(0, machine.quantiser(0));
  }

  @Test
  void machinesAreFoundByTheirStates() {
    for (StateMachine machine : StateMachine.values()) {
      assertSame(machine, StateMachine.of(machine.states()));
    }
    assertEquals(0, StateMachine.NONE.next(0, 1));
    assertThrows(IllegalArgumentException.class, () -> StateMachine.of(2));
  }
}
