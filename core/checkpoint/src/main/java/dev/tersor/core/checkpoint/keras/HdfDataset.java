package dev.tersor.core.checkpoint.keras;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.DType;
import dev.tersor.core.checkpoint.Extent;
import dev.tersor.core.checkpoint.HeaderChecks;
import dev.tersor.core.checkpoint.Layout;
import dev.tersor.core.checkpoint.PagedFile;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A dataset: its type, its shape (dataspace message, section IV.A.2.b) and where its elements lie
 * (layout message, IV.A.2.i): in the header itself, side by side at an address, or in chunks.
 */
final class HdfDataset {
  private static final int COMPACT = 0;
  private static final int CONTIGUOUS = 1;
  private static final int CHUNKED = 2;
  private static final int NULL_SPACE = 2;

  private final PagedFile file;
  private final HdfHeader header;
  private final String name;
  private final HdfType type;
  private final Shape shape;
  private long dataAt;
  private long dataBytes;
  private HdfChunks chunks;
  private String where;
  private final Extent whole;

  private HdfDataset(PagedFile file, HdfHeader header, String name, Extent whole)
      throws IOException {
    this.file = file;
    this.header = header;
    this.name = name;
    this.whole = whole;
    this.type = type();
    this.shape = shape(header.first(HdfHeader.DATASPACE).orElseThrow());
    HdfHeader.Message layout =
        header
            .first(HdfHeader.LAYOUT)
            .orElseThrow(() -> malformed("a dataset without a layout", header.at()));
    if (type == null) {
      where = "a type that is stored elsewhere";
    } else if (!header.all(HdfHeader.EXTERNAL_FILES).isEmpty()) {
      where = "files outside this one";
    } else {
      layout(layout);
    }
  }

  /**
   * The dataset of a header that has a dataspace.
   *
   * @param whole the extent of all bytes of the HDF5 file, which may lie in a zip file
   */
  static HdfDataset read(PagedFile file, HdfHeader header, String name, Extent whole)
      throws IOException {
    return new HdfDataset(file, header, name, whole);
  }

  Shape shape() {
    return shape;
  }

  /** Whether all is known that {@link #stored} needs. */
  boolean isRead() {
    return where == null;
  }

  Checkpoint.Unread unread() {
    return new Checkpoint.Unread(
        name, type == null ? "unknown" : type.name(), shape, where, "a dataset in one piece");
  }

  /** The tensor, of which all is known. */
  StoredTensor stored(Layout layout) {
    int bytes = type.format().isKnown() ? type.format().bytes() : 0;
    Extent extent = whole.part(dataAt, dataBytes, bytes, chunks == null ? order() : chunks);
    return new StoredTensor(name, name, type.format(), type.name(), shape, layout, extent);
  }

  /** Of compressed bytes there are more behind the tensor, which a view of them does not mind. */
  private Extent.Order order() {
    if (whole.storage() == Extent.Storage.RAW) {
      return Extent.Order.C;
    }
    List<Long> steps = new ArrayList<>();
    long step = 1;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      steps.add(0, step);
      step *= shape.dim(axis);
    }
    return new Extent.Strides(steps);
  }

  private HdfType type() throws IOException {
    HdfHeader.Message message =
        header
            .first(HdfHeader.DATATYPE)
            .orElseThrow(() -> malformed("a dataset without a type", header.at()));
    if (message.isShared()) {
      return null;
    }
    HdfType read = HdfType.read(file, message);
    boolean brain =
        read.isOpaque()
            && read.bytes() == Short.BYTES
            && "bfloat16".equals(HdfAttributes.text(file, header, "dtype"));
    return brain ? HdfType.brain() : read;
  }

  private Shape shape(HdfHeader.Message space) throws IOException {
    int version = file.u8(space.at());
    int rank = file.u8(space.at() + 1);
    if (version < 1 || version > 2 || rank > HeaderChecks.MAX_RANK) {
      throw malformed("a dataspace of version %d and rank %d".formatted(version, rank), space.at());
    }
    if (version == 2 && file.u8(space.at() + 3) == NULL_SPACE) {
      return Shape.of(0);
    }
    long from = space.at() + (version == 1 ? 8 : 4);
    long[] dims = new long[rank];
    for (int i = 0; i < rank; i++) {
      dims[i] = file.i64(from + 8L * i);
    }
    return file.checks().shape(name, dims, space.at());
  }

  private void layout(HdfHeader.Message message) throws IOException {
    int version = file.u8(message.at());
    int kind = file.u8(message.at() + 1);
    if (version != 3 && version != 4) {
      where = "a layout of version " + version;
    } else if (kind == COMPACT) {
      dataAt = message.at() + 4;
      dataBytes = file.u16(message.at() + 2);
      check();
    } else if (kind == CONTIGUOUS) {
      dataAt = file.i64(message.at() + 2);
      dataBytes = file.i64(message.at() + 10);
      if (dataAt != HdfNumbers.UNDEFINED) {
        check();
      } else if (shape.size() == 0) {
        dataAt = 0;
        dataBytes = 0;
      } else {
        where = "a dataset that was never written";
      }
    } else if (kind == CHUNKED) {
      chunked(message);
    } else {
      where = "a virtual dataset, which is parts of others";
    }
  }

  private void chunked(HdfHeader.Message message) throws IOException {
    if (whole.storage() != Extent.Storage.RAW) {
      where = "chunks in a compressed zip file";
      return;
    }
    HdfChunkReader reader = new HdfChunkReader(file, header, name, shape, type, whole.offset());
    where = reader.whyUnread(message);
    if (where == null && type.format().isKnown() && shape.size() > 0) {
      chunks = reader.read(message);
    }
    // What a piece of the file would be: of chunks it is all of it.
    dataBytes = chunks == null ? 0 : file.length();
  }

  private void check() {
    file.checkRange("the data of '" + name + "'", dataAt, dataBytes);
    if (type.format() != DType.OTHER) {
      long needed = file.checks().bytes(name, shape, type.format(), header.at());
      // Contiguous data may have room to spare.
      if (dataBytes < needed) {
        file.checks().sameLength(name, shape, type.name(), needed, dataBytes, header.at());
      }
      dataBytes = needed;
    }
  }

  private MalformedInputException malformed(String message, long position) {
    return file.checks().malformed(name, message, position);
  }
}
