package dev.tersor.core.tensor;

/**
 * The state machine of dependent quantisation (Schwarz et al., "Quantization and entropy coding in
 * the Versatile Video Coding (VVC) standard", 2021, section III-C; ISO/IEC 15938-17 has the machine
 * of eight states): it walks over the codes of a segment in row-major order, beginning in state 0,
 * and each code's parity leads to the next state. Which of two quantisers a code is of depends on
 * the state that the machine is in when it comes to that code.
 *
 * <p>Next states after an even and an odd code, by state: of four states (0,2) (2,0) (1,3) (3,1),
 * of eight (0,2) (7,5) (1,3) (6,4) (2,0) (5,7) (3,1) (4,6). The second quantiser has states 2 and 3
 * of four, and the odd ones of eight.
 */
public enum StateMachine {
  /** No machine: one state that is never left, and one quantiser. */
  NONE(1, 0),
  FOUR(4, 0x1331_0220L),
  EIGHT(8, 0x6413_7502_4631_5720L);

  private final int states;

  /** The next states, four bits each: number {@code 2 * state + parity}, the first one lowest. */
  private final long next;

  StateMachine(int states, long next) {
    this.states = states;
    this.next = next;
  }

  /**
   * The machine of so many states.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static StateMachine of(int states) {
    for (StateMachine machine : values()) {
      if (machine.states == states) {
        return machine;
      }
    }
    throw new IllegalArgumentException("states: " + states + ", expected 1 (none), 4 or 8");
  }

  public int states() {
    return states;
  }

  /**
   * The state after a code.
   *
   * @param code a number or its two's complement symbol, which have the same parity
   */
  public int next(int state, int code) {
    int number = 2 * state + (code & 1);
    return (int) (next >>> (4 * number)) & 0xF;
  }

  /** Which quantiser codes are of in a state: 0 or 1. */
  public int quantiser(int state) {
    return this == FOUR ? state >> 1 : this == EIGHT ? state & 1 : 0;
  }
}
