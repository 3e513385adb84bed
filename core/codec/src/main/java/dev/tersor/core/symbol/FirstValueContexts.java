package dev.tersor.core.symbol;

import dev.tersor.core.tensor.StateMachine;

/**
 * The contexts of numbers in streams of {@link Mix}'s first model: nine of each bit. Those of the
 * sign are the signs of neighbours and the place in the kernel; those of the other bits, where a
 * level is that of {@link Neighbours#level} and a size that of {@link NumberContexts#size}:
 *
 * <pre>
 * 0  level of all that is known, quantiser
 * 1  place in the kernel, state of the machine
 * 2  quantiser, half levels of the means of the row and of the column
 * 3  sizes of the weight before, the channel before, the upper neighbour in the kernel
 * 4  sizes of the neighbour in the kernel and the weight before, place in the kernel
 * 5  quarter level of the channel's mean, place in the kernel
 * 6  quantiser, half levels of the fast mean and of the neighbours
 * 7  level of the row's mean, size of the channel before
 * 8  level of the column's mean, size of the weight above
 * </pre>
 */
final class FirstValueContexts extends NumberContexts {
  /** The sign. */
  private static final int SIGN = 1;

  /** Bits below the highest one that have contexts; the others are equally probable. */
  private static final int MANTISSA_BITS = 7;

  private static final int INPUTS = 9;
  private static final int STATES = 8;
  private static final int QUANTISERS = 2;
  private static final int LEVELS = Neighbours.LEVELS;
  private static final int SIZES = 8;

  private static final Mixer.Pace PACE = new Mixer.Pace(20_000, 64, 16, 512);

  /** The least probability that a counter begins with, in units of 2^-16. */
  private static final int LEAST_PRIOR = 64;

  private final int bits;

  /** By context its first counter, for the next symbol. */
  private final int[] starts = new int[INPUTS];

  /** By context where its counters begin, and at last where those of signs do. */
  private final int[] tables = new int[INPUTS + 1];

  /** Places in the kernel. */
  private final int places;

  private int level;

  FirstValueContexts(Neighbours around, StateMachine machine, Binarisation binarisation) {
    this(around, machine, binarisation.width(), bits(binarisation), around.places());
  }

  private FirstValueContexts(
      Neighbours around, StateMachine machine, int longest, int bits, int places) {
    super(around, mixer(bits, places), machine, longest);
    this.bits = bits;
    this.places = places;
    int[] sizes = sizes(places);
    for (int i = 0; i < INPUTS; i++) {
      tables[i + 1] = tables[i] + sizes[i] * bits;
    }
    begin();
  }

  private static Mixer mixer(int bits, int places) {
    int counters = INPUTS * 81 * places;
    for (int size : sizes(places)) {
      counters += size * bits;
    }
    return new Mixer(counters, INPUTS, 0, 1, bits * STATES, bits * LEVELS, PACE);
  }

  /** How many values each context has. */
  private static int[] sizes(int places) {
    int means = LEVELS / 2 * (LEVELS / 2);
    return new int[] {
      LEVELS * QUANTISERS,
      places * STATES,
      QUANTISERS * means,
      SIZES * SIZES * SIZES,
      SIZES * SIZES * places,
      LEVELS / 4 * places,
      QUANTISERS * means,
      LEVELS * SIZES,
      LEVELS * SIZES
    };
  }

  /** Kinds of bits: of two's complement, magnitudes have a bit less. */
  private static int bits(Binarisation binarisation) {
    boolean isSigned = binarisation.kind() == Binarisation.Kind.SIGNED;
    int most = binarisation.width() - (isSigned ? 1 : 0);
    return MANTISSA + (1 << Math.min(MANTISSA_BITS, most));
  }

  /** Geometric magnitudes of a level's mean, of which one more has probability m / (1 + m). */
  private void begin() {
    for (int of = 0; of < LEVELS; of++) {
      long mean = Neighbours.mean(of);
      long more = (mean << 16) / (mean + Neighbours.ONE);
      long power = more;
      for (int bit = 0; bit < bits; bit++) {
        if (bit > LENGTH && bit < MANTISSA) {
          power = (power * power) >> 16;
        } else if (bit >= MANTISSA) {
          power = (more << 16) / ((1 << 16) + more);
        }
        int prior = (int) Math.max(LEAST_PRIOR, Math.min((1 << 16) - LEAST_PRIOR, power));
        for (int quantiser = 0; quantiser < QUANTISERS; quantiser++) {
          mixer.begin((of * QUANTISERS + quantiser) * bits + bit, prior);
        }
      }
    }
  }

