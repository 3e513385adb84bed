package dev.tersor.core.index;

import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * The ascending positions of the non-zeros in two parts (Elias, "Efficient Storage and Retrieval by
 * Content and Address of Static Files", 1974; Fano, "On the Number of Bits Required to Implement an
 * Associative Memory", 1971; Vigna, "Quasi-Succinct Indices", 2013): the low {@code l =
 * floor(log2(N/nnz))} bits as they are, the rest in unary. Streams: {@code low}, {@code l} bits a
 * position, absent if l = 0; {@code high}, a string of bits in symbols of 8 bits, the first bit the
 * lowest one, in which bit {@code (p >> l) + i} is set for the i-th position p, counted from 0;
 * {@code values}. The string has {@code nnz + ((N-1) >> l)} bits, none without non-zeros. {@code
 * ceil(nnz*l/8) + ceil((nnz + ((N-1) >> l))/8) + ceil(nnz*b/8)} bytes.
 *
 * <p>At most two bits a position and the logarithm of the mean distance. With the number of ones
 * before each of its words, every word of the high part decodes by itself.
 *
 * <p>Example: 0 0 0 5 0 0 0 0 0 0 0 7 has N/nnz = 6 and l = 2; positions 3 and 11 are low 3 3, high
 * parts 0 and 2, that is bits 0 and 3 of high 09, values 5 7.
 */
final class EliasFano implements IndexScheme {
  private static final String LOW = "low";
  private static final String HIGH = "high";

  @Override
  public String name() {
    return "elias-fano";
  }

  @Override
  public Access access() {
    return Access.PARALLEL;
  }

  private static int lowBits(int size, int nonZeros) {
    return nonZeros == 0 ? 0 : 31 - Integer.numberOfLeadingZeros(size / nonZeros);
  }

  private static int highBits(int size, int nonZeros, int low) {
    return nonZeros == 0 ? 0 : nonZeros + ((size - 1) >>> low);
  }

  @Override
  public Split split(Codes codes, SharedWork work) {
    int[] positions = codes.nonZeroPositions();
    int width = lowBits(codes.size(), positions.length);
    int mask = (1 << width) - 1;
    int[] low = new int[positions.length];
    BitString high = new BitString(highBits(codes.size(), positions.length, width));
    for (int i = 0; i < positions.length; i++) {
      low[i] = positions[i] & mask;
      high.set((positions[i] >>> width) + i);
    }
    List<Stream> streams = new ArrayList<>();
    if (width > 0) {
      streams.add(new Stream(LOW, Role.INDEX, new Symbols(low, width)));
    }
    streams.add(high.stream(HIGH, high.size()));
    streams.add(Elements.values(codes, work));
    return new Split(streams);
  }

  @Override
  public byte[] join(Shape shape, int bits, Split split) {
    byte[] codes = new byte[(int) shape.size()];
    byte[] values = split.codes(VALUES, bits);
    if (values.length > codes.length) {
      throw Elements.outside(VALUES, codes.length, values.length, codes.length);
    }
    int width = lowBits(codes.length, values.length);
    int[] low =
        width == 0 ? new int[values.length] : split.values(LOW, Role.INDEX, width, values.length);
    BitString high = BitString.of(HIGH, split);
    int highBits = highBits(codes.length, values.length, width);
    int last = -1;
    int at = 0;
    for (int i = 0; i < values.length; i++) {
      int one = high.nextOne(at);
      if (one == high.size()) {
        throw high.endsEarly(HIGH);
      }
      // Too many zeros before a one lead to a position of N or above, ...
      long position = ((long) (one - i) << width) + low[i];
      if (position >= codes.length) {
        throw Elements.outside(HIGH, one >>> 3, position, codes.length);
      }
      // ... and two equal high parts need low parts that ascend.
      if (position <= last) {
        throw Elements.outside(LOW, i, position, codes.length);
      }
      if (values[i] == 0) {
        throw Elements.zeroValue(i);
      }
      last = (int) position;
      codes[last] = values[i];
      at = one + 1;
    }
    if (high.nextOne(at) != high.size()) {
      throw Elements.tooLong(HIGH, high.nextOne(at) >>> 3);
    }
    high.checkEnd(HIGH, highBits);
    return codes;
  }
}
