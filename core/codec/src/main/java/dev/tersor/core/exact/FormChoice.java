package dev.tersor.core.exact;

/**
 * Finds out what a chunk's bytes are best taken for, by the order-0 entropy of the planes of a
 * sample. What a checkpoint says of a tensor is a hint; where nothing is known all widths are
 * tried, and all places at which elements may begin.
 */
final class FormChoice {
  private static final int PIECES = 8;
  private static final int PIECE = 2048;
  private static final int SAMPLE = PIECES * PIECE;
  private static final int[] WIDTHS = {2, 4, 8};

  /** A form must save this part of the bytes over a simpler one. */
  private static final double GAIN = 0.004;

  private final byte[] sample = new byte[SAMPLE];
  private final byte[] base = new byte[SAMPLE];
  private final byte[] changed = new byte[SAMPLE];
  private final byte[][] planes = new byte[8][SAMPLE];

  /** A form and the bytes that the sample takes in it. */
  private record Candidate(Form form, double bytes) {}

  /**
   * @param hint bytes of an element where they are known, the first element at {@code from}; else 0
   * @param other what is at the same place in a base, from its first byte on; null without one
   */
  Form of(byte[] bytes, int from, int length, int hint, byte[] other) {
    int taken = sample(bytes, from, length, sample);
    Candidate best = best(sample, taken, hint);
    if (other != null) {
      sample(other, 0, length, base);
      for (Difference difference : new Difference[] {Difference.XOR, Difference.MINUS}) {
        int[] widths = hint == 0 ? new int[] {1, 2, 4, 8} : new int[] {hint};
        for (int width : widths) {
          System.arraycopy(sample, 0, changed, 0, taken);
          Form whole = new Form(width, false, 0, difference);
          difference.apply(changed, 0, taken, base, whole);
          Candidate found = new Candidate(whole, cost(changed, taken, whole));
          best = found.bytes() < best.bytes() - GAIN * taken ? found : best;
        }
      }
    }
    return best.form();
  }

  /** Pieces of the bytes at multiples of eight, so that elements lie in them as they do in all. */
  private static int sample(byte[] bytes, int from, int length, byte[] into) {
    if (length <= SAMPLE) {
      System.arraycopy(bytes, from, into, 0, length);
      return length;
    }
    for (int i = 0; i < PIECES; i++) {
      int at = (int) ((long) i * (length - PIECE) / (PIECES - 1)) & -Long.BYTES;
      System.arraycopy(bytes, from + at, into, i * PIECE, PIECE);
    }
    return SAMPLE;
  }

  private Candidate best(byte[] bytes, int taken, int hint) {
    Candidate best = new Candidate(Form.BYTES, cost(bytes, taken, Form.BYTES));
    for (int width : hint == 0 ? WIDTHS : new int[] {hint}) {
      if (width == 1 || taken < 2 * width) {
        continue;
      }
      for (int lead = 0; lead < (hint == 0 ? width : 1); lead++) {
        // What the planes of numbers hold does not depend on which is called the highest.
        best = lead == 0 ? better(best, bytes, taken, width, false, lead) : best;
        best = better(best, bytes, taken, width, true, lead);
      }
    }
    return best;
  }

  private Candidate better(
      Candidate best, byte[] bytes, int taken, int width, boolean rotated, int lead) {
    Form form = new Form(width, rotated, lead, Difference.NONE);
    double cost = cost(bytes, taken, form);
    return cost < best.bytes() - GAIN * taken ? new Candidate(form, cost) : best;
  }

  private double cost(byte[] bytes, int taken, Form form) {
    int width = form.width();
    int count = form.elements(taken);
    if (width == 1) {
      return cost(bytes, taken);
    }
    Planes.split(bytes, form.lead(), count, width, form.rotated(), planes);
    double cost = taken - count * width;
    for (int p = 0; p < width; p++) {
      cost += cost(planes[p], count);
    }
    return cost;
  }

  /**
   * The entropy in bytes, corrected for the few symbols that it is taken from (Miller, "Note on the
   * bias of information estimates", 1955).
   */
  private static double cost(byte[] plane, int count) {
    int[] counts = Histogram.of(plane, 0, count);
    double bias = (Histogram.distinct(counts) - 1) / (2 * Math.log(2));
    return Math.min(count, (Histogram.bits(counts) + bias) / Byte.SIZE);
  }
}
