package dev.tersor.core.index;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.bits.PackedInts;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.util.List;

/**
 * The gaps between non-zeros (zeros skipped since the non-zero before, or the start) as quotient
 * and remainder of a divisor M: {@code golomb} with any M (Golomb, "Run-Length Encodings", 1966),
 * {@code rice} with a power of two (Rice, "Some Practical Universal Noiseless Coding Techniques",
 * 1979). Near the entropy where zeros fall at random, and no fillers.
 *
 * <p>Streams: {@code divisor}, M in 32 bits; {@code quotients}, for each gap as many bits 0 as its
 * quotient says and then a 1; {@code remainders}, see below; {@code values}. Quotients and
 * remainders are strings of bits, in symbols of 8 bits, the first bit the lowest one. With {@code k
 * = floor(log2 M)} and {@code u = 2^(k+1) - M}, a remainder r below u is k bits, its lowest first;
 * any other one is the k bits of {@code (r+u) div 2} and then the bit {@code (r+u) mod 2}, so that
 * the k bits alone tell which it is. For a power of two, u is M and all have k bits. {@code 4 +
 * ceil((nnz + sum of quotients)/8) + ceil((k*nnz + remainders >= u)/8) + ceil(nnz*b/8)} bytes.
 *
 * <p>M takes the fewest bytes of quotients and remainders, of these the fewest bits, and is the
 * smallest of those: for rice of all powers of two; for golomb of these and all numbers up to twice
 * {@code ln 2 * N/nnz}, the optimum of zeros at random. So golomb never takes more than rice.
 *
 * <p>Example: 0 0 0 0 5 0 0 0 0 0 0 7 has the gaps 4 and 6. As rice with M = 4 quotients 01 01,
 * remainders 00 01: 0A and 08. As golomb with M = 3, k = 1, u = 1 quotients 01 001, remainders 10
 * 0: 12 and 01. Values 5 7.
 */
final class Golomb implements IndexScheme {
  private static final String DIVISOR = "divisor";
  private static final String QUOTIENTS = "quotients";
  private static final String REMAINDERS = "remainders";

  private final String name;
  private final boolean powersOnly;

  private Golomb(String name, boolean powersOnly) {
    this.name = name;
    this.powersOnly = powersOnly;
  }

  static Golomb rice() {
    return new Golomb("rice", true);
  }

