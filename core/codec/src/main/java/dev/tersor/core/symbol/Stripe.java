package dev.tersor.core.symbol;

import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.StateMachine;
import java.util.Arrays;
import java.util.Optional;

/**
 * Rows from the middle of a long stream, by which it is guessed what coding all of it would come
 * to. The first rows of an embedding are often of tokens that nobody uses; where codes depend on
 * the state of a machine the stripe is the first one, since no other state is known.
 *
 * @param symbols one a weight, or bytes of a mask
 */
record Stripe(Symbols symbols, Place place) {
  private static final int WEIGHTS = 1 << 15;

  /** A stream of fewer stripes is as quickly coded. */
  private static final int LEAST_STRIPES = 4;

  /** A stripe that says less says nothing: almost all its symbols are the same. */
  private static final double LEAST_BITS = 1 << 12;

  /**
   * What the rest of a stream may save for each bit that a stripe does; a model goes on learning.
   */
  private static final double GROWTH = 8;

  /** A stripe of a stream that is long enough for it. */
  static Optional<Stripe> of(Symbols symbols, Place place) {
    Place known = place.ofSymbols(symbols.count(), symbols.width());
    Shape shape = known.shape();
    if (shape.size() < (long) LEAST_STRIPES * WEIGHTS) {
      return Optional.empty();
    }
    boolean hasRows = shape.rows() > 1;
    long row = hasRows ? shape.rowLength() : 1;
    long rows = WEIGHTS / row;
    // The rows of a mask begin within a byte: as many of them as bytes hold are a stripe.
    long aligned = known.weights() / greatestDivisor(row, known.weights());
    rows -= rows % aligned;
    long from = known.machine() == StateMachine.NONE ? (shape.size() / row - rows) / 2 : 0;
    from -= from % aligned;
    if (rows == 0) {
      return Optional.empty();
    }
    int first = (int) (from * row / known.weights());
    int end = (int) ((from + rows) * row / known.weights());
    Symbols part = new Symbols(Arrays.copyOfRange(symbols.values(), first, end), symbols.width());
    Place there = new Place(cut(shape, rows, hasRows), known.weights(), known.machine());
    return Optional.of(new Stripe(part, there));
  }

  private static long greatestDivisor(long a, long b) {
    return b == 0 ? a : greatestDivisor(b, a % b);
  }

  private static Shape cut(Shape shape, long rows, boolean hasRows) {
    if (!hasRows) {
      return Shape.of(rows);
    }
    long[] dims = shape.dims();
    dims[0] = rows;
    return Shape.of(dims);
  }

  /** How often a mask has a 0 and a 1. */
  private int[] bits() {
    int ones = 0;
    for (int symbol : symbols.values()) {
      ones += Integer.bitCount(symbol);
    }
    return new int[] {place.weights() * symbols.count() - ones, ones};
  }

  /**
   * A guess from below of what a coder makes of a stream, as a share of its order-0 entropy: what
   * it makes of the stripe is compared with an adaptive code of single symbols, since both have to
   * learn. Above 1 the coder only loses.
   *
   * @param least what it is not guessed to be below
   */
  double leastShare(PlacedCoder coder, double least) {
    double alone = Entropy.adaptiveBits(place.weights() > 1 ? bits() : symbols.frequencies());
    if (alone < LEAST_BITS) {
      return least;
    }
    double share = Byte.SIZE * coder.encode(symbols, place).payload().length / alone;
    return share < 1 ? Math.max(least, 1 - GROWTH * (1 - share)) : share;
  }
}
