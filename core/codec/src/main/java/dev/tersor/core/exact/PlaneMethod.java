package dev.tersor.core.exact;

/** How a plane is stored. */
enum PlaneMethod {
  /** Its bytes. */
  RAW(0),
  /** One byte, which all of them are. */
  CONSTANT(1),
  /** Lengths of table and payload (varints), and both: the coder rans, width 8. */
  RANS(2),
  /** A length (varint) and one frame of Zstandard. */
  ZSTANDARD(3),
  /** A length (varint) and the payload of {@link dev.tersor.core.symbol.ByteContexts}. */
  CONTEXTS(4);

  private final int code;

  PlaneMethod(int code) {
    this.code = code;
  }

  /** The byte that says so in the file. */
  int code() {
    return code;
  }

  /** The method of a byte, or null if there is none. */
  static PlaneMethod of(int code) {
    for (PlaneMethod method : values()) {
      if (method.code == code) {
        return method;
      }
    }
    return null;
  }
}
