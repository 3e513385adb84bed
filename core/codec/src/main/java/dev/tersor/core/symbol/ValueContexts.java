package dev.tersor.core.symbol;

import dev.tersor.core.tensor.StateMachine;

/**
 * The contexts of numbers: ten of each bit but the sign, which is left to {@link SignMixer}. A
 * level is that of {@link Neighbours#level} and a size that of {@link NumberContexts#size}:
 *
 * <pre>
 * 0  level of all that is known, quantiser
 * 1  quantiser, half levels of the means of the row and of the column
 * 2  sizes of the neighbour in the kernel and the weight before, place in the kernel
 * 3  quarter level of the channel's mean, place in the kernel
 * 4  quantiser, half levels of the fast mean and of the neighbours
 * 5  level of the row's mean, size of the channel before
 * 6  level of the column's mean, size of the weight above
 * 7  level of the number that is expected with its sign, quantiser
 * 8  level of the means of row and channel, multiplied and divided by that of all; quantiser
 * 9  the four weights before, as 0, 1, 2 and more; quantiser
 * </pre>
 *
 * A bit has three sets of weights: of the quantiser, of the sizes of the weight and the channel
 * before, and of a quarter of the level of all.
 */
final class ValueContexts extends NumberContexts {
  /** Bits below the highest one that have contexts; the others are equally probable. */
  private static final int MANTISSA_BITS = 4;

  private static final int INPUTS = 10;
  private static final int QUANTISERS = 2;
  private static final int LEVELS = Neighbours.LEVELS;
  private static final int SIZES = 8;

  /** Magnitudes of the four weights before are cut to this. */
  private static final int MOST_BEFORE = 3;

  private static final int BY_SIZES = SIZES * SIZES;
  private static final int BY_LEVEL = LEVELS / 4;
  private static final Mixer.Pace PACE = new Mixer.Pace(20_000, 256, 16, 32);

  /** Below it the mean of all says nothing of products. */
  private static final int LEAST_MEAN = 64;

  private static final int MOST_MEAN = 1 << 24;

  /** The least probability that a counter begins with, in units of 2^-16. */
  private static final int LEAST_PRIOR = 64;

  private final SignMixer signs;
  private final int bits;

  /** By context its first counter, for the next symbol. */
  private final int[] starts = new int[INPUTS];

  /** By context where its counters begin. */
  private final int[] tables = new int[INPUTS];

  /** Places in the kernel. */
  private final int places;

  private int level;
  private int quantiser;
  private int sizes;

  ValueContexts(Axes axes, Neighbours around, StateMachine machine, int longest) {
    this(axes, around, machine, longest, MANTISSA + ((longest + 1) << MANTISSA_BITS));
  }

  private ValueContexts(Axes axes, Neighbours around, StateMachine machine, int longest, int bits) {
    super(around, mixer(bits, around.places()), machine, longest);
    this.signs = new SignMixer(axes, around);
    this.bits = bits;
    this.places = around.places();
    int[] sizes = sizes(places);
    for (int i = 0; i + 1 < INPUTS; i++) {
      tables[i + 1] = tables[i] + sizes[i] * bits;
    }
    begin();
  }

  private static Mixer mixer(int bits, int places) {
    int counters = 0;
    for (int size : sizes(places)) {
      counters += size * bits;
    }
    int sets = bits * (QUANTISERS + BY_SIZES + BY_LEVEL);
    return new Mixer(counters, INPUTS, 0, 3, sets, bits * LEVELS, PACE);
  }

  /** How many values each context has. */
  private static int[] sizes(int places) {
    int means = LEVELS / 2 * (LEVELS / 2);
    return new int[] {
      LEVELS * QUANTISERS,
      QUANTISERS * means,
      SIZES * SIZES * places,
      LEVELS / 4 * places,
      QUANTISERS * means,
      LEVELS * SIZES,
      LEVELS * SIZES,
      LEVELS * QUANTISERS,
      LEVELS * QUANTISERS,
      QUANTISERS << 8
    };
  }

  @Override
  boolean signIsFirst() {
    return false;
  }

  @Override
  int mantissaBits() {
    return MANTISSA_BITS;
  }

  @Override
  int mantissa(int length, int prefix) {
    return MANTISSA + (length << MANTISSA_BITS) + prefix;
  }

