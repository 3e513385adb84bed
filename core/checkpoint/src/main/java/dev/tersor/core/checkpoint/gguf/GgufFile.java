package dev.tersor.core.checkpoint.gguf;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.Extent;
import dev.tersor.core.checkpoint.HeaderChecks;
import dev.tersor.core.checkpoint.Layout;
import dev.tersor.core.checkpoint.StoredFormat;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A GGUF file of version 2 or 3: the letters GGUF, the version in 4 bytes, the number of tensors
 * and that of metadata in 8 each, the metadata, and for each tensor its name, the number of its
 * dimensions, these with the innermost first, its type, and the offset of its bytes. Offsets count
 * from the first multiple of the alignment behind all that. A text is its length in 8 bytes and
 * UTF-8. A file is big-endian throughout if its version is.
 *
 * <p>Example: the tensor {@code w} of shape 2x64 in Q8_0 is {@code 01 00 00 00 00 00 00 00 | 77 |
 * 02 00 00 00 | 40 00 00 00 00 00 00 00 | 02 00 00 00 00 00 00 00 | 08 00 00 00 | 00 00 00 00 00 00
 * 00 00} and 136 bytes behind the header: four blocks of 34.
 */
public final class GgufFile {
  private static final int MAX_TENSORS = 1 << 20;
  private static final int MAX_NAME_BYTES = 65_535;

  /** Of a name's length, the number of dimensions, the type and the offset. */
  private static final int LEAST_BYTES = 24;

  private record Info(String name, Shape shape, int type, long offset, long position) {}

  private final ByteSource source;
  private final HeaderChecks checks;
  private final GgufInput in;

  private GgufFile(ByteSource source) throws IOException {
    this.source = source;
    this.checks = new HeaderChecks(source.name());
    this.in = new GgufInput(source, checks);
  }

  /**
   * Whether a file may be one.
   *
   * @param head its first bytes
   */
  public static boolean mayStartWith(byte[] head) {
    return head[0] == 'G' && head[1] == 'G' && head[2] == 'U' && head[3] == 'F';
  }

  /**
   * The tensors of a file and what it says about itself. Tensors of types that ggml no longer has
   * or that came later are listed and cannot be read.
   *
   * @throws MalformedInputException if the file is damaged, or of another version
   * @throws IOException if it cannot be read
   */
  public static Checkpoint read(ByteSource source) throws IOException {
    return new GgufFile(source).read();
  }

  private Checkpoint read() throws IOException {
    in.skip(4);
    int version = in.u32();
    if (version != 2 && version != 3) {
      version = Integer.reverseBytes(version);
      in.turn();
    }
    if (version != 2 && version != 3) {
      throw in.malformed(
          "GGUF of version %s, expected 2 or 3"
              .formatted(Integer.toUnsignedString(Integer.reverseBytes(version))));
    }
    long tensors = in.unsigned(8);
    long values = in.unsigned(8);
    in.need(tensors, LEAST_BYTES, "tensors");
    if (tensors > MAX_TENSORS) {
      throw in.malformed("%d tensors, at most %d".formatted(tensors, MAX_TENSORS));
    }
    GgufMetadata metadata = GgufMetadata.read(in, values);
    List<Info> infos = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (long i = 0; i < tensors; i++) {
      infos.add(info(names));
    }
    long alignment = metadata.alignment();
    long data = (in.position() + alignment - 1) / alignment * alignment;
    List<StoredTensor> stored = new ArrayList<>();
    for (Info info : infos) {
      stored.add(tensor(info, data, alignment));
    }
    checkOverlaps(stored);
    return new Checkpoint(source.name(), Checkpoint.Format.GGUF, stored, metadata.values());
  }

  private Info info(Set<String> names) throws IOException {
    long position = in.position();
    String name = in.text(MAX_NAME_BYTES);
    if (!names.add(name)) {
      throw checks.malformed(name, "named twice", position);
    }
    int rank = in.u32();
    if (rank < 0 || rank > HeaderChecks.MAX_RANK) {
      throw checks.malformed(
          name,
          "%s dimensions, at most %d"
              .formatted(Integer.toUnsignedString(rank), HeaderChecks.MAX_RANK),
          position);
    }
    long[] dims = new long[rank];
    for (int axis = rank - 1; axis >= 0; axis--) {
      dims[axis] = in.unsigned(8);
    }
    Shape shape = checks.shape(name, dims, position);
    return new Info(name, shape, in.u32(), in.unsigned(8), position);
  }

  private StoredTensor tensor(Info info, long data, long alignment) throws IOException {
    StoredFormat format = GgmlType.of(info.type(), in.isBigEndian());
    String typeName = GgmlType.name(info.type());
    long length = length(info, format, typeName);
    long left = source.length() - data;
    if (info.offset() < 0
        || info.offset() % alignment != 0
        || info.offset() > Math.max(0, left)
        || length > Math.max(0, left - info.offset())) {
      throw checks.malformed(
          info.name(),
          "%d bytes at offset %s, expected a multiple of %d within %d"
              .formatted(length, Long.toUnsignedString(info.offset()), alignment, left),
          info.position());
    }
    return new StoredTensor(
        info.name(),
        info.name(),
        format,
        typeName,
        info.shape(),
        Layout.AS_STORED,
        Extent.raw(source.name(), data + info.offset(), length, format));
  }

  private long length(Info info, StoredFormat format, String typeName) {
    Shape shape = info.shape();
    long row = shape.rank() == 0 ? 1 : shape.dim(shape.rank() - 1);
    if (row % format.elements() != 0) {
      throw checks.malformed(
          info.name(),
          "rows of %d elements, expected multiples of the %d of a block of %s"
              .formatted(row, format.elements(), typeName),
          info.position());
    }
    try {
      return format.bytesOf(shape.size());
    } catch (ArithmeticException e) {
      MalformedInputException malformed =
          checks.malformed(
              info.name(), "shape " + shape + " needs more than 2^63 bytes", info.position());
      malformed.initCause(e);
      throw malformed;
    }
  }

  private void checkOverlaps(List<StoredTensor> tensors) {
    List<StoredTensor> sorted = new ArrayList<>(tensors);
    sorted.sort(
        Comparator.<StoredTensor>comparingLong(tensor -> tensor.extent().offset())
            .thenComparingLong(tensor -> tensor.extent().length()));
    long end = 0;
    for (StoredTensor tensor : sorted) {
      Extent extent = tensor.extent();
      if (extent.length() > 0 && extent.offset() < end) {
        throw checks.malformed(tensor.name(), "overlaps the tensor before it", extent.offset());
      }
      end = Math.max(end, extent.offset() + extent.length());
    }
  }
}
