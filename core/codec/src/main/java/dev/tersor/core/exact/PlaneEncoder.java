package dev.tersor.core.exact;

import dev.tersor.core.bits.ByteWriter;
import dev.tersor.core.symbol.ByteContexts;
import dev.tersor.core.symbol.ByteRans;
import dev.tersor.core.symbol.ByteZstandard;
import dev.tersor.core.symbol.Coded;

/** Stores a plane in the method that suits it. Not for several threads. */
final class PlaneEncoder {
  /** The part of a plane that coding must save where speed goes first. */
  private static final double GAIN = 1.0 / 64;

  /** About what a table of rans takes: so many bytes, and one for each symbol that occurs. */
  private static final int TABLE_BYTES = 48;

  /** What is compressed to see whether strings come again. */
  private static final int TRIAL = 1 << 13;

  /** Strings that come again must save this part, since they take longer. */
  private static final double STRINGS = 0.97;

  private static final int QUICK = 1;
  private static final int LEVEL = 3;
  private static final int BEST_LEVEL = 19;

  private final Effort effort;
  private final ByteRans rans = new ByteRans();

  PlaneEncoder(Effort effort) {
    this.effort = effort;
  }

  /**
   * @param above the next higher plane, null if there is none
   * @param mayRepeat whether strings of bytes may come again though single bytes tell nothing
   */
  void encode(byte[] plane, int count, byte[] above, boolean mayRepeat, ByteWriter out) {
    int[] counts = Histogram.of(plane, 0, count);
    if (count > 0 && counts[plane[0] & 0xFF] == count) {
      out.u8(PlaneMethod.CONSTANT.code()).u8(plane[0] & 0xFF);
      return;
    }
    double order0 = Histogram.bits(counts) / Byte.SIZE + TABLE_BYTES + Histogram.distinct(counts);
    byte[] best = null;
    PlaneMethod method = PlaneMethod.RAW;
    // The fewest bytes that are worth it.
    double least = effort == Effort.FAST ? count * (1 - GAIN) : count;
    if (order0 < least) {
      best = written(rans.encode(plane, count, counts));
      method = PlaneMethod.RANS;
    }
    if (effort == Effort.SMALLEST && count > 0) {
      byte[] contexts = framed(ByteContexts.encode(plane, count, above));
      if (contexts.length < (best == null ? count : best.length)) {
        best = contexts;
        method = PlaneMethod.CONTEXTS;
      }
    }
    double bytes = best == null ? least : best.length;
    if ((mayRepeat || method != PlaneMethod.RAW) && repeats(plane, count)) {
      int level = effort == Effort.FAST ? LEVEL : BEST_LEVEL;
      byte[] frame = framed(ByteZstandard.encode(plane, 0, count, level));
      if (frame.length < STRINGS * bytes) {
        best = frame;
        method = PlaneMethod.ZSTANDARD;
      }
    }
    if (best == null || best.length >= count) {
      out.u8(PlaneMethod.RAW.code()).raw(plane, 0, count);
    } else {
      out.u8(method.code()).raw(best);
    }
  }

  private static byte[] written(Coded coded) {
    int size = coded.table().length + coded.payload().length;
    return new ByteWriter(size + 10)
        .varint(coded.table().length)
        .varint(coded.payload().length)
        .raw(coded.table())
        .raw(coded.payload())
        .toByteArray();
  }

  private static byte[] framed(byte[] bytes) {
    return new ByteWriter(bytes.length + 5).varint(bytes.length).raw(bytes).toByteArray();
  }

  /** Whether a quick compressor finds more in the middle of a plane than its single bytes tell. */
  private boolean repeats(byte[] plane, int count) {
    int length = Math.min(TRIAL, count);
    int from = (count - length) / 2;
    double order0 = Histogram.bits(Histogram.of(plane, from, length)) / Byte.SIZE;
    return ByteZstandard.encode(plane, from, length, QUICK).length < order0;
  }
}
