package dev.tersor.core.checkpoint.keras;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.PagedFile;
import dev.tersor.core.checkpoint.keras.HdfChunks.Chunk;
import dev.tersor.core.checkpoint.keras.HdfChunks.Filter;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Reads where the chunks of a dataset lie: in layouts of version 3 a B-tree of version 1 (section
 * III.A.1), whose keys are a chunk's bytes, the filters that it lacks and its corner; in those of
 * version 4 {@link HdfChunkPlaces}.
 */
final class HdfChunkReader {
  private static final int TREE = 0x45455254;
  private static final int DEFLATE = 1;
  private static final int SHUFFLE = 2;
  private static final int FLETCHER32 = 3;
  private static final int FILL_VALUE = 0x05;

  /** A chunk is held whole while it is read. */
  private static final long MAX_CHUNK_BYTES = 1 << 28;

  // DEFLATE's best: 258 bytes from a length and a distance code of one bit each.
  private static final int MAX_RATIO = 1032;

  /** What a chunk takes in memory beside its corner. */
  private static final int CHUNK_BYTES = 32;

  private final PagedFile file;
  private final HdfHeader header;
  private final String name;
  private final Shape shape;
  private final HdfType type;
  private final long base;

  /**
   * @param base byte offset of the HDF5 file in the file that holds it
   */
  HdfChunkReader(
      PagedFile file, HdfHeader header, String name, Shape shape, HdfType type, long base) {
    this.file = file;
    this.header = header;
    this.name = name;
    this.shape = shape;
    this.type = type;
    this.base = base;
  }

  /** Why the chunks are not read; null if they are. */
  String whyUnread(HdfHeader.Message layout) throws IOException {
    if (filters() == null) {
      return "chunks behind a filter that is not DEFLATE, shuffle or Fletcher-32";
    }
    Optional<HdfHeader.Message> fill = header.first(FILL_VALUE);
    return fill.isPresent() && !isZero(fill.get()) ? "chunks with a fill value" : null;
  }

  private boolean isZero(HdfHeader.Message fill) throws IOException {
    int version = file.u8(fill.at());
    boolean defined =
        version == 3 ? (file.u8(fill.at() + 1) & 0x20) != 0 : file.u8(fill.at() + 3) != 0;
    int head = version == 3 ? 2 : 4;
    if (version == 2 || version == 3) {
      if (!defined) {
        return true;
      }
      long bytes = Math.min(file.u32(fill.at() + head), fill.bytes());
      for (long i = 0; i < bytes; i++) {
        if (file.u8(fill.at() + head + 4 + i) != 0) {
          return false;
        }
      }
      return true;
    }
    return false;
  }

  /** The filters; null if one of them is not known. */
  private List<Filter> filters() throws IOException {
    List<Filter> filters = new ArrayList<>();
    for (HdfHeader.Message message : header.all(HdfHeader.FILTERS)) {
      int version = file.u8(message.at());
      int count = file.u8(message.at() + 1);
      long from = message.at() + (version == 1 ? 8 : 2);
      for (int i = 0; i < count; i++) {
        int id = file.u16(from);
        boolean named = version == 1 || id >= 256;
        int nameBytes = named ? file.u16(from + 2) : 0;
        long values = from + (named ? 6 : 4);
        int numbers = file.u16(values);
        if (id < DEFLATE || id > FLETCHER32) {
          return null;
        }
        filters.add(
            id == DEFLATE ? Filter.DEFLATE : id == SHUFFLE ? Filter.SHUFFLE : Filter.FLETCHER32);
        int padded = version == 1 ? (nameBytes + 7) / 8 * 8 : nameBytes;
        from = values + 2 + padded + 4L * (version == 1 ? numbers + numbers % 2 : numbers);
      }
    }
    return filters;
  }

