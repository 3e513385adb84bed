package dev.tersor.core.checkpoint;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.tensor.Shape;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The header of a .npy file: {@code \x93NUMPY}, major and minor version, the length of a text (2
 * bytes in version 1, 4 in versions 2 and 3), and the text, a Python dictionary such as {@code
 * {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }} padded with spaces and a newline.
 *
 * @param descr the dtype as NumPy spells it
 * @param order order of the elements
 * @param shape dimensions
 * @param bytes length of the whole header
 */
record NpyHeader(String descr, Extent.Order order, Shape shape, int bytes) {
  // NumPy itself reads no more than 10,000 characters unless told to.
  private static final int MAX_TEXT_BYTES = 1 << 20;

  /**
   * Reads a header from the start of a stream and leaves the stream at the first element.
   *
   * @param position byte offset of the header, for errors
   * @throws EOFException if the stream ends within the header
   */
  static NpyHeader read(InputStream in, HeaderChecks checks, String tensor, long position)
      throws IOException {
    byte[] prefix = in.readNBytes(8);
    if (prefix.length < 8
        || !Arrays.equals(prefix, 0, Npy.MAGIC.length, Npy.MAGIC, 0, Npy.MAGIC.length)) {
      throw checks.malformed(tensor, "no npy header", position);
    }
    int major = prefix[6];
    if (major < 1 || major > 3 || prefix[7] != 0) {
      throw checks.malformed(
          tensor,
          "npy version %d.%d, expected 1.0, 2.0 or 3.0".formatted(major, prefix[7]),
          position + 6);
    }
    int lengthBytes = major == 1 ? 2 : 4;
    byte[] field = Arrays.copyOf(in.readNBytes(lengthBytes), 4);
    int length = LittleEndian.getInt(field, 0);
    if (length < 0 || length > MAX_TEXT_BYTES) {
      throw checks.malformed(
          tensor,
          "npy header of %s bytes, at most %d"
              .formatted(Integer.toUnsignedString(length), MAX_TEXT_BYTES),
          position + 8);
    }
    byte[] text = in.readNBytes(length);
    long textStart = position + 8 + lengthBytes;
    if (text.length < length) {
      throw checks.malformed(
          tensor, "npy header of %d bytes ends early".formatted(length), textStart + text.length);
    }
    NpyDict dict =
        new NpyDict(
            new String(text, major == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1),
            message -> checks.malformed(tensor, "npy header: " + message, textStart));
    dict.parse();
    Shape shape = checks.shape(tensor, dict.dims(), textStart);
    // With one axis the two orders are the same.
    boolean fortran = dict.fortran() && shape.rank() > 1;
    return new NpyHeader(
        dict.descr(),
        fortran ? Extent.Order.FORTRAN : Extent.Order.C,
        shape,
        8 + lengthBytes + length);
  }

  StoredFormat dtype() {
    if (descr.length() != 3 || "<>|=".indexOf(descr.charAt(0)) < 0) {
      return DType.OTHER;
    }
    DType dtype =
        switch (descr.substring(1)) {
          case "f8" -> DType.F64;
          case "f4" -> DType.F32;
          case "f2" -> DType.F16;
          case "i8" -> DType.I64;
          case "i4" -> DType.I32;
          case "i2" -> DType.I16;
          case "i1" -> DType.I8;
          case "u8" -> DType.U64;
          case "u4" -> DType.U32;
          case "u2" -> DType.U16;
          case "u1" -> DType.U8;
          case "b1" -> DType.BOOL;
          default -> DType.OTHER;
        };
    // Of "=" and "|" NumPy writes only the second, of numbers of one byte.
    return descr.charAt(0) == '>' ? BigEndian.of(dtype) : dtype;
  }

  /** Refuses an array whose data are not as long as its shape says. */
  void checkLength(HeaderChecks checks, String tensor, long has, long position) {
    // Items of other dtypes: a byte order, a kind and a number of bytes, as in '<i8' or '|b1'.
    if (descr.matches("[<>|=]?[biufcV][0-9]{1,4}")) {
      int itemBytes = Integer.parseInt(descr.replaceAll("[^0-9]", ""));
      long needed = checks.bytes(tensor, shape, 8 * itemBytes, position);
      checks.sameLength(tensor, shape, descr, needed, has, position);
    }
  }

  StoredTensor tensor(String name, Extent extent) {
    return new StoredTensor(name, name, dtype(), descr, shape, Layout.AS_STORED, extent);
  }
}
