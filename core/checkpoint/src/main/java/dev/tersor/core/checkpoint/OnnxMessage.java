package dev.tersor.core.checkpoint;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** A protobuf message that is being written, field by field. */
final class OnnxMessage {
  /** How a field is written. */
  private interface Field {
    void write(CodedOutputStream out) throws IOException;
  }

  private static final int CHUNK_BYTES = 1 << 16;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

  OnnxMessage number(int field, long value) {
    return add(coded -> coded.writeInt64(field, value));
  }

  OnnxMessage decimal(int field, float value) {
    return add(coded -> coded.writeFloat(field, value));
  }

  OnnxMessage text(int field, String value) {
    return add(coded -> coded.writeString(field, value));
  }

  OnnxMessage texts(int field, List<String> values) {
    values.forEach(value -> text(field, value));
    return this;
  }

  OnnxMessage message(int field, OnnxMessage value) {
    byte[] inner = value.toBytes();
    return add(coded -> coded.writeByteArray(field, inner));
  }

  /** A field of another message as it stands there, tag included. */
  OnnxMessage copied(int tag, OnnxWire wire) throws IOException {
    wire.copy(tag, out);
    return this;
  }

  /** The tag and the length of a field whose content is written next. */
  OnnxMessage head(int tag, int length) {
    return add(
        coded -> {
          coded.writeUInt32NoTag(tag);
          coded.writeUInt32NoTag(length);
        });
  }

  /** Bytes of a file as they are. */
  OnnxMessage raw(ByteSource source, long from, long to) throws IOException {
    byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, to - from)];
    for (long at = from; at < to; ) {
      int count = (int) Math.min(chunk.length, to - at);
      source.readFully(at, chunk, 0, count);
      add(coded -> coded.writeRawBytes(chunk, 0, count));
      at += count;
    }
    return this;
  }

  /** Bytes that are written. */
  int size() {
    flush();
    return bytes.size();
  }

  private OnnxMessage add(Field field) {
    try {
      field.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  byte[] toBytes() {
    flush();
    return bytes.toByteArray();
  }

  private void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
