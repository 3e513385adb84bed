package dev.tersor.core.index;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Groups of equidistant elements, and another scheme for those that are in none ("Smaller
 * together", sections III-B and III-C; sizes 16, 12, 8, 4, strides 1 to 16, occupancy 0.8 as in
 * Table II).
 *
 * <p>Streams: {@code groups}, the number of groups of each size, largest first, 32 bits each; for
 * each size s {@code starts-s}, the groups sorted by start and then stride, each start as its
 * difference from the one before (from 0 at first) in bytes, 255 for every full 255 and then the
 * rest; {@code strides-s}, stride - 1 in 4 bits, one zero added where their number is odd; {@code
 * lanes-s}, s values a group; then the streams of the other scheme over the elements left. With G_s
 * groups of size s {@code 16 + sum(starts + ceil(G_s/2) + ceil(s*G_s*b/8))} bytes and the
 * remainder.
 *
 * <p>A lane of a group that is no element may be one of another group or of the remainder. Every
 * lane therefore stores the value that the tensor has at its position, so that the order of
 * decoding does not matter.
 *
 * <p>Example: 16 non-zeros in a row from position 3 on are groups 1 0 0 0, starts-16 3, strides-16
 * 0 0, lanes-16 the 16 values, and an empty remainder.
 */
public final class Hybrid implements IndexScheme {
  private static final int[] SIZES = {16, 12, 8, 4};
  private static final int STRIDES = 16;
  private static final double THETA = 0.8;
  private static final int ESCAPE = 255;
  private static final String GROUPS = "groups";

  private final String name;
  private final IndexScheme remainder;

  /**
   * @param remainder the scheme of the elements that are in no group
   */
  Hybrid(String name, IndexScheme remainder) {
    this.name = name;
    this.remainder = remainder;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Access access() {
    return remainder.access().and(Access.PARALLEL);
  }

  @Override
  public Split split(Codes codes) {
    GroupSearch search = new GroupSearch(codes.nonZeroPositions(), codes.size(), THETA);
    List<Stream> streams = new ArrayList<>();
    int[] counts = new int[SIZES.length];
    streams.add(new Stream(GROUPS, Role.INDEX, new Symbols(counts, 32)));
    for (int i = 0; i < SIZES.length; i++) {
      int before = search.left();
      GroupSearch.Found found = search.take(SIZES[i], STRIDES);
      counts[i] = found.starts().length;
      int covered = before - search.left();
      addStreams(found, codes, counts[i] * SIZES[i] - covered, streams);
    }
    int[] rest = search.rest();
    streams.addAll(
        remainder instanceof Dcsr
            ? Dcsr.split(rest, codes)
            : remainder.split(only(rest, codes)).streams());
    return new Split(streams);
  }

  private static Codes only(int[] positions, Codes codes) {
    byte[] kept = new byte[codes.size()];
    for (int position : positions) {
      kept[position] = codes.codes()[position];
    }
    return new Codes(codes.shape(), kept, codes.codebook());
  }

  private static void addStreams(
      GroupSearch.Found found, Codes codes, int padding, List<Stream> streams) {
    int lanes = found.size();
    int n = found.starts().length;
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(
                Comparator.comparingInt((Integer g) -> found.starts()[g])
                    .thenComparingInt(g -> found.strides()[g]))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] starts = new int[2 * n + codes.size() / ESCAPE + 1];
    int[] strides = new int[n + (n & 1)];
    int[] values = new int[n * lanes];
    int used = 0;
    int last = 0;
    for (int i = 0; i < n; i++) {
      int start = found.starts()[order[i]];
      int stride = found.strides()[order[i]];
      int difference = start - last;
      for (; difference >= ESCAPE; difference -= ESCAPE) {
        starts[used++] = ESCAPE;
      }
      starts[used++] = difference;
      last = start;
      strides[i] = stride - 1;
      for (int lane = 0; lane < lanes; lane++) {
        values[i * lanes + lane] = codes.codes()[start + lane * stride] & 0xFF;
      }
    }
    streams.add(
        new Stream("starts-" + lanes, Role.INDEX, new Symbols(Arrays.copyOf(starts, used), 8)));
    streams.add(new Stream("strides-" + lanes, Role.INDEX, new Symbols(strides, 4)));
    streams.add(
        new Stream("lanes-" + lanes, Role.VALUE, new Symbols(values, codes.bits()), padding));
  }

  @Override
  public byte[] join(Shape shape, int bits, Split split) {
    byte[] codes = remainder.join(shape, bits, split);
    int[] counts = split.values(GROUPS, Role.INDEX, 32, SIZES.length);
    for (int i = 0; i < SIZES.length; i++) {
      if (counts[i] < 0 || counts[i] > codes.length) {
        throw Elements.outside(GROUPS, i, counts[i], codes.length);
      }
      place(codes, bits, SIZES[i], counts[i], split);
    }
    return codes;
  }

  private static void place(byte[] codes, int bits, int lanes, int groups, Split split) {
    String name = "starts-" + lanes;
    int[] starts = split.values(name, Role.INDEX, 8);
    int[] strides = split.values("strides-" + lanes, Role.INDEX, 4, groups + (groups & 1));
    int[] values =
        split.values("lanes-" + lanes, Role.VALUE, bits, Math.multiplyExact(groups, lanes));
    int start = 0;
    int at = 0;
    for (int g = 0; g < groups; g++) {
      int next;
      do {
        if (at == starts.length) {
          throw new MalformedInputException("stream '" + name + "' ends early", at);
        }
        next = starts[at++];
        start += next;
        if (start >= codes.length) {
          throw Elements.outside(name, at - 1, start, codes.length);
        }
      } while (next == ESCAPE);
      int stride = strides[g] + 1;
      if (start + (lanes - 1) * stride >= codes.length) {
        throw Elements.outside(name, at - 1, start + (lanes - 1L) * stride, codes.length);
      }
      for (int lane = 0; lane < lanes; lane++) {
        codes[start + lane * stride] = (byte) values[g * lanes + lane];
      }
    }
    if (at != starts.length) {
      throw new MalformedInputException("stream '" + name + "' is longer than its groups", at);
    }
  }
}
