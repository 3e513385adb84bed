package dev.tersor.core.checkpoint.torch;

import dev.tersor.core.checkpoint.DType;
import java.util.Locale;

/** The types of PyTorch's elements, by the name of their storage's class where they have one. */
enum TorchType {
  FLOAT64("DoubleStorage", DType.F64),
  FLOAT32("FloatStorage", DType.F32),
  FLOAT16("HalfStorage", DType.F16),
  BFLOAT16("BFloat16Storage", DType.BF16),
  INT64("LongStorage", DType.I64),
  INT32("IntStorage", DType.I32),
  INT16("ShortStorage", DType.I16),
  INT8("CharStorage", DType.I8),
  UINT8("ByteStorage", DType.U8),
  BOOL("BoolStorage", DType.BOOL),
  QINT8("QInt8Storage", DType.I8),
  QUINT8("QUInt8Storage", DType.U8),
  QINT32("QInt32Storage", DType.I32),
  COMPLEX64("ComplexFloatStorage", 8),
  COMPLEX128("ComplexDoubleStorage", 16),
  /** Bytes, of which the tensor says the type. */
  UNTYPED("UntypedStorage", DType.U8),
  UINT16(null, DType.U16),
  UINT32(null, DType.U32),
  UINT64(null, DType.U64),
  FLOAT8_E4M3FN(null, DType.F8_E4M3),
  FLOAT8_E5M2(null, DType.F8_E5M2),
  FLOAT8_E4M3FNUZ(null, DType.F8_E4M3FNUZ),
  FLOAT8_E5M2FNUZ(null, DType.F8_E5M2FNUZ),
  FLOAT8_E8M0FNU(null, DType.F8_E8M0),
  COMPLEX32(null, 4);

  private final String storage;
  private final DType dtype;
  private final int bytes;

  TorchType(String storage, DType dtype) {
    this.storage = storage;
    this.dtype = dtype;
    this.bytes = dtype.bytes();
  }

  /** Elements that are not read. */
  TorchType(String storage, int bytes) {
    this.storage = storage;
    this.dtype = DType.OTHER;
    this.bytes = bytes;
  }

  DType dtype() {
    return dtype;
  }

  /** Bytes of an element. */
  int bytes() {
    return bytes;
  }

  boolean isQuantised() {
    return this == QINT8 || this == QUINT8 || this == QINT32;
  }

  /** As Python spells it. */
  String spelling() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The type of a class of storages or of a dtype, or null if the name is of none. */
  static TorchType of(String module, String name) {
    for (TorchType type : values()) {
      boolean isDtype = type != UNTYPED && name.equals(type.spelling());
      if (module.equals("torch") && (name.equals(type.storage) || isDtype)) {
        return type;
      }
    }
    return module.equals("torch.storage") && name.equals(UNTYPED.storage) ? UNTYPED : null;
  }
}
