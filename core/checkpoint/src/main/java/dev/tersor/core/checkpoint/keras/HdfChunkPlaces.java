package dev.tersor.core.checkpoint.keras;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.HeaderChecks;
import dev.tersor.core.checkpoint.PagedFile;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;

/**
 * The chunks of a dataset whose layout message has version 4 (section IV.A.2.i): a single one, all
 * of them side by side, or by one of three indexes. Behind the version the message has its class,
 * flags, the number of dimensions and one for the bytes of an element, the width of these, they
 * themselves, the kind of index, what that kind needs, and an address.
 */
final class HdfChunkPlaces {
  private static final int UNFILTERED_EDGES = 1;
  private static final int SINGLE_FILTERED = 2;
  private static final int SINGLE = 1;
  private static final int IMPLICIT = 2;
  private static final int FIXED = 3;
  private static final int EXTENSIBLE = 4;
  private static final int TREE = 5;

  /** Of a B-tree of version 2: chunks without filters, and with them. */
  private static final int TREE_OF_CHUNKS = 10;

  private static final int TREE_OF_FILTERED = 11;

  /** Gets the chunks, wherever they are found. */
  @FunctionalInterface
  interface Found {
    /**
     * @param corner in chunks, not in elements
     * @param at byte offset in the HDF5 file
     * @param mask of the filters that were left out
     */
    void chunk(long[] corner, long at, long bytes, int mask) throws IOException;
  }

  private final PagedFile file;
  private final HeaderChecks checks;
  private final String name;
  private final Shape shape;

  /** The most that dimensions may become; -1 without a limit. */
  private final long[] limits;

  private final boolean isFiltered;

  HdfChunkPlaces(PagedFile file, String name, Shape shape, long[] limits, boolean isFiltered) {
    this.file = file;
    this.checks = file.checks();
    this.name = name;
    this.shape = shape;
    this.limits = limits;
    this.isFiltered = isFiltered;
  }

  /** Where the dimensions of a chunk begin, and how many bytes each has. */
  static long dim(PagedFile file, long message, int axis) throws IOException {
    int width = file.u8(message + 4);
    if (width < 1 || width > Long.BYTES) {
      throw file.malformed("dimensions of %d bytes".formatted(width), message);
    }
    return HdfNumbers.unsigned(file, message + 5 + (long) axis * width, width);
  }

  /**
   * Finds all chunks.
   *
   * @param message the offset of the layout message
   * @param chunk dimensions of each
   * @param bytes of a chunk without filters
   */
  void find(long message, Shape chunk, long bytes, Found found) throws IOException {
    int flags = file.u8(message + 2);
    int rank = shape.rank();
    long kindAt = message + 5 + (long) (rank + 1) * file.u8(message + 4);
    int kind = file.u8(kindAt);
    Found each =
        (corner, at, size, mask) -> {
          boolean isEdge = false;
          for (int axis = 0; axis < rank; axis++) {
            isEdge |= (corner[axis] + 1) * chunk.dim(axis) > shape.dim(axis);
          }
          boolean plain = isEdge && (flags & UNFILTERED_EDGES) != 0;
          found.chunk(corner, at, size, plain ? -1 : mask);
        };
    switch (kind) {
      case SINGLE -> {
        boolean filtered = (flags & SINGLE_FILTERED) != 0;
        long size = filtered ? file.i64(kindAt + 1) : bytes;
        int mask = filtered ? file.i32(kindAt + 9) : 0;
        long at = file.i64(kindAt + (filtered ? 13 : 1));
        if (at != HdfNumbers.UNDEFINED) {
          each.chunk(new long[rank], at, size, mask);
        }
      }
      case IMPLICIT -> {
        long at = file.i64(kindAt + 1);
        if (at != HdfNumbers.UNDEFINED) {
          grid(chunk, bytes, (place, corner) -> each.chunk(corner, at + place * bytes, bytes, 0));
        }
      }
      case FIXED, EXTENSIBLE -> {
        long at = file.i64(kindAt + (kind == FIXED ? 2 : 6));
        if (at != HdfNumbers.UNDEFINED) {
          HdfChunkIndex index =
              kind == FIXED ? HdfChunkIndex.fixed(file, at) : HdfChunkIndex.extensible(file, at);
          array(index, chunk, bytes, at, each);
        }
      }
      case TREE -> {
        long at = file.i64(kindAt + 7);
        if (at != HdfNumbers.UNDEFINED) {
          tree(at, bytes, each);
        }
      }
      default -> throw malformed("chunks with an index of kind " + kind, kindAt);
    }
  }

