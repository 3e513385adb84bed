package dev.tersor.core.checkpoint.keras;

import dev.tersor.core.checkpoint.PagedFile;
import java.io.IOException;

/**
 * A fractal heap (section III.G). Its objects lie in blocks that grow by a table: rows of {@code
 * width} blocks, the first two rows of the starting size, each other of twice the size of the one
 * before. Blocks above the largest direct size are tables themselves.
 */
final class HdfHeap {
  private static final int FRHP = 0x50485246;
  private static final int FHIB = 0x42494846;
  private static final int FHDB = 0x42444846;
  private static final int ID_BYTES = 7;
  private static final int MAX_DEPTH = 16;

  /** Where an object lies. */
  record Place(long at, long bytes) {}

  private final PagedFile file;
  private final long at;
  private final int offsetBytes;
  private final int lengthBytes;
  private final long width;
  private final long start;
  private final long maxDirect;
  private final long root;
  private final int rows;

  HdfHeap(PagedFile file, long at) throws IOException {
    this.file = file;
    this.at = at;
    if (file.i32(at) != FRHP || file.u16(at + 7) != 0) {
      throw file.malformed("no fractal heap, or a compressed one", at);
    }
    this.offsetBytes = (file.u16(at + 128) + 7) / 8;
    this.width = file.u16(at + 110);
    this.start = file.i64(at + 112);
    this.maxDirect = file.i64(at + 120);
    this.root = file.i64(at + 132);
    this.rows = file.u16(at + 140);
    this.lengthBytes = HdfNumbers.bytesOf(Math.min(maxDirect, file.u32(at + 10)));
    boolean plausible =
        width > 0
            && start > 0
            && Long.bitCount(start) == 1
            && Long.bitCount(width) == 1
            && maxDirect >= start
            && maxDirect <= 1L << 32
            && 1 + offsetBytes + lengthBytes <= ID_BYTES;
    if (!plausible) {
      throw file.malformed("a fractal heap of impossible blocks", at);
    }
  }

  /**
   * Where the object of an id lies: a byte of flags, then offset and length.
   *
   * @throws dev.tersor.core.bits.MalformedInputException if it is not in the heap
   */
  Place locate(long id) throws IOException {
    if ((id & 0x30) != 0) {
      throw file.malformed("a link that is not within its heap's blocks", at);
    }
    long offset = id >>> 8 & (1L << (8 * offsetBytes)) - 1;
    long length = id >>> (8 + 8 * offsetBytes) & (1L << (8 * lengthBytes)) - 1;
    file.charge(length, at);
    long position = rows == 0 ? direct(root, offset) : indirect(root, rows, offset, 0);
    file.checkRange("a link in a heap", position, length);
    return new Place(position, length);
  }

  /** Offsets count the head of a block too. */
  private long direct(long block, long within) throws IOException {
    if (file.i32(block) != FHDB || within > maxDirect) {
      throw file.malformed("no block of a heap", block);
    }
    return block + within;
  }

  private long indirect(long block, long count, long within, int depth) throws IOException {
    if (depth > MAX_DEPTH || file.i32(block) != FHIB) {
      throw file.malformed("no table of a heap's blocks", block);
    }
    long rowStart = 0;
    long size = start;
    for (long row = 0; row < count; row++) {
      if (within < rowStart + width * size) {
        long column = (within - rowStart) / size;
        long entry = block + 13 + offsetBytes + 8 * (row * width + column);
        long rest = (within - rowStart) % size;
        long child = file.i64(entry);
        if (size <= maxDirect) {
          return direct(child, rest);
        }
        int below =
            Long.numberOfTrailingZeros(size) - Long.numberOfTrailingZeros(start * width) + 1;
        return indirect(child, below, rest, depth + 1);
      }
      rowStart += width * size;
      size = row == 0 ? start : size * 2;
      if (size > 1L << 40) {
        break;
      }
    }
    throw file.malformed("a link at byte %d of a heap".formatted(within), block);
  }
}
