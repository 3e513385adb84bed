package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.Fixtures.concat;
import static dev.tersor.core.checkpoint.Fixtures.u64;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A GGUF file, written field by field. */
final class GgufBytes {
  static final int UINT32 = 4;
  static final int STRING = 8;
  static final int ARRAY = 9;

  private final boolean bigEndian;
  private final ByteArrayOutputStream values = new ByteArrayOutputStream();
  private final ByteArrayOutputStream infos = new ByteArrayOutputStream();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private int alignment = 32;
  private long valueCount;
  private long tensorCount;
  private int version = 3;

  GgufBytes(boolean bigEndian) {
    this.bigEndian = bigEndian;
  }

  /** A file of all kinds of values and three tensors. */
  static byte[] small(boolean bigEndian) {
    GgufBytes file = new GgufBytes(bigEndian);
    return file.value("general.architecture", STRING, file.text("llama"))
        .value("general.file_type", UINT32, file.number(2, 4))
        .value("a", ARRAY, file.number(STRING, 4), file.number(2, 8), file.text("x"), file.text(""))
        .value("n", ARRAY, file.number(5, 4), file.number(3, 8), new byte[12])
        .tensor("w", 2, new byte[36], 32, 2)
        .tensor("b", 0, new byte[12], 3)
        .tensor("h", 1, new byte[8], 2, 2)
        .bytes();
  }

  byte[] number(long value, int bytes) {
    byte[] little = Arrays.copyOf(u64(value), bytes);
    for (int i = 0; bigEndian && i < bytes / 2; i++) {
      byte kept = little[i];
      little[i] = little[bytes - 1 - i];
      little[bytes - 1 - i] = kept;
    }
    return little;
  }

  byte[] text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return concat(number(utf8.length, 8), utf8);
  }

  GgufBytes version(int newVersion) {
    version = newVersion;
    return this;
  }

  GgufBytes alignment(int newAlignment) {
    alignment = newAlignment;
    return value("general.alignment", UINT32, number(newAlignment, 4));
  }

  GgufBytes value(String key, int type, byte[]... content) {
    valueCount++;
    values.writeBytes(concat(text(key), number(type, 4), concat(content)));
    return this;
  }

  /** Dimensions innermost first, as in the file. */
  GgufBytes tensor(String name, int type, byte[] bytes, long... dims) {
    return tensorAt(data.size(), name, type, bytes, dims);
  }

  GgufBytes tensorAt(long offset, String name, int type, byte[] bytes, long... dims) {
    tensorCount++;
    infos.writeBytes(concat(text(name), number(dims.length, 4)));
    for (long dim : dims) {
      infos.writeBytes(number(dim, 8));
    }
    infos.writeBytes(concat(number(type, 4), number(offset, 8)));
    data.writeBytes(bytes);
    data.writeBytes(new byte[padding(data.size())]);
    return this;
  }

  private int padding(int length) {
    return (alignment - length % alignment) % alignment;
  }

  byte[] bytes() {
    return bytes(tensorCount, valueCount);
  }

  /** With counts that lie. */
  byte[] bytes(long tensors, long metadata) {
    byte[] header =
        concat(
            new byte[] {'G', 'G', 'U', 'F'},
            number(version, 4),
            number(tensors, 8),
            number(metadata, 8),
            values.toByteArray(),
            infos.toByteArray());
    return concat(header, new byte[padding(header.length)], data.toByteArray());
  }
}
