package dev.tersor.core.checkpoint.tflite;

import dev.tersor.core.checkpoint.DType;
import java.util.List;

/** TensorType of the schema. */
final class TfliteTypes {
  private static final List<String> NAMES =
      List.of(
          "FLOAT32",
          "FLOAT16",
          "INT32",
          "UINT8",
          "INT64",
          "STRING",
          "BOOL",
          "INT16",
          "COMPLEX64",
          "INT8",
          "FLOAT64",
          "COMPLEX128",
          "UINT64",
          "RESOURCE",
          "VARIANT",
          "UINT32",
          "UINT16",
          "INT4",
          "BFLOAT16",
          "INT2",
          "UINT4",
          "FLOAT8_E4M3FN",
          "FLOAT8_E5M2");

  private TfliteTypes() {}

  static String name(int type) {
    return type < NAMES.size() ? NAMES.get(type) : "tensor type " + type;
  }

  static DType dtype(int type) {
    return switch (name(type)) {
      case "FLOAT64" -> DType.F64;
      case "FLOAT32" -> DType.F32;
      case "FLOAT16" -> DType.F16;
      case "BFLOAT16" -> DType.BF16;
      case "FLOAT8_E4M3FN" -> DType.F8_E4M3;
      case "FLOAT8_E5M2" -> DType.F8_E5M2;
      case "INT64" -> DType.I64;
      case "INT32" -> DType.I32;
      case "INT16" -> DType.I16;
      case "INT8" -> DType.I8;
      case "INT4" -> DType.I4;
      case "UINT64" -> DType.U64;
      case "UINT32" -> DType.U32;
      case "UINT16" -> DType.U16;
      case "UINT8" -> DType.U8;
      case "UINT4" -> DType.U4;
      case "BOOL" -> DType.BOOL;
      default -> DType.OTHER;
    };
  }
}
