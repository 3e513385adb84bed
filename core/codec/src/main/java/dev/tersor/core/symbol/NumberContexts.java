package dev.tersor.core.symbol;

import dev.tersor.core.tensor.StateMachine;

/** Gives the bits of numbers their contexts. */
abstract class NumberContexts extends MixContexts {
  /** The first of the bits "longer than i + 1 bits". */
  static final int LENGTH = 2;

  /** The first of the bits below the highest one. */
  static final int MANTISSA = 17;

  /** Most bits of a magnitude. */
  final int longest;

  NumberContexts(Neighbours around, Mixer mixer, StateMachine machine, int longest) {
    super(around, mixer, machine);
    this.longest = longest;
  }

  /** A magnitude as 0, 1, 2, or one of five classes of binary orders. */
  static int size(int magnitude) {
    return magnitude < 3
        ? magnitude
        : Math.min(7, 34 - Integer.numberOfLeadingZeros(magnitude - 1));
  }

  /** Whether the sign comes before the magnitude, of which it then knows nothing. */
  abstract boolean signIsFirst();

  /** Bits below the highest one that have contexts; the others are equally probable. */
  abstract int mantissaBits();

  /** Which bit it is that follows the bits of a prefix in a number of so many bits. */
  abstract int mantissa(int length, int prefix);

  /** The probability that the number is negative, in units of 2^-16. */
  abstract int predictNegative(int magnitude);

  /** Learns whether it was, 1 or 0. */
  abstract void learnNegative(int negative);
}
