package dev.tersor.core.symbol;

import java.util.Arrays;

/**
 * Predicts bits by mixing what several contexts have seen (Mahoney, "Adaptive weighing of context
 * models for lossless data compression", 2005): the logits of their predictions are multiplied by
 * weights and added, and after each bit every weight moves by the product of its logit and the
 * error. What comes out is refined by what came of such mixtures before (secondary symbol
 * estimation). All in integers.
 *
 * <p>A counter is an int: 22 bits of the probability of a 1 above 10 bits that count what was seen,
 * up to 1023; the probability is the mean of it, and forgets with that window later. A counter that
 * has seen nothing begins with the probability of the first context.
 */
final class Mixer {
  /** Logits between which refined probabilities are interpolated. */
  private static final int KNOTS = 33;

  private static final int COUNT_BITS = 10;
  private static final int COUNT = (1 << COUNT_BITS) - 1;
  private static final int HALF = 1 << 31;

  /** What a counter counts as seen that begins with the probability of the first context. */
  private static final int FIRST = 1;

  /** What one counts as seen that begins with a given probability. */
  private static final int PRIOR = 4;

  /** The first weight of the first context, in units of 2^-16; the others share the rest of 1. */
  private static final int LEAD = 20_000;

  /** A set's first rate, which falls as 64 / (64 + n). */
  private static final int RATE = 224;

  private static final int RATE_HALF = 64;

  /** Counters keep this far from 0 and from 1, which is 2^22. */
  private static final int LEAST = 1 << 10;

  private static final int MOST = (1 << 22) - LEAST;

  /** Probabilities that bits are coded with. */
  private static final int LEAST_CODED = 16;

  private static final int MOST_CODED = (1 << 16) - LEAST_CODED;

  /** By what was seen 1 / (n + 1.5) in units of 2^-16: how far a counter moves. */
  private static final int[] STEPS = new int[COUNT + 1];

  /** By what a set of weights has seen: how far weights move. */
  private static final int[] RATES = new int[COUNT + 1];

  static {
    Arrays.setAll(STEPS, n -> (1 << 17) / (2 * n + 3));
    Arrays.setAll(RATES, n -> RATE * RATE_HALF / (RATE_HALF + n));
  }

  /** By context the counter of the next bit; set by whoever knows the contexts. */
  final int[] slots;

  /** Logits by counters, and after them those that are given. */
  final int[] logits;

  private final int[] counters;
  private final int[] weights;
  private final int[] seen;
  private final char[] refined;
  private final int leastRate;
  private int set;
  private int mixed;
  private int knot;

  /**
   * @param counters of all contexts together
   * @param contexts how many of them predict a bit
   * @param given how many logits are given beside them
   * @param sets of weights, of which each bit has one
   * @param refinements how many kinds of bits are refined apart
   * @param leastRate how far weights move at least: more follows faster, less is calmer
   */
  Mixer(int counters, int contexts, int given, int sets, int refinements, int leastRate) {
    this.leastRate = leastRate;
    int inputs = contexts + given;
    this.slots = new int[contexts];
    this.logits = new int[inputs];
    this.counters = new int[counters];
    this.weights = new int[sets * inputs];
    this.seen = new int[sets];
    this.refined = new char[refinements * KNOTS];
    Arrays.fill(this.counters, HALF);
    Arrays.fill(weights, ((1 << 16) - LEAD) / (inputs - 1));
    for (int i = 0; i < weights.length; i += inputs) {
      weights[i] = LEAD;
    }
    for (int i = 0; i < refined.length; i++) {
      refined[i] = (char) Math.min(65535, Logistic.squash((i % KNOTS - KNOTS / 2) * 128));
    }
  }

  /** Gives a counter a probability to begin with, in units of 2^-16. */
  void begin(int counter, int probability) {
    counters[counter] = probability << 16 | PRIOR;
  }

  /** The probability of a 1 in units of 2^-16, from 16 to 65520. */
  int predict(int ofSet, int kind) {
    int contexts = slots.length;
    int inputs = logits.length;
    set = ofSet;
    int at = ofSet * inputs;
    long sum = 0;
    for (int i = 0; i < contexts; i++) {
      int counter = counters[slots[i]];
      if ((counter & COUNT) == 0) {
        counter = (counters[slots[0]] & ~COUNT) + FIRST;
        counters[slots[i]] = counter;
      }
      int logit = Logistic.stretch(counter >>> 16);
      logits[i] = logit;
      sum += (long) logit * weights[at + i];
    }
    for (int i = contexts; i < inputs; i++) {
      sum += (long) logits[i] * weights[at + i];
    }
    int logit = (int) Math.max(-Logistic.MOST, Math.min(Logistic.MOST, sum >> 16));
    mixed = Logistic.squash(logit);
    int place = logit + Logistic.MOST + 1;
    int part = place & 127;
    int from = kind * KNOTS + (place >> 7);
    knot = from + (part >> 6);
    int past = (refined[from] * (128 - part) + refined[from + 1] * part) >> 7;
    return Math.max(LEAST_CODED, Math.min(MOST_CODED, (mixed + past) >> 1));
  }

  /** Learns what the bit was that was predicted. */
  void learn(int bit) {
    int[] counters = this.counters;
    int count = seen[set];
    int error = (((bit << 16) - mixed) * Math.max(leastRate, RATES[count])) >> 6;
    seen[set] = Math.min(COUNT, count + 1);
    int target = bit != 0 ? MOST : LEAST;
    int contexts = slots.length;
    int inputs = logits.length;
    int at = set * inputs;
    for (int i = 0; i < contexts; i++) {
      weights[at + i] += (logits[i] * error + (1 << 15)) >> 16;
      int slot = slots[i];
      int counter = counters[slot];
      int value = counter >>> COUNT_BITS;
      int n = counter & COUNT;
      value += (int) (((long) (target - value) * STEPS[n]) >> 16);
      counters[slot] = value << COUNT_BITS | (n + ((n - COUNT) >>> 31));
    }
    for (int i = contexts; i < inputs; i++) {
      weights[at + i] += (logits[i] * error + (1 << 15)) >> 16;
    }
    int past = refined[knot];
    refined[knot] = (char) (past + (((bit << 16) - bit - past) >> 9));
  }
}
