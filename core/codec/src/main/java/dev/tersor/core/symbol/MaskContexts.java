package dev.tersor.core.symbol;

import dev.tersor.core.tensor.StateMachine;

/**
 * The contexts of bits that say which weights are there, where magnitudes are these bits and levels
 * those of {@link Neighbours#level}:
 *
 * <pre>
 * 0  level of all that is known
 * 1  place in the kernel
 * 2  half levels of the means of the row and of the column
 * 3  the eight rows above; the weight before, the channel before, the neighbour in the kernel
 * 4  upper neighbour in the kernel, neighbour there, channel before, the two weights before; level
 *    of the column's mean
 * </pre>
 *
 * The means of the row and the column are mixed in as probabilities of their own. Each place in the
 * kernel has weights of its own; those of {@link Mix}'s first model had them together, and the
 * neighbours in the level of all.
 */
final class MaskContexts extends MixContexts {
  private static final int LEVELS = Neighbours.LEVELS;
  private static final int PLACE = LEVELS;
  private static final int MEANS = PLACE + Axes.MOST_POSITIONS;
  private static final int ROWS = MEANS + LEVELS / 2 * (LEVELS / 2);
  private static final int CLOSE = ROWS + (1 << 11);
  private static final int END = CLOSE + (LEVELS << 5);
  private static final int INPUTS = 5;

  /** Of a mean, whose unit is 2^-12. */
  private static final int TO_PROBABILITY = 4;

  private static final int MOST = (1 << 16) - 1;
  private static final Mixer.Pace FIRST_PACE = new Mixer.Pace(20_000, 64, 6, 512);
  private static final Mixer.Pace PACE = new Mixer.Pace(12_000, 64, 6, 32);

  private int level;

  /** Whether the stream is of {@link Mix}'s first model. */
  private final boolean isFirst;

  MaskContexts(Neighbours around, StateMachine machine, boolean isFirst) {
    super(around, mixer(isFirst ? 1 : around.places(), isFirst ? FIRST_PACE : PACE), machine);
    this.isFirst = isFirst;
  }

  private static Mixer mixer(int sets, Mixer.Pace pace) {
    return new Mixer(END, INPUTS, 2, 1, sets, LEVELS, pace);
  }

  @Override
  void look() {
    Neighbours a = around;
    int left = a.before(1);
    int left2 = a.before(2);
    int channel = a.before(a.channelStride);
    int kernel = a.before(a.kernelStride);
    int upper = a.before(a.upperStride);
    int above = a.above();
    int ofRow = a.rowMean();
    int ofColumn = a.columnMean();
    int all = 4 * ofRow + 4 * ofColumn + 2 * a.channelMean() + a.fastMean();
    if (isFirst) {
      int near = left + left2 + channel + kernel + upper + Integer.bitCount(above);
      level = Neighbours.level((all + 2 * near * (Neighbours.ONE / 13)) / 13);
    } else {
      level = Neighbours.level(all / 11);
      mixer.sets[0] = a.place();
    }
    int columnLevel = Neighbours.level(ofColumn);
    int[] slots = mixer.slots;
    slots[0] = level;
    slots[1] = PLACE + a.place();
    slots[2] = MEANS + Neighbours.level(ofRow) / 2 * (LEVELS / 2) + columnLevel / 2;
    slots[3] = ROWS + above * 8 + left * 4 + channel * 2 + kernel;
    slots[4] =
        CLOSE
            + (left | left2 << 1 | channel << 2 | kernel << 3 | upper << 4) * LEVELS
            + columnLevel;
    mixer.logits[INPUTS] = Logistic.stretch(Math.min(MOST, ofRow << TO_PROBABILITY));
    mixer.logits[INPUTS + 1] = Logistic.stretch(Math.min(MOST, ofColumn << TO_PROBABILITY));
  }

  @Override
  int predict(int bit) {
    return mixer.predict(level);
  }
}
