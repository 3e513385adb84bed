package dev.tersor.core.encode;

import dev.tersor.core.bits.ByteReader;
import dev.tersor.core.bits.Half;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.index.Role;
import dev.tersor.core.index.Split;
import dev.tersor.core.index.Stream;
import dev.tersor.core.symbol.Coded;
import dev.tersor.core.symbol.SymbolCoder;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads a {@link NetworkFile}. */
final class NetworkReader {
  private static final int CHECKSUM_BYTES = 4;

  private final ByteReader in;
  private final List<String> texts = new ArrayList<>();
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
    int version = head.u8("version");
    if (version != NetworkWriter.VERSION) {
      throw new MalformedInputException(
          "network file version " + version + ", this reader knows version 1", 4);
    }
    int end = file.length - CHECKSUM_BYTES;
    // Checked before anything is believed: whatever follows is what a writer wrote.
    if (end < head.position()
        || new ByteReader(file, end, file.length).bits32("checksum")
            != Header.checksum(file, 0, end)) {
      throw new MalformedInputException("checksum of the file does not match", Math.max(0, end));
    }
    in = new ByteReader(file, head.position(), end);
    bytes = file.length;
  }

  /** What the bytes are for, once {@link #tensors} has read them. */
  NetworkFile.Parts parts() {
    return new NetworkFile.Parts(
        valueBytes,
        indexBytes,
        tableBytes,
        codebookBytes,
        bytes - valueBytes - indexBytes - tableBytes - codebookBytes);
  }

  List<NetworkTensor> tensors() {
    List<NetworkTensor> tensors = new ArrayList<>();
    Set<String> names = new HashSet<>();
    while (true) {
      int mark = in.u8("mark of a tensor");
      if (mark == NetworkWriter.END) {
        break;
      }
      if (mark != NetworkWriter.TENSOR) {
        throw malformed("mark " + mark + ", expected a tensor or the end");
      }
      NetworkTensor tensor = tensor();
      if (!names.add(tensor.name())) {
        throw malformed("two tensors are called '" + tensor.name() + "'");
      }
      tensors.add(tensor);
    }
    if (in.remaining() != 0) {
      throw malformed(in.remaining() + " bytes after the end");
    }
    return tensors;
  }

  private NetworkTensor tensor() {
    String name = text("name of a tensor");
    Shape shape = shape(name);
    int kind = in.u8("kind of tensor '" + name + "'");
    return switch (kind) {
      case NetworkWriter.PLAIN, NetworkWriter.PLAIN_HALF -> {
        boolean half = kind == NetworkWriter.PLAIN_HALF;
        if (shape.size() > in.remaining() / (half ? 2 : 4)) {
          throw malformed("tensor '" + name + "' of shape " + shape + " ends early");
        }
        int start = in.position();
        float[] values = numbers((int) shape.size(), half);
        valueBytes += in.position() - start;
        yield new NetworkTensor.Plain(name, shape, values, half);
      }
      case NetworkWriter.CODED -> coded(name, shape);
      default -> throw malformed("tensor '" + name + "' is of unknown kind " + kind);
    };
  }

  private Shape shape(String name) {
    int rank = in.u8("rank");
    if (rank > NetworkWriter.MAX_RANK) {
      throw malformed("tensor '" + name + "': rank " + rank + " above 16");
    }
    long[] dims = new long[rank];
    long size = 1;
    for (int i = 0; i < rank; i++) {
      dims[i] = in.varint("dimension");
      size = Math.multiplyHigh(size, dims[i]) == 0 ? size * dims[i] : Long.MAX_VALUE;
      // Checked at every factor: a later zero must not hide an overflow.
      if (size < 0 || size > Integer.MAX_VALUE) {
        throw malformed("tensor '" + name + "' has more than 2147483647 weights");
      }
    }
    return Shape.of(dims);
  }

  private NetworkTensor coded(String name, Shape shape) {
    Recipe recipe = recipe(ref(), ref());
    int start = in.position();
    Codebook codebook = book(name, shape);
    codebookBytes += in.position() - start;
    List<Codes> segments = new ArrayList<>();
    for (Segment segment : Segment.cut(shape)) {
      segments.add(segment(segment.shape(), recipe, codebook.part(segment, shape.rowLength())));
    }
    return new NetworkTensor.Coded(name, shape, recipe, segments);
  }

  private Recipe recipe(String index, String coder) {
    try {
      return Recipe.of(index, coder);
    } catch (IllegalArgumentException e) {
      throw malformed(e.getMessage());
    }
  }

  private Codebook book(String name, Shape shape) {
    int bits = in.u8("bits");
    int flags = in.u8("flags of the codebook");
    int count = in.varint("size of the codebook");
    boolean half = (flags & NetworkWriter.HALF) != 0;
    Codebook.Kind kind =
        switch (flags & ~NetworkWriter.HALF) {
          case 0 -> Codebook.Kind.UNIFORM;
          case NetworkWriter.TABLE -> Codebook.Kind.TABLE;
          case NetworkWriter.CHANNELS -> Codebook.Kind.CHANNELS;
          default -> null;
        };
    // The rows of a damaged shape may be any number: no more numbers than there are bytes.
    if (bits < 1
        || bits > 8
        || kind == null
        || !CodebookSection.holds(kind, bits, shape.rows(), count)
        || count > in.remaining() / (half ? 2 : 4)) {
      throw malformed(
          "tensor '%s': codebook of %d numbers for %d bits and shape %s, flags %d"
              .formatted(name, count, bits, shape, flags));
    }
    float[] numbers = numbers(count, half);
    try {
      return CodebookSection.of(kind, bits, numbers);
    } catch (IllegalArgumentException e) {
      throw malformed("tensor '" + name + "': " + e.getMessage());
    }
  }

  private Codes segment(Shape shape, Recipe recipe, Codebook codebook) {
    int start = in.position();
    int sections = in.u8("number of sections");
    List<Stream> streams = new ArrayList<>();
    long symbols = 0;
    for (int i = 0; i < sections; i++) {
      Stream stream = section(recipe, shape);
      symbols += stream.symbols().count();
      Header.checkTotal(symbols, shape, in.position());
      streams.add(stream);
    }
    try {
      return new Codes(
          shape, recipe.index().join(shape, codebook.bits(), new Split(streams)), codebook);
    } catch (MalformedInputException e) {
      throw new MalformedInputException(
          recipe + ", symbol " + e.position() + ": " + e.getMessage(), start);
    }
  }

  private Stream section(Recipe recipe, Shape shape) {
    String name = ref();
    int role = in.u8("role of section '" + name + "'");
    int width = in.u8("width of section '" + name + "'");
    int count = in.varint("count of section '" + name + "'");
    int tableLength = in.varint("table length");
    int payloadLength = in.varint("payload length");
    if ((role & ~NetworkWriter.BY_CODER) > 1
        || width < 1
        || width > 32
        || count > Header.mostSymbols(shape)) {
      throw malformed(
          "section '%s' has role %d, width %d and %d symbols".formatted(name, role, width, count));
    }
    int at = in.position();
    boolean value = (role & 1) != 0;
    tableBytes += tableLength;
    valueBytes += value ? payloadLength : 0;
    indexBytes += value ? 0 : payloadLength;
    Coded body = new Coded(in.raw(tableLength, "table"), in.raw(payloadLength, "payload"));
    SymbolCoder coder = (role & NetworkWriter.BY_CODER) != 0 ? recipe.coder() : SymbolCoders.PACKED;
    return StreamCodec.decode(name, value ? Role.VALUE : Role.INDEX, width, count, coder, body, at);
  }

  private float[] numbers(int count, boolean half) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] =
          half ? Half.toFloat((short) (in.u8("number") | in.u8("number") << 8)) : in.f32("number");
    }
    return numbers;
  }

  private String ref() {
    int number = in.varint("reference to a name");
    if (number > texts.size()) {
      throw malformed("reference to name " + number + " of " + texts.size());
    }
    if (number == texts.size()) {
      texts.add(text("name"));
    }
    return texts.get(number);
  }

  private String text(String what) {
    int length = in.varint("length of " + what);
    if (length > NetworkWriter.MAX_TEXT) {
      throw malformed(what + " of " + length + " bytes");
    }
    return new String(in.raw(length, what), StandardCharsets.UTF_8);
  }

  private MalformedInputException malformed(String message) {
    return new MalformedInputException(message, in.position());
  }
}
