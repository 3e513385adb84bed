package dev.tersor.core.wavelet;

import dev.tersor.core.bits.BitVectorForm;
import dev.tersor.core.bits.ByteReader;
import dev.tersor.core.bits.ByteWriter;
import dev.tersor.core.bits.MalformedInputException;
import java.util.Arrays;

/** A tree's bytes behind a header that says what they are. */
final class SelfContained {
  private SelfContained() {}

  static byte[] write(Stored stored) {
    return new ByteWriter(stored.size() + stored.table().length + 16)
        .name(stored.shape().name())
        .name(stored.form().name())
        .u8(stored.width())
        .varint(stored.length())
        .varint(stored.table().length)
        .raw(stored.table())
        .raw(Arrays.copyOfRange(stored.bytes(), stored.at(), stored.at() + stored.size()))
        .toByteArray();
  }

  static WaveletTree open(byte[] bytes) {
    ByteReader in = new ByteReader(bytes, 0, bytes.length);
    Shape shape = constant(Shape.class, in.name("shape"));
    BitVectorForm form = constant(BitVectorForm.class, in.name("form"));
    int width = in.u8("width");
    int length = in.varint("length");
    int tableLength = in.varint("table");
    int table = in.position();
    byte[] code = in.raw(tableLength, "table");
    Stored stored;
    try {
      stored = new Stored(shape, form, width, length, code, bytes, in.position(), in.remaining());
    } catch (IllegalArgumentException e) {
      throw new MalformedInputException(e.getMessage(), 0);
    }
    try {
      return WaveletTree.open(stored);
    } catch (MalformedInputException e) {
      throw new MalformedInputException(e.getMessage(), table + e.position());
    }
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String name) {
    try {
      return Enum.valueOf(type, name);
    } catch (IllegalArgumentException e) {
      throw new MalformedInputException(
          "'" + name + "' is none of " + Arrays.toString(type.getEnumConstants()), 0);
    }
  }
}
