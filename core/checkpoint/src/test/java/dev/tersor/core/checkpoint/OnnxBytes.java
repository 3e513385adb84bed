package dev.tersor.core.checkpoint;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** ONNX models written field by field. */
final class OnnxBytes {
  static final int FLOAT = 1;
  static final int INT64 = 7;
  static final int FLOAT16 = 10;
  static final int BFLOAT16 = 16;

  /** Writes the fields of one message. */
  interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private final ByteArrayOutputStream graph = new ByteArrayOutputStream();

  static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  OnnxBytes field(int number, byte[] message) {
    graph.writeBytes(message(out -> out.writeByteArray(number, message)));
    return this;
  }

  OnnxBytes node(String name, String op, String... inputs) {
    return node(name, op, out -> {}, inputs);
  }

  OnnxBytes node(String name, String op, Fields more, String... inputs) {
    return field(
        1,
        message(
            out -> {
              for (String input : inputs) {
                out.writeString(1, input);
              }
              out.writeString(2, "output");
              out.writeString(3, name);
              out.writeString(4, op);
              more.write(out);
            }));
  }

  static Fields intAttribute(String name, long value) {
    return out ->
        out.writeByteArray(
            5,
            message(
                attribute -> {
                  attribute.writeString(1, name);
                  attribute.writeInt64(3, value);
                  attribute.writeInt32(20, 2);
                }));
  }

  OnnxBytes tensor(String name, int type, long[] dims, Fields data) {
    return field(
        5,
        message(
            out -> {
              for (long dim : dims) {
                out.writeInt64(1, dim);
              }
              out.writeInt32(2, type);
              out.writeString(8, name);
              data.write(out);
            }));
  }

  OnnxBytes floats(String name, long... dims) {
    int size = 1;
    for (long dim : dims) {
      size *= (int) dim;
    }
    return tensor(name, FLOAT, dims, raw(Fixtures.f32(Fixtures.ramp(size))));
  }

  static Fields raw(byte[] bytes) {
    return out -> out.writeByteArray(9, bytes);
  }

  static Fields packed(float... values) {
    return out -> out.writeByteArray(4, Fixtures.f32(values));
  }

  static Fields unpacked(float... values) {
    return out -> {
      for (float value : values) {
        out.writeFloat(4, value);
      }
    };
  }

  /** Keys and values in turn. */
  static Fields external(String... entries) {
    return out -> {
      for (int i = 0; i < entries.length; i += 2) {
        String key = entries[i];
        String value = entries[i + 1];
        out.writeByteArray(
            13,
            message(
                entry -> {
                  entry.writeString(1, key);
                  entry.writeString(2, value);
                }));
      }
      out.writeInt32(14, 1);
    };
  }

  byte[] model() {
    return message(
        out -> {
          out.writeInt64(1, 8);
          out.writeString(2, "test");
          out.writeByteArray(7, graph.toByteArray());
          out.writeByteArray(8, message(opset -> opset.writeInt64(2, 17)));
        });
  }
}