  @Override
  boolean signIsFirst() {
    return true;
  }

  @Override
  int mantissaBits() {
    return MANTISSA_BITS;
  }

  /** Numbers of all lengths have theirs together. */
  @Override
  int mantissa(int length, int prefix) {
    return MANTISSA + prefix;
  }

  @Override
  void look() {
    Neighbours a = around;
    int left = a.before(1);
    int channel = a.before(a.channelStride);
    int kernel = a.before(a.kernelStride);
    int upper = a.before(a.upperStride);
    int up = a.rowStride == 0 ? 0 : a.before(a.rowStride);
    int up2 = a.rowStride == 0 ? 0 : a.before(2 * a.rowStride);
    int ofRow = a.rowMean();
    int ofColumn = a.columnMean();
    int ofChannel = a.channelMean();
    int fast = a.fastMean();
    int place = a.place();
    int near =
        (2 * (left + kernel + channel + up) + a.before(2) + upper + up2) * (Neighbours.ONE / 11);
    level =
        Neighbours.level(
            (int) ((4L * ofRow + 3L * ofColumn + 2L * ofChannel + 2L * fast + 3L * near) / 14));
    int quantiser = machine.quantiser(state);
    int means = quantiser * (LEVELS / 2);
    int half = LEVELS / 2;
    begin(0, level * QUANTISERS + quantiser);
    begin(1, place * STATES + state);
    begin(2, (means + Neighbours.level(ofRow) / 2) * half + Neighbours.level(ofColumn) / 2);
    begin(3, (size(left) * SIZES + size(channel)) * SIZES + size(upper));
    begin(4, (size(kernel) * SIZES + size(left)) * places + place);
    begin(5, Neighbours.level(ofChannel) / 4 * places + place);
    begin(6, (means + Neighbours.level(fast) / 2) * half + Neighbours.level(near) / 2);
    begin(7, Neighbours.level(ofRow) * SIZES + size(channel));
    begin(8, Neighbours.level(ofColumn) * SIZES + size(up));
  }

  private void begin(int input, int context) {
    starts[input] = tables[input] + context * bits;
  }

  @Override
  int predict(int bit) {
    int[] slots = mixer.slots;
    for (int i = 0; i < INPUTS; i++) {
      slots[i] = starts[i] + bit;
    }
    mixer.sets[0] = bit * STATES + state;
    return mixer.predict(level * bits + bit);
  }

  @Override
  int predictNegative(int magnitude) {
    lookAtSigns();
    mixer.sets[0] = SIGN * STATES;
    return mixer.predict(SIGN);
  }

  @Override
  void learnNegative(int negative) {
    mixer.learn(negative);
  }

  private void lookAtSigns() {
    Neighbours a = around;
    int left = a.signBefore(1);
    int left2 = a.signBefore(2);
    int kernel = a.signBefore(a.kernelStride);
    int channel = a.signBefore(a.channelStride);
    int upper = a.signBefore(a.upperStride);
    int up = a.rowStride == 0 ? 0 : a.signBefore(a.rowStride);
    int up2 = a.rowStride == 0 ? 0 : a.signBefore(2 * a.rowStride);
    int inKernel = (left * 3 + kernel) * 3 + upper;
    sign(0, 0);
    sign(1, inKernel);
    sign(2, (left * 3 + left2) * 3 + upper);
    sign(3, (left * 3 + up) * 3 + up2);
    sign(4, (left * 3 + kernel) * 3 + channel);
    sign(5, left * 3 + kernel);
    sign(6, inKernel * 3 + left2);
    sign(7, channel * 3 + up);
    sign(8, kernel * 3 + upper);
  }

  private void sign(int input, int context) {
    mixer.slots[input] = tables[INPUTS] + (input * 81 + context) * places + around.place();
  }
}
