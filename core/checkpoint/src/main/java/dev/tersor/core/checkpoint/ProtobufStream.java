package dev.tersor.core.checkpoint;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The numbers of a repeated protobuf field, packed or not, as a stream of numbers of equal width,
 * little-endian. The field is that of the first tag; others between are skipped.
 *
 * <p>Example, 16-bit numbers in field 5: {@code 2A 03 01 80 7C} (two packed varints, 1 and 15872)
 * and {@code 28 02} (one more, 2) become {@code 01 00 00 3E 02 00}.
 */
final class ProtobufStream extends InputStream {
  private static final int BUFFER_BYTES = 1 << 13;

  private final CodedInputStream in;
  private final int width;
  private final byte[] ready = new byte[BUFFER_BYTES];
  private int at;
  private int end;
  private int field;

  /** The wire type of numbers in packed fields. */
  private final int packed;

  private int outer;
  private boolean inPacked;

  /**
   * @param stored of the fields, from the first tag on
   * @param length bytes of it
   * @param format of the numbers, each 1, 2, 4 or 8 bytes wide: floating-point numbers of 4 and 8
   *     are fixed ones in the file, all others varints
   */
  ProtobufStream(InputStream stored, long length, StoredFormat format) throws IOException {
    this.in = CodedInputStream.newInstance(stored, BUFFER_BYTES);
    this.width = format.bytes();
    this.packed =
        format == DType.F32
            ? WireFormat.WIRETYPE_FIXED32
            : format == DType.F64 ? WireFormat.WIRETYPE_FIXED64 : WireFormat.WIRETYPE_VARINT;
    in.setSizeLimit(Integer.MAX_VALUE);
    in.pushLimit(Math.toIntExact(length));
  }

  @Override
  public int read() throws IOException {
    return at < end || fill() ? ready[at++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (at == end && !fill()) {
      return -1;
    }
    int count = Math.min(length, end - at);
    System.arraycopy(ready, at, into, offset, count);
    at += count;
    return count;
  }

  private boolean fill() throws IOException {
    at = 0;
    end = 0;
    try {
      while (end + width <= ready.length && next()) {
        end += width;
      }
    } catch (InvalidProtocolBufferException e) {
      EOFException damaged = new EOFException(e.getMessage());
      damaged.initCause(e);
      throw damaged;
    }
    return end > 0;
  }

  /** Puts the next number behind those that are ready. */
  private boolean next() throws IOException {
    while (true) {
      if (inPacked) {
        if (in.getBytesUntilLimit() > 0) {
          number(packed);
          return true;
        }
        in.popLimit(outer);
        inPacked = false;
      }
      int tag = in.readTag();
      if (tag == 0) {
        return false;
      }
      int type = WireFormat.getTagWireType(tag);
      if (field == 0) {
        field = WireFormat.getTagFieldNumber(tag);
      }
      if (WireFormat.getTagFieldNumber(tag) != field) {
        if (!in.skipField(tag)) {
          throw new EOFException("the end of a group that was not begun");
        }
      } else if (type == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        outer = in.pushLimit(in.readRawVarint32());
        inPacked = true;
      } else {
        number(type);
        return true;
      }
    }
  }

  private void number(int type) throws IOException {
    long bits =
        switch (type) {
          case WireFormat.WIRETYPE_VARINT -> fitting(in.readRawVarint64());
          case WireFormat.WIRETYPE_FIXED32 -> in.readRawLittleEndian32();
          case WireFormat.WIRETYPE_FIXED64 -> in.readRawLittleEndian64();
          default -> throw new EOFException("a number of wire type " + type);
        };
    for (int i = 0; i < width; i++) {
      ready[end + i] = (byte) (bits >>> (8 * i));
    }
  }

  /** Refuses a number that its type does not hold, with a sign or without. */
  private long fitting(long value) throws EOFException {
    int spare = Long.SIZE - 8 * width;
    boolean signed = value << spare >> spare == value;
    boolean unsigned = value << spare >>> spare == value;
    if (!signed && !unsigned) {
      throw new EOFException("%d does not fit %d bits".formatted(value, 8 * width));
    }
    return value;
  }
}
