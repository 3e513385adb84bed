package dev.tersor.core.checkpoint.torch;

/**
 * The names beside those of types that a pickle may use: what tensors and containers are made by.
 */
enum Global {
  ORDERED_DICT("collections", "OrderedDict"),
  COUNTER("collections", "Counter"),
  SET("builtins", "set"),
  FROZEN_SET("builtins", "frozenset"),
  BYTES("builtins", "bytes"),
  BYTE_ARRAY("builtins", "bytearray"),
  /** How protocols below 3 write bytes: as text. */
  ENCODE("_codecs", "encode"),
  SIZE("torch", "Size"),
  DEVICE("torch", "device"),
  REBUILD_TENSOR("torch._utils", "_rebuild_tensor"),
  REBUILD_TENSOR_V2("torch._utils", "_rebuild_tensor_v2"),
  REBUILD_TENSOR_V3("torch._utils", "_rebuild_tensor_v3"),
  REBUILD_PARAMETER("torch._utils", "_rebuild_parameter"),
  REBUILD_PARAMETER_WITH_STATE("torch._utils", "_rebuild_parameter_with_state"),
  REBUILD_QTENSOR("torch._utils", "_rebuild_qtensor"),
  PER_TENSOR_AFFINE("torch", "per_tensor_affine"),
  PER_CHANNEL_AFFINE("torch", "per_channel_affine");

  private final String module;
  private final String name;

  Global(String module, String name) {
    this.module = module;
    this.name = name;
  }

  /** The one of this module and name, or null. Python 2 has another name for its builtins. */
  static Global of(String module, String name) {
    String today = module.equals("__builtin__") ? "builtins" : module;
    for (Global global : values()) {
      if (global.module.equals(today) && global.name.equals(name)) {
        return global;
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return module + "." + name;
  }
}
