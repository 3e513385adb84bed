package dev.tersor.core.checkpoint.keras;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.PagedFile;
import java.io.IOException;

/**
 * Where the chunks of a dataset lie by an index of layout version 4 that has a place for each chunk
 * of a grid: an array of fixed length, or one that grows along the one axis without a limit. An
 * entry is an address, and of filtered chunks their bytes and the filters that they lack. Places
 * are counted by the largest dimensions that the dataset may have, the axis without a limit first.
 */
abstract class HdfChunkIndex {
  /** Signature, version, client and the address of the header: what blocks begin with. */
  private static final int BLOCK_BYTES = 14;

  private static final int CHECKSUM_BYTES = 4;

  final PagedFile file;
  final int entryBytes;

  HdfChunkIndex(PagedFile file, int entryBytes) {
    this.file = file;
    this.entryBytes = entryBytes;
  }

  /** Where the entry of a place is; -1 where nothing was written. */
  abstract long entry(long place) throws IOException;

  /** Bytes of an entry. */
  int entryBytes() {
    return entryBytes;
  }

  /** The array of fixed length (header FAHD, data block FADB). */
  static HdfChunkIndex fixed(PagedFile file, long at) throws IOException {
    return new Fixed(file, at);
  }

  /** The array that grows (header EAHD, index block EAIB, secondary blocks EASB, data EADB). */
  static HdfChunkIndex extensible(PagedFile file, long at) throws IOException {
    return new Extensible(file, at);
  }

  private static int signature(String letters) {
    int signature = 0;
    for (int i = 3; i >= 0; i--) {
      signature = signature << 8 | letters.charAt(i);
    }
    return signature;
  }

  /** Refuses what is no block of the kind. */
  final void check(String kind, long at) throws IOException {
    if (file.i32(at) != signature(kind) || file.u8(at + 4) != 0) {
      throw malformed("no block " + kind + " of an index of chunks", at);
    }
  }

  final MalformedInputException malformed(String message, long at) {
    return file.malformed(message, at);
  }

  /** Whether a bit is set, the first in the highest of a byte. */
  final boolean isSet(long bitmap, long bit) throws IOException {
    return (file.u8(bitmap + bit / 8) & 0x80 >> (int) (bit % 8)) != 0;
  }

  private static final class Fixed extends HdfChunkIndex {
    private final long pageEntries;
    private final long entries;
    private final long block;

    Fixed(PagedFile file, long at) throws IOException {
      super(file, file.u8(at + 6));
      check("FAHD", at);
      int pageBits = file.u8(at + 7);
      this.entries = file.i64(at + 8);
      this.block = file.i64(at + 16);
      if (pageBits >= Integer.SIZE || entries < 0) {
        throw malformed("%d entries in pages of 2^%d".formatted(entries, pageBits), at);
      }
      this.pageEntries = 1L << pageBits;
      if (block != HdfNumbers.UNDEFINED) {
        check("FADB", block);
      }
    }

    @Override
    long entry(long place) throws IOException {
      if (place >= entries) {
        throw malformed("place %d of %d".formatted(place, entries), block);
      }
      if (block == HdfNumbers.UNDEFINED) {
        return -1;
      }
      long first = block + BLOCK_BYTES;
      if (entries <= pageEntries) {
        return first + place * entryBytes;
      }
      long pages = (entries + pageEntries - 1) / pageEntries;
      long page = place / pageEntries;
      if (!isSet(first, page)) {
        return -1;
      }
      return first
          + (pages + 7) / 8
          + CHECKSUM_BYTES
          + page * (pageEntries * entryBytes + CHECKSUM_BYTES)
          + place % pageEntries * entryBytes;
    }
  }

  /**
   * The first entries lie in the index block. Behind them block u of 2^u times the least has its
   * entries in 2^(u/2) data blocks; addresses of the first are in the index block, of others in a
   * secondary block each. Data blocks of many entries are pages.
   */
  private static final class Extensible extends HdfChunkIndex {
    private static final int MOST_BITS = 63;

    private final int maxBits;
    private final long inIndex;
    private final long least;
    private final int direct;
    private final long pageEntries;
    private final long index;

    Extensible(PagedFile file, long at) throws IOException {
      super(file, file.u8(at + 6));
      check("EAHD", at);
      this.maxBits = file.u8(at + 7);
      this.inIndex = file.u8(at + 8);
      this.least = file.u8(at + 9);
      int pointers = file.u8(at + 10);
      int pageBits = file.u8(at + 11);
      this.index = file.i64(at + 60);
      if (maxBits > MOST_BITS
          || Long.bitCount(least) != 1
          || Integer.bitCount(pointers) != 1
          || pageBits >= Integer.SIZE) {
        throw malformed(
            "an array of 2^%d entries, at least %d in %d blocks"
                .formatted(maxBits, least, pointers),
            at);
      }
      this.direct = 2 * Integer.numberOfTrailingZeros(pointers);
      this.pageEntries = 1L << pageBits;
      if (index != HdfNumbers.UNDEFINED) {
        check("EAIB", index);
      }
    }

    /** Data blocks before those of block u. */
    private static long blocksBefore(int u) {
      long blocks = 0;
      for (int i = 0; i < u; i++) {
        blocks += 1L << (i / 2);
      }
      return blocks;
    }

    @Override
    long entry(long place) throws IOException {
      if (index == HdfNumbers.UNDEFINED) {
        return -1;
      }
      long first = index + BLOCK_BYTES;
      if (place < inIndex) {
        return first + place * entryBytes;
      }
      long rest = place - inIndex;
      int u = MOST_BITS - Long.numberOfLeadingZeros(rest / least + 1);
      long each = least << ((u + 1) / 2);
      long offset = rest - least * ((1L << u) - 1);
      long block = offset / each;
      long within = offset % each;
      int offsetBytes = (maxBits + 7) / 8;
      long addresses = first + inIndex * entryBytes;
      if (u < direct) {
        long data = file.i64(addresses + 8 * (blocksBefore(u) + block));
        return inBlock(data, offsetBytes, within);
      }
      long secondary = file.i64(addresses + 8 * (blocksBefore(direct) + u - direct));
      if (secondary == HdfNumbers.UNDEFINED) {
        return -1;
      }
      check("EASB", secondary);
      long bitmap = secondary + BLOCK_BYTES + offsetBytes;
      long blocks = 1L << (u / 2);
      if (each <= pageEntries) {
        return inBlock(file.i64(bitmap + 8 * block), offsetBytes, within);
      }
      long pages = each / pageEntries;
      long page = within / pageEntries;
      long data = file.i64(bitmap + blocks * ((pages + 7) / 8) + 8 * block);
      if (data == HdfNumbers.UNDEFINED || !isSet(bitmap, block * pages + page)) {
        return -1;
      }
      check("EADB", data);
      return data
          + BLOCK_BYTES
          + offsetBytes
          + CHECKSUM_BYTES
          + page * (pageEntries * entryBytes + CHECKSUM_BYTES)
          + within % pageEntries * entryBytes;
    }

    private long inBlock(long data, int offsetBytes, long within) throws IOException {
      if (data == HdfNumbers.UNDEFINED) {
        return -1;
      }
      check("EADB", data);
      return data + BLOCK_BYTES + offsetBytes + within * entryBytes;
    }
  }
}
