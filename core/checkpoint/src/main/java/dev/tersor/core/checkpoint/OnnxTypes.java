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

  /** The number of the type of that name, which is one that the list has. */
  static int number(String name) {
    return NAMES.indexOf(name);
  }

  /**
   * Whether the type of that name is one of numbers that weights can be: floating-point, complex,
   * or not known.
   */
  static boolean isNumber(String name) {
    return !name.equals("UNDEFINED") && !StoredTensor.isOfNoWeights(name);
  }

  static DType dtype(long type) {
    return switch (name(type)) {
      case "FLOAT" -> DType.F32;
      case "DOUBLE" -> DType.F64;
      case "FLOAT16" -> DType.F16;
      case "BFLOAT16" -> DType.BF16;
      case "FLOAT8E4M3FN" -> DType.F8_E4M3;
      case "FLOAT8E4M3FNUZ" -> DType.F8_E4M3FNUZ;
      case "FLOAT8E5M2" -> DType.F8_E5M2;
      case "FLOAT8E5M2FNUZ" -> DType.F8_E5M2FNUZ;
      case "FLOAT8E8M0" -> DType.F8_E8M0;
      case "FLOAT4E2M1" -> DType.F4;
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

  /** The field that holds a type's elements where raw_data does not. */
  static int field(DType dtype) {
    return switch (dtype) {
      case F32 -> OnnxElements.FLOATS;
      case F64 -> OnnxElements.DOUBLES;
      case I64 -> OnnxElements.INT64S;
      case U32, U64 -> OnnxElements.UINT64S;
      default -> OnnxElements.INT32S;
    };
  }
}
