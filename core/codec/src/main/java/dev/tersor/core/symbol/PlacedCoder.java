package dev.tersor.core.symbol;

import dev.tersor.core.bits.MalformedInputException;
import java.util.Arrays;

/**
 * A coder whose contexts are what lies around a weight in its tensor. It takes masks bit by bit and
 * other symbols as numbers, of which a {@link Binarisation} says sign and magnitude.
 *
 * <p><b>Table</b>: the binarisation; a byte, the level of the mean magnitude ({@link
 * Neighbours#level}); what the coder adds. A stream of a single distinct symbol has its
 * binarisation alone and no payload, and an empty one has neither.
 */
abstract class PlacedCoder implements SymbolCoder {
  private static final int MAX_WIDTH = 16;

  /** Even a bit of the highest probability takes more than 2^-12 bits. */
  private static final int MOST_SYMBOLS_A_BIT = 1 << 12;

  private static final double LEAST_SHARE = 0.75;

  /** Bytes of payload that a decoder makes up at the end. */
  private static final int MADE_UP = 8;

  /**
   * A stream as numbers, one a weight where its place is known.
   *
   * @param place of the stream
   * @param start level of the mean magnitude
   */
  record Numbers(Place place, Binarisation binarisation, int start) {
    /** Whether something is known of signs: kernels are smooth. */
    boolean expectsSigns(Axes axes) {
      return binarisation.hasSign() && axes.kernel() > 1;
    }
  }

  @Override
  public final boolean accepts(Symbols symbols) {
    return symbols.width() <= MAX_WIDTH;
  }

  @Override
  public final boolean isRandomAccess() {
    return false;
  }

  @Override
  public final boolean usesPlace() {
    return true;
  }

  /**
   * A guess, since only coding tells: contexts save a tenth of trained codes, and a fifth of masks
   * that leave out whole columns.
   */
  @Override
  public final double leastBits(Symbols symbols) {
    return LEAST_SHARE * Entropy.of(symbols).bits();
  }

  /**
   * A better guess: a long stream of which a {@link Stripe} shows no gain is not worth coding. What
   * is overlooked so was at most two thousandths smaller in trained networks.
   */
  @Override
  public final double leastBits(Symbols symbols, Place place) {
    double share =
        Stripe.of(symbols, place)
            .map(stripe -> stripe.leastShare(this, LEAST_SHARE))
            .orElse(LEAST_SHARE);
    return share * Entropy.of(symbols).bits();
  }

  @Override
  public final Coded encode(Symbols symbols) {
    return encode(symbols, Place.UNKNOWN);
  }

  @Override
  public final Symbols decode(Coded coded, int count, int width) {
    return decode(coded, count, width, Place.UNKNOWN);
  }

  /**
   * Codes numbers.
   *
   * @return the table that is to follow the common one, and the payload
   */
  abstract Coded encode(int[] values, Numbers numbers);

  /**
   * Decodes all of {@code values}.
   *
   * @param from where this coder's own part of the table begins
   */
  abstract void decode(Coded coded, int from, Numbers numbers, int[] values);

  @Override
  public final Coded encode(Symbols symbols, Place place) {
    int[] frequencies = symbols.frequencies();
    int count = symbols.count();
    if (count == 0) {
      return new Coded(new byte[0], new byte[0]);
    }
    int first = symbols.values()[0];
    if (frequencies[first] == count) {
      return new Coded(Binarisation.constant(first, symbols.width()).write(), new byte[0]);
    }
    Place known = place.ofSymbols(count, symbols.width());
    boolean isMask = known.weights() > 1;
    int[] values = isMask ? bits(symbols.values(), known.shape().size()) : symbols.values();
    Binarisation binarisation =
        isMask
            ? new Binarisation(Binarisation.Kind.TREE, 0, 1)
            : Binarisation.ofNumbers(frequencies, symbols.width());
    long total = 0;
    for (int value : values) {
      total += Math.abs(binarisation.magnitude(value));
    }
    int start = Neighbours.level((int) (total * Neighbours.ONE / values.length));
    Coded coded = encode(values, new Numbers(known, binarisation, start));
    byte[] head = binarisation.write();
    byte[] own = coded.table();
    byte[] table = Arrays.copyOf(head, head.length + 1 + own.length);
    table[head.length] = (byte) start;
    System.arraycopy(own, 0, table, head.length + 1, own.length);
    return new Coded(table, coded.payload());
  }

  /** A mask as a number for each weight. */
  private static int[] bits(int[] symbols, long size) {
    int[] bits = new int[(int) size];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = symbols[i >>> 3] >>> (i & 7) & 1;
    }
    return bits;
  }

  @Override
  public final Symbols decode(Coded coded, int count, int width, Place place) {
    byte[] table = coded.table();
    byte[] payload = coded.payload();
    if (coded.isEmpty(count)) {
      return new Symbols(new int[0], width);
    }
    Place known = place.ofSymbols(count, width);
    boolean isConstant = Binarisation.isConstant(table);
    boolean isMask = known.weights() > 1 && !isConstant;
    int numberWidth = isMask ? 1 : width;
    int head = Binarisation.bytes(table, numberWidth);
    if (table.length < head) {
      throw new MalformedInputException("table of " + table.length + " bytes", table.length);
    }
    Binarisation binarisation = Binarisation.read(Arrays.copyOf(table, head), numberWidth);
    if (isConstant) {
      if (payload.length != 0 || table.length != head) {
        throw new MalformedInputException("one symbol needs no payload", head);
      }
      int[] values = new int[count];
      Arrays.fill(values, binarisation.number());
      return new Symbols(values, width);
    }
    if (table.length == head || (table[head] & 0xFF) >= Neighbours.LEVELS) {
      throw new MalformedInputException("no level of the mean magnitude", head);
    }
    int weights = isMask ? (int) known.shape().size() : count;
    if (weights > (payload.length + (long) MADE_UP) * Byte.SIZE * MOST_SYMBOLS_A_BIT) {
      throw new MalformedInputException(
          weights + " symbols cannot be in " + payload.length + " bytes", table.length);
    }
    int[] values = new int[weights];
    decode(coded, head + 1, new Numbers(known, binarisation, table[head]), values);
    return isMask ? bytes(values, width) : new Symbols(values, width);
  }

  private static Symbols bytes(int[] bits, int width) {
    byte[] bytes = new byte[(bits.length + 7) >>> 3];
    for (int i = 0; i < bits.length; i++) {
      bytes[i >>> 3] |= (byte) (bits[i] << (i & 7));
    }
    return Symbols.ofBytes(bytes, width);
  }
}