  static Golomb golomb() {
    return new Golomb("golomb", false);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Access access() {
    return Access.SEQUENTIAL;
  }

  @Override
  public Split split(Codes codes, SharedWork work) {
    int[] positions = codes.nonZeroPositions();
    Gaps gaps = new Gaps(positions);
    int divisor = divisor(gaps, codes.size());
    BitString quotients = new BitString((int) quotientBits(gaps, divisor));
    BitString remainders = new BitString((int) remainderBits(gaps, divisor));
    int low = low(divisor);
    int longFrom = longFrom(divisor);
    int atQuotient = 0;
    int atRemainder = 0;
    int last = -1;
    for (int position : positions) {
      int gap = position - last - 1;
      int quotient = powersOnly ? gap >>> low : gap / divisor;
      int remainder = gap - quotient * divisor;
      atQuotient += quotient;
      quotients.set(atQuotient++);
      if (remainder < longFrom) {
        remainders.put(atRemainder, remainder);
        atRemainder += low;
      } else {
        int moved = remainder + longFrom;
        remainders.put(atRemainder, (moved >>> 1) | ((moved & 1) << low));
        atRemainder += low + 1;
      }
      last = position;
    }
    return new Split(
        List.of(
            new Stream(DIVISOR, Role.INDEX, new Symbols(new int[] {divisor}, 32)),
            quotients.stream(QUOTIENTS, atQuotient),
            remainders.stream(REMAINDERS, atRemainder),
            Elements.values(codes, work)));
  }

  private int divisor(Gaps gaps, int size) {
    int nonZeros = gaps.count();
    if (nonZeros == 0) {
      return 1;
    }
    int best = 1;
    long least = cost(gaps, 1);
    // From the first power above the longest gap on there are only remainders, and they grow.
    for (int divisor = 2; divisor >>> 1 <= gaps.longest(); divisor <<= 1) {
      long cost = cost(gaps, divisor);
      if (cost < least) {
        least = cost;
        best = divisor;
      }
    }
    int most = powersOnly ? 0 : (int) Math.min(size, 2 * Math.log(2) * size / nonZeros + 1);
    for (int divisor = 1; divisor <= most; divisor++) {
      long cost = cost(gaps, divisor);
      if (cost < least || (cost == least && divisor < best)) {
        least = cost;
        best = divisor;
      }
    }
    return best;
  }

  /** Bytes, and in the lower half bits, to choose between divisors of equally many bytes. */
  private static long cost(Gaps gaps, int divisor) {
    long quotients = quotientBits(gaps, divisor);
    long remainders = remainderBits(gaps, divisor);
    long bytes = PackedInts.bytes(quotients, 1) + PackedInts.bytes(remainders, 1);
    return (bytes << 32) + quotients + remainders;
  }

  private static long quotientBits(Gaps gaps, int divisor) {
    return gaps.count() + gaps.quotients(divisor);
  }

  private static long remainderBits(Gaps gaps, int divisor) {
    long shortest = (long) low(divisor) * gaps.count();
    return shortest + gaps.remaindersFrom(longFrom(divisor), divisor);
  }

  /** Bits of a short remainder: k. */
  private static int low(int divisor) {
    return 31 - Integer.numberOfLeadingZeros(divisor);
  }

  /** The first remainder that takes one bit more: u. */
  private static int longFrom(int divisor) {
    return 2 * Integer.highestOneBit(divisor) - divisor;
  }

  @Override
  public byte[] join(Shape shape, int bits, Split split) {
    byte[] codes = new byte[(int) shape.size()];
    int divisor = divisor(split, codes.length);
    byte[] values = split.codes(VALUES, bits);
    BitString quotients = BitString.of(QUOTIENTS, split);
    BitString remainders = BitString.of(REMAINDERS, split);
    int low = low(divisor);
    int longFrom = longFrom(divisor);
    int mask = (1 << low) - 1;
    int atQuotient = 0;
    int atRemainder = 0;
    int position = -1;
    for (int i = 0; i < values.length; i++) {
      int one = quotients.nextOne(atQuotient);
      if (one == quotients.size()) {
        throw quotients.endsEarly(QUOTIENTS);
      }
      long window = remainders.window(atRemainder);
      int remainder = (int) window & mask;
      // 1 for a long remainder, without a branch: which it is cannot be foreseen.
      int more = (longFrom - 1 - remainder) >>> 31;
      remainder += more * (remainder + (int) ((window >>> low) & 1) - longFrom);
      atRemainder += low + more;
      if (atRemainder > remainders.size()) {
        throw remainders.endsEarly(REMAINDERS);
      }
      long next = position + 1L + (long) (one - atQuotient) * divisor + remainder;
      if (next >= codes.length) {
        throw Elements.outside(QUOTIENTS, one >>> 3, next, codes.length);
      }
      if (values[i] == 0) {
        throw Elements.zeroValue(i);
      }
      position = (int) next;
      codes[position] = values[i];
      atQuotient = one + 1;
    }
    quotients.checkEnd(QUOTIENTS, atQuotient);
    remainders.checkEnd(REMAINDERS, atRemainder);
    return codes;
  }

  private int divisor(Split split, int size) {
    int divisor = split.values(DIVISOR, Role.INDEX, 32, 1)[0];
    // The largest that is written is the first power of two above the longest gap.
    if (divisor < 1 || divisor > 2L * size + 1 || (powersOnly && Integer.bitCount(divisor) != 1)) {
      throw new MalformedInputException(
          "stream 'divisor' says " + Integer.toUnsignedString(divisor), 0);
    }
    return divisor;
  }
}
