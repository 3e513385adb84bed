package dev.tersor.core.checkpoint.keras;

import dev.tersor.core.checkpoint.BigEndian;
import dev.tersor.core.checkpoint.DType;
import dev.tersor.core.checkpoint.PagedFile;
import dev.tersor.core.checkpoint.StoredFormat;
import java.io.IOException;

/**
 * A datatype message (section IV.A.2.d): the class in the low half of the first byte, three bytes
 * of flags, four of the size of an element; numbers then say which of its bits are used, and floats
 * where exponent and mantissa lie.
 *
 * @param bytes of an element
 * @param name as h5py spells it, for example {@code float32}; that of the class where it is no
 *     number
 * @param isOpaque whether it is bytes that only an attribute gives a meaning
 */
record HdfType(StoredFormat format, String name, long bytes, boolean isOpaque) {
  private static final int FIXED = 0;
  private static final int FLOAT = 1;
  private static final int OPAQUE = 5;
  private static final int ENUM = 8;
  private static final int VARIABLE = 9;
  private static final String[] CLASSES = {
    "fixed",
    "float",
    "time",
    "string",
    "bits",
    "opaque",
    "compound",
    "reference",
    "enum",
    "vlen",
    "array",
    "complex"
  };

  static HdfType read(PagedFile file, HdfHeader.Message message) throws IOException {
    long at = message.at();
    int kind = file.u8(at) & 0xF;
    int flags = file.u8(at + 1);
    long bytes = file.u32(at + 4);
    boolean bigEndian = (flags & 1) != 0;
    DType dtype = DType.OTHER;
    String name = kind < CLASSES.length ? CLASSES[kind] : "class " + kind;
    if (kind == FIXED && message.bytes() >= 12) {
      boolean whole = file.u16(at + 8) == 0 && file.u16(at + 10) == 8 * bytes;
      boolean signed = (flags & 8) != 0;
      name = (signed ? "int" : "uint") + 8 * bytes;
      dtype = whole ? integer(name) : DType.OTHER;
    } else if (kind == FLOAT && message.bytes() >= 20) {
      name = "float" + 8 * bytes;
      dtype = number(file, at, bytes);
      if (dtype == DType.BF16) {
        name = "bfloat16";
      }
    }
    if (kind == VARIABLE && (flags & 0xF) == 1) {
      name = "string";
    } else if (kind == ENUM) {
      // What h5py makes of flags.
      name = "int" + 8 * bytes + " in an enum";
    }
    StoredFormat format = bigEndian && dtype != DType.OTHER ? BigEndian.of(dtype) : dtype;
    return new HdfType(format, name, bytes, kind == OPAQUE);
  }

  /** The same bytes as brain floats, which HDF5 has no type for and Keras writes as opaque ones. */
  static HdfType brain() {
    return new HdfType(DType.BF16, "bfloat16", Short.BYTES, false);
  }

  private static DType integer(String name) {
    return switch (name) {
      case "int8" -> DType.I8;
      case "int16" -> DType.I16;
      case "int32" -> DType.I32;
      case "int64" -> DType.I64;
      case "uint8" -> DType.U8;
      case "uint16" -> DType.U16;
      case "uint32" -> DType.U32;
      case "uint64" -> DType.U64;
      default -> DType.OTHER;
    };
  }

  /** Exponent at and wide so many bits, then the mantissa; the bias is behind them. */
  private static DType number(PagedFile file, long at, long bytes) throws IOException {
    String bits =
        "%d: %d+%d %d+%d, %d"
            .formatted(
                bytes,
                file.u8(at + 12),
                file.u8(at + 13),
                file.u8(at + 14),
                file.u8(at + 15),
                file.u32(at + 16));
    return switch (bits) {
      case "8: 52+11 0+52, 1023" -> DType.F64;
      case "4: 23+8 0+23, 127" -> DType.F32;
      case "2: 10+5 0+10, 15" -> DType.F16;
      case "2: 7+8 0+7, 127" -> DType.BF16;
      default -> DType.OTHER;
    };
  }
}
