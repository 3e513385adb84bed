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
 * The means of the row and the column are mixed in as probabilities of their own.
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
  private static final int LEAST_RATE = 6;

  private int level;

  MaskContexts(Neighbours around, StateMachine machine) {
    super(around, new Mixer(END, INPUTS, 2, 1, LEVELS, LEAST_RATE), machine, 0);
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
    int near = left + left2 + channel + kernel + upper + Integer.bitCount(above);
    int all = 4 * ofRow + 4 * ofColumn + 2 * a.channelMean() + a.fastMean();
    level = Neighbours.level((all + 2 * near * (Neighbours.ONE / 13)) / 13);
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
    return mixer.predict(0, level);
  }
}
