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

  private OnnxMessage add(Field field) {
    try {
      field.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  byte[] toBytes() {
    try {
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
