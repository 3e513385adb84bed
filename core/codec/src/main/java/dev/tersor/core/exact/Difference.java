package dev.tersor.core.exact;

/** How elements are told from those of a base at the same place. */
enum Difference {
  /** They are not. */
  NONE(0),

  /** Bits that differ. */
  XOR(1),

  /** x - b as numbers of the element's width, 0, -1, 1, -2, .. as 0, 1, 2, 3, .. */
  MINUS(2);

  private final int code;

  Difference(int code) {
    this.code = code;
  }

  /** What says so in the form of a chunk. */
  int code() {
    return code;
  }

  /** The one of a code, or null if there is none. */
  static Difference of(int code) {
    return code == NONE.code ? NONE : code == XOR.code ? XOR : code == MINUS.code ? MINUS : null;
  }

  /**
   * Puts what differs in the place of the elements.
   *
   * @param bytes changed from {@code from} on
   * @param base of the same length as the bytes from {@code from} on
   */
  void apply(byte[] bytes, int from, int length, byte[] base, Form form) {
    if (this == NONE) {
      return;
    }
    int width = form.width();
    int end = form.lead() + width * form.elements(length);
    for (int at = form.lead(); at < end; at += width) {
      long x = Planes.element(bytes, from + at, width);
      long b = Planes.element(base, at, width);
      Planes.put(bytes, from + at, this == XOR ? x ^ b : folded(x - b, width), width);
    }
  }

  /** The inverse of {@link #apply}. */
  void restore(byte[] bytes, int from, int length, byte[] base, Form form) {
    if (this == NONE) {
      return;
    }
    int width = form.width();
    int end = form.lead() + width * form.elements(length);
    for (int at = form.lead(); at < end; at += width) {
      long d = Planes.element(bytes, from + at, width);
      long b = Planes.element(base, at, width);
      Planes.put(bytes, from + at, this == XOR ? d ^ b : b + (d >>> 1 ^ -(d & 1)), width);
    }
  }

  /** A number of a width by its size: its sign becomes the lowest bit. */
  private static long folded(long number, int width) {
    int unused = Long.SIZE - Byte.SIZE * width;
    long signed = number << unused >> unused;
    return signed << 1 ^ signed >> (Long.SIZE - 1);
  }
}
