package dev.tersor.core.exact;

/**
 * What a chunk's bytes are taken for, in one byte of the file: bits 0 and 1 the logarithm of the
 * element's width, bit 2 whether elements are rotated left by one bit, bits 3 to 5 how many bytes
 * lie ahead of the first element, bits 6 and 7 the {@link Difference}.
 *
 * @param width bytes of an element: 1, 2, 4 or 8
 * @param rotated whether elements are rotated left by one bit, as floats are
 * @param lead bytes ahead of the first element, fewer than an element has
 */
record Form(int width, boolean rotated, int lead, Difference difference) {
  private static final int ROTATED = 4;
  private static final int LEAD = 3;
  private static final int DIFFERENCE = 6;

  /** Bytes that are no numbers. */
  static final Form BYTES = new Form(1, false, 0, Difference.NONE);

  int code() {
    return Integer.numberOfTrailingZeros(width)
        | (rotated ? ROTATED : 0)
        | lead << LEAD
        | difference.code() << DIFFERENCE;
  }

  /** The form of a code, or null if there is none. */
  static Form of(int code) {
    int width = 1 << (code & 3);
    boolean rotated = (code & ROTATED) != 0;
    int lead = code >>> LEAD & 7;
    Difference difference = Difference.of(code >>> DIFFERENCE);
    if (lead >= width || (width == 1 && rotated) || difference == null) {
      return null;
    }
    return new Form(width, rotated, lead, difference);
  }

  /** Elements in so many bytes. */
  int elements(int length) {
    return Math.max(0, length - lead) / width;
  }
}
