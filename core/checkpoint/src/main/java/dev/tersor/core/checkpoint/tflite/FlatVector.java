package dev.tersor.core.checkpoint.tflite;

import dev.tersor.core.checkpoint.PagedFile;
import java.io.IOException;

/**
 * A vector of a flatbuffer: its count in four bytes, then its elements side by side.
 *
 * @param at byte offset of the first element
 */
record FlatVector(PagedFile file, long at, long count, int elementBytes) {
  private static final int MAX_WALKED = 1 << 24;

  /**
   * @throws dev.tersor.core.bits.MalformedInputException if it is not within the file
   */
  FlatVector {
    file.checkRange("a vector", at, count * elementBytes);
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Bytes of all elements. */
  long bytes() {
    return count * elementBytes;
  }

  /**
   * Count of elements that are walked or kept.
   *
   * @throws dev.tersor.core.bits.MalformedInputException if no file of use has so many
   */
  int size() {
    if (count > MAX_WALKED) {
      throw file.malformed("a vector of %d elements, at most %d".formatted(count, MAX_WALKED), at);
    }
    return (int) count;
  }

  FlatTable table(long index) throws IOException {
    long position = at + index * elementBytes;
    return new FlatTable(file, position + file.u32(position));
  }

  int i32(long index) throws IOException {
    return file.i32(at + index * elementBytes);
  }

  /** All elements, of 32 bits. */
  int[] i32s() throws IOException {
    int[] all = new int[size()];
    // What is made of a number takes more than the number.
    file.charge(4 * bytes(), at);
    for (int i = 0; i < all.length; i++) {
      all[i] = i32(i);
    }
    return all;
  }

  long i64(long index) throws IOException {
    return file.i64(at + index * elementBytes);
  }
}
