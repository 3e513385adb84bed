package dev.tersor.core.board;

/**
 * Where a window goes on an input.
 *
 * @param in channels x height x width
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Windows(long[] in, long rows, long columns, int stride, int padding) {
  long outHeight() {
    return (in[1] + 2L * padding - rows) / stride + 1;
  }

  long outWidth() {
    return (in[2] + 2L * padding - columns) / stride + 1;
  }

  /** A {@code tersor_window} in C. */
  String text() {
    return "&(const tersor_window){%d, %d, %d, %d, %d, %d, %d, %d, %d}"
        .formatted(in[0], in[1], in[2], rows, columns, stride, padding, outHeight(), outWidth());
  }
}
