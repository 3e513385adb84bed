package dev.tersor.core.checkpoint;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Protobuf's wire format over a source: a cursor over the fields of nested messages that knows its
 * byte offset and skips contents by seeking.
 */
final class OnnxWire {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int MAX_TEXT_BYTES = 1 << 16;
  // What the texts that are kept may take, objects around them included. The graph of a model of
  // billions of weights stays far below.
  private static final int MAX_RETAINED_BYTES = 1 << 28;
  private static final int OBJECT_BYTES = 64;

  private final CodedInputStream in;
  private final HeaderChecks checks;
  private long retained;

  OnnxWire(ByteSource source, HeaderChecks checks) throws IOException {
    long length = source.length();
    if (length >= Integer.MAX_VALUE) {
      throw checks.malformed(
          "%d bytes, but protobuf limits an ONNX file to 2 GiB: larger models keep their weights"
                  .formatted(length)
              + " in external data files",
          0);
    }
    this.checks = checks;
    this.in = CodedInputStream.newInstance(new SourceStream(source, 0, length), BUFFER_BYTES);
    in.setSizeLimit(Integer.MAX_VALUE);
    in.pushLimit((int) length);
  }

  static int tag(int field, int wireType) {
    return field << 3 | wireType;
  }

  static int varintTag(int field) {
    return tag(field, WireFormat.WIRETYPE_VARINT);
  }

  static int bytesTag(int field) {
    return tag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
  }

  static boolean isBytes(int tag) {
    return WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }

  /** The tag of the next field; 0 at the end of the message. */
  int next() throws IOException {
    return in.readTag();
  }

  /** Byte offset in the file. */
  long position() {
    return in.getTotalBytesRead();
  }

  /** Bytes to the end of the message. */
  int remaining() {
    return in.getBytesUntilLimit();
  }

  /** Steps into a message or a packed field; the result is for {@link #leave}. */
  int enter(String what) throws IOException {
    return in.pushLimit(length(what));
  }

  void leave(int outer) {
    in.popLimit(outer);
  }

  long varint() throws IOException {
    return in.readRawVarint64();
  }

  /** A name, which is kept. */
  String text(String what) throws IOException {
    int length = length(what);
    if (length > MAX_TEXT_BYTES) {
      throw checks.malformed(
          "%s of %d bytes, at most %d".formatted(what, length, MAX_TEXT_BYTES), position());
    }
    retained += length + OBJECT_BYTES;
    if (retained > MAX_RETAINED_BYTES) {
      throw checks.malformed(
          "more than %d bytes of names".formatted(MAX_RETAINED_BYTES), position());
    }
    return new String(in.readRawBytes(length), StandardCharsets.UTF_8);
  }

  /** Skips a length-delimited field and returns the length; its content ends at the position. */
  int skipBytes(String what) throws IOException {
    int length = length(what);
    in.skipRawBytes(length);
    return length;
  }

  void skipFixed32() throws IOException {
    in.skipRawBytes(4);
  }

  /** Copies a field that begins with this tag. */
  void copy(int tag, CodedOutputStream out) throws IOException {
    out.writeUInt32NoTag(tag);
    switch (WireFormat.getTagWireType(tag)) {
      case WireFormat.WIRETYPE_VARINT -> out.writeUInt64NoTag(in.readRawVarint64());
      case WireFormat.WIRETYPE_FIXED64 -> out.writeFixed64NoTag(in.readRawLittleEndian64());
      case WireFormat.WIRETYPE_FIXED32 -> out.writeFixed32NoTag(in.readRawLittleEndian32());
      case WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
        int length = length("field " + WireFormat.getTagFieldNumber(tag));
        out.writeUInt32NoTag(length);
        out.writeRawBytes(in.readRawBytes(length));
      }
      default -> throw checks.malformed("a group, which ONNX has not", position());
    }
  }

  void skip(int tag) throws IOException {
    if (isBytes(tag)) {
      skipBytes("field " + WireFormat.getTagFieldNumber(tag));
    } else if (!in.skipField(tag)) {
      throw checks.malformed("the end of a group that was not begun", position());
    }
  }

  private int length(String what) throws IOException {
    long at = position();
    int length = in.readRawVarint32();
    if (length < 0 || length > remaining()) {
      throw checks.malformed(
          "%s of %s bytes, %d are left"
              .formatted(what, Integer.toUnsignedString(length), remaining()),
          at);
    }
    return length;
  }
}
