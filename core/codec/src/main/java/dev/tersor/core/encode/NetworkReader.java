package dev.tersor.core.encode;

import dev.tersor.core.bits.ByteReader;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.bits.PackedInts;
import dev.tersor.core.index.Role;
import dev.tersor.core.symbol.Place;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.FloatFormat;
import dev.tersor.core.tensor.IntegerFormat;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Goes over a {@link NetworkFile} once and finds where everything is, without decoding it. */
final class NetworkReader {
  private static final int CHECKSUM_BYTES = 4;

  private final NetworkCursor cursor;
  private final ByteReader in;
  private final int version;
  private final int bytes;
  private int valueBytes;
  private int indexBytes;
  private int tableBytes;
  private int codebookBytes;

  /**
   * @throws MalformedInputException if it is no such file, of a later version, or damaged anywhere
   */
  NetworkReader(byte[] file) {
    ByteReader head = new ByteReader(file, 0, file.length);
    for (byte expected : NetworkWriter.MAGIC) {
      if (head.u8("magic") != expected) {
        throw new MalformedInputException("not a Tersor network file: no magic TRSN", 0);
      }
    }
    version = head.u8("version");
    if (version == NetworkFile.EXACT_VERSION) {
      throw new MalformedInputException(
          "holds another file as it is (compress --lossless), and no network of weights; sweep"
              + " decompress gives that file back",
          4);
    }
    if (version < 1 || version > NetworkWriter.VERSION) {
      throw new MalformedInputException(
          "network file version %d, this reader knows 1 to %d"
              .formatted(version, NetworkWriter.VERSION),
          4);
    }
    int end = end(file);
    // Checked before anything is believed: whatever follows is what a writer wrote.
    if (end < head.position()
        || new ByteReader(file, end, file.length).bits32("checksum")
            != Header.checksum(file, 0, end)) {
      throw new MalformedInputException("checksum of the file does not match", Math.max(0, end));
    }
    cursor = new NetworkCursor(file, head.position(), end, List.of());
    in = cursor.in();
    bytes = file.length;
  }

  /** Where the checksum of a file is. */
  static int end(byte[] file) {
    return file.length - CHECKSUM_BYTES;
  }

  /** The version of the file. */
  int version() {
    return version;
  }

  /** What the bytes are for, once {@link #entries} has gone over them. */
  Parts parts() {
    return new Parts(
        valueBytes,
        indexBytes,
        tableBytes,
        codebookBytes,
        bytes - valueBytes - indexBytes - tableBytes - codebookBytes);
  }

  /** The names that references brought, once {@link #entries} has gone over them. */
  List<String> names() {
    return cursor.names();
  }

  List<NetworkEntry> entries() {
    List<NetworkEntry> entries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    while (true) {
      int start = in.position();
      int mark = in.u8("mark of a tensor");
      if (mark == NetworkWriter.END) {
        break;
      }
      if (mark != NetworkWriter.TENSOR) {
        throw cursor.malformed("mark " + mark + ", expected a tensor or the end");
      }
      NetworkEntry entry = entry(start);
      if (!names.add(entry.name())) {
        throw cursor.malformed("two tensors are called '" + entry.name() + "'");
      }
      entries.add(entry);
    }
    if (in.remaining() != 0) {
      throw cursor.malformed(in.remaining() + " bytes after the end");
    }
    return entries;
  }

  private NetworkEntry entry(int start) {
    String name = cursor.text("name of a tensor");
    Shape shape = shape(name);
    int kind = in.u8("kind of tensor '" + name + "'");
    return switch (kind) {
      case NetworkWriter.PLAIN ->
          NetworkEntry.plain(
              name, shape, FloatFormat.FP32, numbers(start, name, shape, Float.BYTES));
      case NetworkWriter.PLAIN_HALF ->
          NetworkEntry.plain(
              name, shape, FloatFormat.FP16, numbers(start, name, shape, Short.BYTES));
      case NetworkWriter.INTEGERS -> integers(start, name, shape);
      case NetworkWriter.CODED -> coded(start, name, shape);
      default -> throw cursor.malformed("tensor '" + name + "' is of unknown kind " + kind);
    };
  }

  private Shape shape(String name) {
    int rank = in.u8("rank");
    if (rank > Limits.MAX_RANK) {
      throw cursor.malformed("tensor '" + name + "': rank " + rank + " above 16");
    }
    long[] dims = new long[rank];
    long size = 1;
    for (int i = 0; i < rank; i++) {
      dims[i] = in.varint("dimension");
      size = Math.multiplyHigh(size, dims[i]) == 0 ? size * dims[i] : Long.MAX_VALUE;
      // Checked at every factor: a later zero must not hide an overflow.
      if (size < 0 || size > Integer.MAX_VALUE) {
        throw cursor.malformed("tensor '" + name + "' has more than 2147483647 weights");
      }
    }
    return Shape.of(dims);
  }