  /** The chunks, in the order of the tree. */
  HdfChunks read(HdfHeader.Message layout) throws IOException {
    int rank = shape.rank();
    boolean isTree = file.u8(layout.at()) == 3;
    int axes = file.u8(layout.at() + (isTree ? 2 : 3));
    if (rank == 0 || axes != rank + 1 || !type.format().isKnown()) {
      throw malformed("chunks of another rank than " + rank, layout.at());
    }
    long[] dims = new long[rank];
    for (int i = 0; i < rank; i++) {
      dims[i] =
          isTree ? file.u32(layout.at() + 11 + 4L * i) : HdfChunkPlaces.dim(file, layout.at(), i);
    }
    Shape chunk = file.checks().shape(name, dims, layout.at());
    long needed = file.checks().bytes(name, chunk, type.format(), layout.at());
    if (needed == 0 || needed > MAX_CHUNK_BYTES) {
      throw malformed(
          "chunks of %d bytes, at most %d".formatted(needed, MAX_CHUNK_BYTES), layout.at());
    }
    List<Filter> filters = filters();
    boolean deflated = filters.contains(Filter.DEFLATE);
    List<Chunk> chunks = new ArrayList<>();
    if (isTree) {
      tree(file.i64(layout.at() + 3), chunk, needed, deflated, chunks);
    } else {
      new HdfChunkPlaces(file, name, shape, limits(), !filters.isEmpty())
          .find(
              layout.at(),
              chunk,
              needed,
              (corner, at, bytes, mask) -> {
                long[] elements = new long[rank];
                for (int axis = 0; axis < rank; axis++) {
                  // Beyond 2^63 it is outside, as a negative one is.
                  elements[axis] = corner[axis] * chunk.dim(axis);
                }
                chunks.add(chunk(at, bytes, mask, elements, chunk, needed, deflated, at));
              });
    }
    return new HdfChunks(List.copyOf(chunks), chunk, List.copyOf(filters));
  }

  /** The most that each dimension may become, which the dataspace has behind them. */
  private long[] limits() throws IOException {
    HdfHeader.Message space = header.first(HdfHeader.DATASPACE).orElseThrow();
    long[] limits = shape.dims();
    if ((file.u8(space.at() + 2) & 1) != 0) {
      long from = space.at() + (file.u8(space.at()) == 1 ? 8 : 4) + 8L * limits.length;
      for (int axis = 0; axis < limits.length; axis++) {
        limits[axis] = file.i64(from + 8L * axis);
        if (limits[axis] != -1 && limits[axis] < shape.dim(axis)) {
          throw malformed("dimension %d of at most %d".formatted(axis, limits[axis]), space.at());
        }
      }
    }
    return limits;
  }

  private void tree(long tree, Shape chunk, long needed, boolean deflated, List<Chunk> chunks)
      throws IOException {
    ArrayDeque<Long> nodes = new ArrayDeque<>();
    if (tree != HdfNumbers.UNDEFINED) {
      nodes.add(tree);
    }
    int rank = shape.rank();
    int keyBytes = 8 + 8 * (rank + 1);
    while (!nodes.isEmpty()) {
      long node = nodes.poll();
      if (file.i32(node) != TREE || file.u8(node + 4) != 1) {
        throw malformed("no tree of chunks", node);
      }
      boolean leaf = file.u8(node + 5) == 0;
      int entries = file.u16(node + 6);
      file.charge(24 + (long) entries * (keyBytes + CHUNK_BYTES), node);
      for (int i = 0; i < entries; i++) {
        long key = node + 24 + (long) i * (keyBytes + 8);
        long child = file.i64(key + keyBytes);
        if (leaf) {
          long[] corner = new long[rank];
          for (int axis = 0; axis < rank; axis++) {
            corner[axis] = file.i64(key + 8 + 8L * axis);
          }
          chunks.add(
              chunk(child, file.u32(key), file.i32(key + 4), corner, chunk, needed, deflated, key));
        } else {
          nodes.add(child);
        }
      }
    }
  }

  /**
   * A chunk that was found.
   *
   * @param from its corner, in elements
   * @param where it was found, for errors
   */
  private Chunk chunk(
      long at,
      long bytes,
      int mask,
      long[] from,
      Shape chunk,
      long needed,
      boolean deflated,
      long where) {
    file.checkRange("a chunk", at, bytes);
    if (needed > bytes * (deflated ? MAX_RATIO : 1) || bytes > needed + MAX_CHUNK_BYTES) {
      throw malformed("a chunk of %d bytes for %d".formatted(bytes, needed), at);
    }
    List<Long> corner = new ArrayList<>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      long index = from[axis];
      if (index < 0 || index >= shape.dim(axis) || index % chunk.dim(axis) != 0) {
        throw malformed("a chunk at %d of axis %d of %s".formatted(index, axis, shape), where);
      }
      corner.add(index);
    }
    return new Chunk(base + at, (int) bytes, mask, Collections.unmodifiableList(corner));
  }

  private MalformedInputException malformed(String message, long position) {
    return file.checks().malformed(name, message, position);
  }
}
