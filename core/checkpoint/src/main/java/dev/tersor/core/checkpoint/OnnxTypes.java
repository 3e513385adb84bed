package dev.tersor.core.checkpoint;

import java.util.List;

/** TensorProto.DataType. */
final class OnnxTypes {
  private static final List<String> NAMES =
      List.of(
          "UNDEFINED",
          "FLOAT",
          "UINT8",
          "INT8",
          "UINT16",
          "INT16",
          "INT32",
          "INT64",
          "STRING",
          "BOOL",
          "FLOAT16",
          "DOUBLE",
          "UINT32",
          "UINT64",
          "COMPLEX64",
          "COMPLEX128",
          "BFLOAT16",
          "FLOAT8E4M3FN",
          "FLOAT8E4M3FNUZ",
          "FLOAT8E5M2",
          "FLOAT8E5M2FNUZ",
          "UINT4",
          "INT4",
          "FLOAT4E2M1",
          "FLOAT8E8M0");

  private OnnxTypes() {}

  static String name(long type) {
    return type >= 0 && type < NAMES.size() ? NAMES.get((int) type) : "data type " + type;
  }

  /** Whether it is one of numbers that weights can be: floating-point, complex, or not known. */
  static boolean isNumber(long type) {
    return type != 0 && !StoredTensor.isOfNoWeights(name(type));
  }

  static DType dtype(long type) {
    return switch (name(type)) {
      case "FLOAT" -> DType.F32;
      case "FLOAT16" -> DType.F16;
      case "BFLOAT16" -> DType.BF16;
      case "INT8" -> DType.I8;
      case "INT16" -> DType.I16;
      case "INT32" -> DType.I32;
      case "INT64" -> DType.I64;
      case "UINT8" -> DType.U8;
      case "UINT16" -> DType.U16;
      case "UINT32" -> DType.U32;
      case "UINT64" -> DType.U64;
      case "BOOL" -> DType.BOOL;
      default -> DType.OTHER;
    };
  }
}
