package dev.tersor.core.symbol;

import dev.tersor.core.tensor.StateMachine;

/** Gives the bits of {@link Mix} their contexts. */
abstract class MixContexts {
  /** The bit that tells zero from other numbers. */
  static final int ZERO = 0;

  /** The sign. */
  static final int SIGN = 1;

  /** The first of the bits "longer than i + 1 bits". */
  static final int LENGTH = 2;

  /** The first of the bits below the highest one; that of a prefix p is number p after it. */
  static final int MANTISSA = 17;

  /** Bits below the highest one that have contexts; the others are equally probable. */
  static final int MANTISSA_BITS = 7;

  final Neighbours around;
  final Mixer mixer;
  final StateMachine machine;
  private final int longest;
  int state;

  /**
   * @param longest most bits of a magnitude; 0 where all are 0 or 1, without a sign
   */
  MixContexts(Neighbours around, Mixer mixer, StateMachine machine, int longest) {
    this.around = around;
    this.mixer = mixer;
    this.machine = machine;
    this.longest = longest;
  }

  /** The contexts of a stream's numbers. */
  static MixContexts of(PlacedCoder.Numbers numbers, int count) {
    Place place = numbers.place();
    int start = Neighbours.mean(numbers.start());
    Neighbours around = new Neighbours(Axes.of(place.shape()), count, start);
    return numbers.binarisation().width() == 1
        ? new MaskContexts(around, place.machine())
        : new ValueContexts(around, place.machine(), numbers.binarisation());
  }

  /** Most bits of a magnitude; 0 where all are 0 or 1, without a sign. */
  final int longest() {
    return longest;
  }

  /** Goes on to the next symbol. */
  final void add(int symbol, int magnitude, int negative) {
    around.add(magnitude, negative);
    state = machine.next(state, symbol);
  }

  /** A magnitude as 0, 1, 2, or one of five classes of binary orders. */
  static int size(int magnitude) {
    return magnitude < 3
        ? magnitude
        : Math.min(7, 34 - Integer.numberOfLeadingZeros(magnitude - 1));
  }

  /** Looks around the next symbol. */
  abstract void look();

  /** The probability that a bit of it is 1. */
  abstract int predict(int bit);
}
