package dev.tersor.core.index;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codes;
import java.util.Arrays;
import java.util.List;

/**
 * The streams of the groups of one size s: {@code starts-s}, the groups sorted by start and then
 * stride, each start as its difference from the one before (from 0 at first) in bytes, 255 for
 * every full 255 and then the rest; {@code strides-s}, stride - 1 in 4 bits, one zero added where
 * their number is odd, and absent for groups of one; {@code lanes-s}, s values a group.
 */
final class GroupStreams {
  private static final int ESCAPE = 255;

  private GroupStreams() {}

  static void add(FoundGroups found, Codes codes, List<Stream> streams) {
    int lanes = found.lanes();
    int n = found.count();
    int[] starts = new int[2 * n + codes.size() / ESCAPE + 1];
    int[] strides = new int[n + (n & 1)];
    int[] values = new int[n * lanes];
    byte[] all = codes.codes();
    int used = 0;
    int last = 0;
    int value = 0;
    int group = 0;
    for (long sorted : found.sorted()) {
      int start = (int) (sorted >>> 32);
      int stride = (int) sorted;
      int difference = start - last;
      for (; difference >= ESCAPE; difference -= ESCAPE) {
        starts[used++] = ESCAPE;
      }
      starts[used++] = difference;
      last = start;
      strides[group++] = stride - 1;
      for (int lane = 0, at = start; lane < lanes; lane++, at += stride) {
        values[value++] = all[at] & 0xFF;
      }
    }
    streams.add(
        new Stream("starts-" + lanes, Role.INDEX, new Symbols(Arrays.copyOf(starts, used), 8)));
    if (lanes > 1) {
      streams.add(new Stream("strides-" + lanes, Role.INDEX, new Symbols(strides, 4)));
    }
    streams.add(
        new Stream(
            "lanes-" + lanes, Role.VALUE, new Symbols(values, codes.bits()), found.padding()));
  }

  /** Bytes that the starts take. */
  static int startBytes(FoundGroups found) {
    int bytes = found.count();
    int last = 0;
    for (long sorted : found.sorted()) {
      int start = (int) (sorted >>> 32);
      bytes += (start - last) / ESCAPE;
      last = start;
    }
    return bytes;
  }

  /** Puts the lanes of all groups of a size where they belong in {@code codes}. */
  static void place(byte[] codes, int bits, int lanes, int groups, Split split) {
    String name = "starts-" + lanes;
    byte[] starts = split.bytes(name);
    int[] strides =
        lanes == 1
            ? new int[groups]
            : split.values("strides-" + lanes, Role.INDEX, 4, groups + (groups & 1));
    byte[] values = split.codes("lanes-" + lanes, bits, Math.multiplyExact(groups, lanes));
    int start = 0;
    int at = 0;
    for (int g = 0; g < groups; g++) {
      int next;
      do {
        if (at == starts.length) {
          throw new MalformedInputException("stream '" + name + "' ends early", at);
        }
        next = starts[at++] & 0xFF;
        start += next;
        if (start >= codes.length) {
          throw Elements.outside(name, at - 1, start, codes.length);
        }
      } while (next == ESCAPE);
      int stride = strides[g] + 1;
      if (start + (lanes - 1) * stride >= codes.length) {
        throw Elements.outside(name, at - 1, start + (lanes - 1L) * stride, codes.length);
      }
      // The bounds are checked, so that the lanes are stores without a test between them.
      int from = g * lanes;
      for (int lane = 0, to = start; lane < lanes; lane++, to += stride) {
        codes[to] = values[from + lane];
      }
    }
    if (at != starts.length) {
      throw new MalformedInputException("stream '" + name + "' is longer than its groups", at);
    }
  }
}
