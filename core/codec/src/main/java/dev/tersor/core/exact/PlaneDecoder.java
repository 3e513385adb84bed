package dev.tersor.core.exact;

import dev.tersor.core.bits.ByteReader;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.symbol.ByteContexts;
import dev.tersor.core.symbol.ByteRans;
import dev.tersor.core.symbol.ByteZstandard;
import dev.tersor.core.symbol.Coded;
import java.util.Arrays;

/** Reads what {@link PlaneEncoder} stored. Not for several threads. */
final class PlaneDecoder {
  private static final String PLANE = "plane";

  private final ByteRans rans = new ByteRans();

  /**
   * Decodes a plane.
   *
   * @param in stands at the plane's method, and behind it after that
   * @param stored what {@code in} reads
   * @param above the array of the next higher plane, and where it begins there; null if there is
   *     none
   * @param into where the plane is put, unless it lies in {@code stored} as it is
   * @return where it begins in {@code stored}, or -1 if it is in {@code into}
   * @throws MalformedInputException if it is none, with its position in {@code stored}
   */
  int decode(ByteReader in, byte[] stored, int count, byte[] above, int aboveAt, byte[] into) {
    PlaneMethod method = PlaneMethod.of(in.u8("method of a plane"));
    if (method == null) {
      throw new MalformedInputException("a plane of unknown method", in.position() - 1);
    }
    int start = in.position();
    switch (method) {
      case RAW -> {
        in.skip(count, PLANE);
        return start;
      }
      case CONSTANT -> Arrays.fill(into, 0, count, (byte) in.u8(PLANE));
      case RANS -> {
        int table = in.varint("length of a table");
        int payload = in.varint("length of a payload");
        start = in.position();
        Coded coded = new Coded(in.raw(table, PLANE), in.raw(payload, PLANE));
        decode(start, () -> rans.decode(coded, into, count));
      }
      case ZSTANDARD -> {
        byte[] frame = framed(in);
        decode(in.position() - frame.length, () -> ByteZstandard.decode(frame, into, count));
      }
      case CONTEXTS -> {
        byte[] payload = framed(in);
        decode(
            in.position() - payload.length,
            () -> ByteContexts.decode(payload, into, count, above, aboveAt));
      }
    }
    return -1;
  }

  private static byte[] framed(ByteReader in) {
    return in.raw(in.varint("length of a plane"), PLANE);
  }

  private static void decode(int start, Runnable decoder) {
    try {
      decoder.run();
    } catch (MalformedInputException e) {
      throw new MalformedInputException("plane: " + e.getMessage(), start + e.position());
    }
  }
}