  private void array(HdfChunkIndex index, Shape chunk, long bytes, long at, Found each)
      throws IOException {
    int sizeBytes = index.entryBytes() - 12;
    if (isFiltered ? sizeBytes < 1 || sizeBytes > 8 : index.entryBytes() != 8) {
      throw malformed("entries of %d bytes".formatted(index.entryBytes()), at);
    }
    grid(
        chunk,
        index.entryBytes(),
        (place, corner) -> {
          long entry = index.entry(place);
          long to = entry < 0 ? HdfNumbers.UNDEFINED : file.i64(entry);
          if (to != HdfNumbers.UNDEFINED) {
            each.chunk(
                corner,
                to,
                isFiltered ? HdfNumbers.unsigned(file, entry + 8, sizeBytes) : bytes,
                isFiltered ? file.i32(entry + 8 + sizeBytes) : 0);
          }
        });
  }

  private void tree(long at, long bytes, Found each) throws IOException {
    int rank = shape.rank();
    HdfIndex index = new HdfIndex(file, at, isFiltered ? TREE_OF_FILTERED : TREE_OF_CHUNKS);
    int sizeBytes = index.recordBytes() - 12 - 8 * rank;
    if (isFiltered ? sizeBytes < 1 || sizeBytes > 8 : index.recordBytes() != 8 + 8 * rank) {
      throw malformed("records of %d bytes".formatted(index.recordBytes()), at);
    }
    for (long record : index.records()) {
      long corners = record + 8 + (isFiltered ? sizeBytes + 4 : 0);
      long[] corner = new long[rank];
      for (int axis = 0; axis < rank; axis++) {
        corner[axis] = file.i64(corners + 8L * axis);
      }
      each.chunk(
          corner,
          file.i64(record),
          isFiltered ? HdfNumbers.unsigned(file, record + 8, sizeBytes) : bytes,
          isFiltered ? file.i32(record + 8 + sizeBytes) : 0);
    }
  }

  /** Takes a place of the grid. */
  @FunctionalInterface
  private interface Place {
    void at(long place, long[] corner) throws IOException;
  }

  /**
   * Goes over the chunks of the dataset as it is.
   *
   * @param entryBytes that each takes in the file at least
   */
  private void grid(Shape chunk, long entryBytes, Place task) throws IOException {
    int rank = shape.rank();
    long[] counts = new long[rank];
    long[] steps = steps(chunk);
    long all = 1;
    for (int axis = 0; axis < rank; axis++) {
      counts[axis] = (shape.dim(axis) - 1) / chunk.dim(axis) + 1;
      all = product(all, counts[axis]);
    }
    file.charge(product(all, entryBytes), 0);
    long[] corner = new long[rank];
    for (long i = 0; i < all; i++) {
      long place = 0;
      for (int axis = 0; axis < rank; axis++) {
        place += corner[axis] * steps[axis];
      }
      task.at(place, corner.clone());
      for (int axis = rank - 1; axis >= 0 && ++corner[axis] == counts[axis]; axis--) {
        corner[axis] = 0;
      }
    }
  }

  /** How far neighbours along each axis are apart, the axis without a limit outermost. */
  private long[] steps(Shape chunk) {
    int rank = shape.rank();
    long[] steps = new long[rank];
    long step = 1;
    int free = -1;
    for (int axis = rank - 1; axis >= 0; axis--) {
      if (limits[axis] == -1) {
        free = axis;
      } else {
        steps[axis] = step;
        step = product(step, (limits[axis] - 1) / chunk.dim(axis) + 1);
      }
    }
    if (free >= 0) {
      steps[free] = step;
    }
    return steps;
  }

  private long product(long a, long b) {
    try {
      return Math.multiplyExact(a, b);
    } catch (ArithmeticException e) {
      MalformedInputException malformed = malformed("more chunks than 2^63", 0);
      malformed.initCause(e);
      throw malformed;
    }
  }

  private MalformedInputException malformed(String message, long position) {
    return checks.malformed(name, message, position);
  }
}