  private NetworkEntry integers(int start, String name, Shape shape) {
    String label = cursor.ref();
    for (IntegerFormat format : IntegerFormat.values()) {
      if (format.label().equals(label)) {
        return NetworkEntry.integers(
            name, shape, format, numbers(start, name, shape, format.bytes()));
      }
    }
    throw cursor.malformed("tensor '" + name + "' has numbers of unknown kind '" + label + "'");
  }

  /**
   * @param start where the tensor begins
   * @param width bytes of a number
   */
  private List<NetworkEntry.Part> numbers(int start, String name, Shape shape, int width) {
    if (shape.size() > in.remaining() / width) {
      throw cursor.malformed("tensor '" + name + "' of shape " + shape + " ends early");
    }
    List<NetworkEntry.Part> parts = new ArrayList<>();
    int from = start;
    for (Segment segment : Segment.cut(shape)) {
      int at = in.position();
      in.skip(width * segment.length(), "numbers");
      parts.add(new NetworkEntry.Part(segment, in.position() - from, at, 0));
      from = in.position();
      valueBytes += from - at;
    }
    return parts;
  }

  private NetworkEntry coded(int start, String name, Shape shape) {
    Recipe recipe = recipe(cursor.ref(), cursor.ref());
    int book = in.position();
    Codebook codebook = book(name, shape, recipe);
    codebookBytes += in.position() - book;
    List<NetworkEntry.Part> parts = new ArrayList<>();
    int from = start;
    for (Segment segment : Segment.cut(shape)) {
      int at = in.position();
      int names = cursor.names().size();
      segment(segment.shape());
      parts.add(new NetworkEntry.Part(segment, in.position() - from, at, names));
      from = in.position();
    }
    return NetworkEntry.coded(name, shape, recipe, codebook, parts);
  }

  private void segment(Shape shape) {
    int sections = in.u8("number of sections");
    long symbols = 0;
    for (int i = 0; i < sections; i++) {
      NetworkSection section = NetworkSection.read(cursor, shape);
      symbols += section.count();
      Header.checkTotal(symbols, shape, in.position());
      section.skip(in);
      tableBytes += section.tableLength();
      if (section.role() == Role.VALUE) {
        valueBytes += section.payloadLength();
      } else {
        indexBytes += section.payloadLength();
      }
    }
  }

  private Recipe recipe(String index, String coder) {
    try {
      return Recipe.of(index, coder);
    } catch (IllegalArgumentException e) {
      throw cursor.malformed(e.getMessage());
    }
  }

  private Codebook book(String name, Shape shape, Recipe recipe) {
    int bits = in.u8("bits");
    int flags = in.u8("flags of the codebook");
    int count = in.varint("size of the codebook");
    boolean half = (flags & NetworkWriter.HALF) != 0;
    CodebookForm<?> form = CodebookSections.ofKind(NetworkWriter.kind(flags)).orElse(null);
    if (form instanceof CodebookStreams<?> streams && !half) {
      return book(name, shape, recipe, bits, count, streams);
    }
    CodebookSection<?> kind = form instanceof CodebookSection<?> section ? section : null;
    int width = half ? Short.SIZE : kind == null ? 0 : kind.width();
    // Damage may declare any number of them: no more than there are bytes for.
    if (kind == null
        || (half && kind.width() != Float.SIZE)
        || PackedInts.bytes(count, width) > in.remaining()) {
      throw cursor.malformed(
          "tensor '%s': codebook of %d numbers for %d bits and shape %s, flags %d"
              .formatted(name, count, bits, shape, flags));
    }
    int[] numbers =
        half ? CodebookSection.ofFloats(cursor.numbers(count, true)) : cursor.packed(count, width);
    try {
      return kind.of(bits, shape, numbers);
    } catch (IllegalArgumentException e) {
      throw cursor.malformed(
          "tensor '%s': %d bits, shape %s, codebook of %d numbers: %s"
              .formatted(name, bits, shape, count, e.getMessage()));
    }
  }

  /** A codebook of so many streams. */
  private Codebook book(
      String name, Shape shape, Recipe recipe, int bits, int count, CodebookStreams<?> form) {
    Map<String, Symbols> streams = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      NetworkSection section = NetworkSection.read(cursor, shape);
      int at = in.position();
      CodebookSections.checkBounded(
          section.byCoder(), section.count(), section.tableLength(), section.payloadLength(), at);
      Symbols symbols = section.stream(in, recipe.coder(), Place.UNKNOWN).symbols();
      if (section.role() != Role.INDEX || streams.put(section.name(), symbols) != null) {
        throw cursor.malformed(
            "tensor '%s': stream '%s' of a codebook".formatted(name, section.name()));
      }
    }
    return CodebookSections.of(form, bits, shape, streams, in.position());
  }
}
