package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.OnnxWire.tag;

import com.google.protobuf.WireFormat;
import java.io.IOException;

/**
 * The elements of a tensor that lie in fields of a message, in float_data or its like: numbers of
 * fixed width, or varints.
 *
 * <ul>
 *   <li>One packed field of fixed numbers: they lie side by side.
 *   <li>A field for each number: a tag byte lies before each.
 *   <li>Varints, and several packed fields: the extent runs from the first tag to the last number,
 *       and is read as {@link Extent.Storage#PROTOBUF}.
 * </ul>
 */
final class OnnxElements {
  static final int FLOATS = 4;
  static final int INT32S = 5;
  static final int INT64S = 7;
  static final int DOUBLES = 10;
  static final int UINT64S = 11;

  private final int field;
  private final String name;

  /** Bytes of a number; 0 of varints. */
  private final int width;

  private long start;
  private long end;
  private long numberBytes;
  private int packedRuns;
  private int singles;
  private boolean scattered;

  /**
   * @param field the number of the field
   * @param width bytes of each number, 0 of varints
   */
  OnnxElements(int field, String name, int width) {
    this.field = field;
    this.name = name;
    this.width = width;
  }

  /** Those of a TensorProto. */
  static OnnxElements[] ofTensor() {
    return new OnnxElements[] {
      new OnnxElements(FLOATS, "float_data", Float.BYTES),
      new OnnxElements(INT32S, "int32_data", 0),
      new OnnxElements(INT64S, "int64_data", 0),
      new OnnxElements(DOUBLES, "double_data", Double.BYTES),
      new OnnxElements(UINT64S, "uint64_data", 0)
    };
  }

  String name() {
    return name;
  }

  int field() {
    return field;
  }

  boolean isEmpty() {
    return packedRuns + singles == 0;
  }

  /**
   * Reads the field if it is this one.
   *
   * @param at byte offset of the tag
   */
  boolean read(OnnxWire wire, int tag, long at) throws IOException {
    long before = wire.position();
    if (tag == OnnxWire.bytesTag(field)) {
      int bytes = wire.skipBytes(name);
      if (bytes > 0) {
        add(at, wire.position() - bytes, wire.position());
        packedRuns++;
        numberBytes += bytes;
      }
      return true;
    }
    if (tag == tag(field, single())) {
      wire.skip(tag);
      add(at, before, wire.position());
      singles++;
      numberBytes += width;
      return true;
    }
    return false;
  }

  private int single() {
    return switch (width) {
      case 0 -> WireFormat.WIRETYPE_VARINT;
      case Float.BYTES -> WireFormat.WIRETYPE_FIXED32;
      default -> WireFormat.WIRETYPE_FIXED64;
    };
  }

  /** A run of numbers from {@code first} on, whose field begins at {@code at}. */
  private void add(long at, long first, long until) {
    if (isEmpty()) {
      start = at;
    }
    // A tag of more than a byte, as only unusual writers have, is no stride either.
    scattered |= !isEmpty() && (at != end || packedRuns > 0 || first != at + 1);
    scattered |= first - at > 1 && until - first == width;
    end = until;
  }

  /** Whether it is known how many bytes the numbers take. */
  boolean isFixed() {
    return width > 0;
  }

  /** Bytes of all numbers, without tags. */
  long bytes() {
    return numberBytes;
  }

  /** Bytes of the fields, tags included: there are no more numbers than that. */
  long extentBytes() {
    return end - start;
  }

  Extent extent(String file, StoredFormat format) {
    if (!isFixed() || scattered || (packedRuns > 0 && singles > 0)) {
      return new Extent(
          file, start, end - start, Extent.Storage.PROTOBUF, 0, format.bytes(), Extent.Order.C);
    }
    int stride = singles > 0 ? width + 1 : width;
    long length = singles > 0 ? end - start - 1 : numberBytes;
    return new Extent(file, end - length, length, Extent.Storage.RAW, 0, stride, Extent.Order.C);
  }
}
