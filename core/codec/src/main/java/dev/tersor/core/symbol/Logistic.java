package dev.tersor.core.symbol;

/**
 * The logistic function and its inverse in integers, so that every machine has the same tables.
 * Probabilities are in units of 2^-16; their logits ln(p / (1 - p)) in units of 2^-8, from -2047 to
 * 2047.
 */
final class Logistic {
  /** Logits end here: a probability of 1/2981. */
  static final int MOST = 2047;

  /** e^(-1/256) in units of 2^-32. */
  private static final long DECAY = 4_278_222_805L;

  private static final long ONE = 1L << 30;

  private static final char[] SQUASH = squashes();
  private static final short[] STRETCH = stretches();

  private Logistic() {}

  private static char[] squashes() {
    char[] table = new char[2 * MOST + 1];
    long power = ONE;
    for (int x = 0; x <= MOST; x++) {
      int below = (int) ((power << 16) / (ONE + power));
      table[MOST - x] = (char) below;
      table[MOST + x] = (char) ((1 << 16) - below);
      power = (power * DECAY + (1L << 31)) >>> 32;
    }
    return table;
  }

  /** By the upper 12 bits of a probability the first logit that has at least the middle of them. */
  private static short[] stretches() {
    short[] table = new short[1 << 12];
    int at = 0;
    for (int i = 0; i < table.length; i++) {
      while (at < SQUASH.length - 1 && SQUASH[at] < 16 * i + 8) {
        at++;
      }
      table[i] = (short) (at - MOST);
    }
    return table;
  }

  /** The probability of a logit, which is cut off at the ends. */
  static int squash(int logit) {
    return SQUASH[Math.max(-MOST, Math.min(MOST, logit)) + MOST];
  }

  /** The logit of a probability. */
  static int stretch(int probability) {
    return STRETCH[probability >>> 4];
  }
}
