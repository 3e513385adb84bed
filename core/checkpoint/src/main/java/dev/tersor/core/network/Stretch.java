package dev.tersor.core.network;

/**
 * A run of a file's bytes that are of one kind.
 *
 * @param from byte offset in the file
 * @param length bytes
 * @param width bytes of an element, the first of which begins at {@code from} (of deflated bytes:
 *     where they are inflated); 0 where that is not known
 * @param isDeflated whether the bytes are deflated ones, all that belong together
 * @param base byte offset in the base of what is there instead; -1 where nothing is
 */
record Stretch(long from, long length, int width, boolean isDeflated, long base) {
  /** How far from a byte's offset the one in the base is; only where there is one. */
  long shift() {
    return base - from;
  }

  boolean hasBase() {
    return base >= 0;
  }
}