  /**
   * Geometric magnitudes of a level's mean, of which one more has probability e = m / (1 + m): that
   * of more than 2^i - 1 is e^(2^i) of those above 2^(i-1) - 1, and the upper half of 2^(i+1)
   * magnitudes has e^(2^i) times that of the lower.
   */
  private void begin() {
    int[] powers = new int[longest + 1];
    for (int of = 0; of < LEVELS; of++) {
      long mean = Neighbours.mean(of);
      powers[0] = (int) ((mean << 16) / (mean + Neighbours.ONE));
      for (int i = 1; i <= longest; i++) {
        powers[i] = (int) (((long) powers[i - 1] * powers[i - 1]) >> 16);
      }
      begin(of, ZERO, powers[0]);
      for (int length = 1; length <= longest; length++) {
        if (length < longest) {
          begin(of, LENGTH + length - 1, powers[length - 1]);
        }
        for (int prefix = 1; prefix < 1 << MANTISSA_BITS; prefix++) {
          int power = powers[Math.max(0, length - 1 - Binarisation.length(prefix))];
          begin(of, mantissa(length, prefix), (int) (((long) power << 16) / ((1 << 16) + power)));
        }
      }
    }
  }

  private void begin(int ofLevel, int bit, int probability) {
    int prior = Math.max(LEAST_PRIOR, Math.min((1 << 16) - LEAST_PRIOR, probability));
    for (int ofQuantiser = 0; ofQuantiser < QUANTISERS; ofQuantiser++) {
      mixer.begin((ofLevel * QUANTISERS + ofQuantiser) * bits + bit, prior);
    }
  }

  @Override
  void look() {
    Neighbours a = around;
    int left = a.before(1);
    int left2 = a.before(2);
    int channel = a.before(a.channelStride);
    int kernel = a.before(a.kernelStride);
    int up = a.rowStride == 0 ? 0 : a.before(a.rowStride);
    int up2 = a.rowStride == 0 ? 0 : a.before(2 * a.rowStride);
    int ofRow = a.rowMean();
    int ofColumn = a.columnMean();
    int ofChannel = a.channelMean();
    int fast = a.fastMean();
    int place = a.place();
    int near =
        (2 * (left + kernel + channel + up) + left2 + a.before(a.upperStride) + up2)
            * (Neighbours.ONE / 11);
    level =
        Neighbours.level(
            (int) ((4L * ofRow + 3L * ofColumn + 2L * ofChannel + 2L * fast + 3L * near) / 14));
    quantiser = machine.quantiser(state);
    sizes = size(left) * SIZES + size(channel);
    int product =
        (int) Math.min(MOST_MEAN, (long) ofRow * ofChannel / Math.max(LEAST_MEAN, a.mean()));
    int before =
        Math.min(MOST_BEFORE, left)
            | Math.min(MOST_BEFORE, left2) << 2
            | Math.min(MOST_BEFORE, a.before(3)) << 4
            | Math.min(MOST_BEFORE, a.before(4)) << 6;
    int means = quantiser * (LEVELS / 2);
    int half = LEVELS / 2;
    int ofLevels = quantiser * LEVELS;
    begin(0, level * QUANTISERS + quantiser);
    begin(1, (means + Neighbours.level(ofRow) / 2) * half + Neighbours.level(ofColumn) / 2);
    begin(2, (size(kernel) * SIZES + size(left)) * places + place);
    begin(3, Neighbours.level(ofChannel) / 4 * places + place);
    begin(4, (means + Neighbours.level(fast) / 2) * half + Neighbours.level(near) / 2);
    begin(5, Neighbours.level(ofRow) * SIZES + size(channel));
    begin(6, Neighbours.level(ofColumn) * SIZES + size(up));
    begin(7, ofLevels + Neighbours.level(Math.abs(signs.expected())));
    begin(8, ofLevels + Neighbours.level(product));
    begin(9, (quantiser << 8) + before);
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
    int[] sets = mixer.sets;
    sets[0] = bit * QUANTISERS + quantiser;
    sets[1] = bits * QUANTISERS + bit * BY_SIZES + sizes;
    sets[2] = bits * (QUANTISERS + BY_SIZES) + bit * BY_LEVEL + level / 4;
    return mixer.predict(level * bits + bit);
  }

  @Override
  int predictNegative(int magnitude) {
    return signs.predict(magnitude, Neighbours.mean(level));
  }

  @Override
  void learnNegative(int negative) {
    signs.learn(negative);
  }

  @Override
  void add(int symbol, int magnitude, int negative) {
    signs.add((magnitude ^ -negative) + negative);
    super.add(symbol, magnitude, negative);
  }
}
