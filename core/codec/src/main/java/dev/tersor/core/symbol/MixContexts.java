package dev.tersor.core.symbol;

import dev.tersor.core.tensor.StateMachine;

/** Gives the bits of {@link Mix} their contexts. */
abstract class MixContexts {
  /** The bit that tells zero from other numbers. */
  static final int ZERO = 0;

  final Neighbours around;
  final Mixer mixer;
  final StateMachine machine;
  int state;

  MixContexts(Neighbours around, Mixer mixer, StateMachine machine) {
    this.around = around;
    this.mixer = mixer;
    this.machine = machine;
  }

  /** Goes on to the next symbol. */
  void add(int symbol, int magnitude, int negative) {
    around.add(magnitude, negative);
    state = machine.next(state, symbol);
  }

  /** Looks around the next symbol. */
  abstract void look();

  /** The probability that a bit of it is 1, in units of 2^-16. */
  abstract int predict(int bit);
}
