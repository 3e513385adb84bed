package dev.tersor.core.encode;

import dev.tersor.core.bits.ForkedLoop;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.index.Split;
import dev.tersor.core.index.Stream;
import dev.tersor.core.symbol.Place;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.FloatFormat;
import dev.tersor.core.tensor.IntegerFormat;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A {@link NetworkFile} whose checksum holds and whose tensors are still coded. Each segment is
 * decoded by itself, on request.
 */
public final class OpenNetwork {
  private final byte[] file;
  private final int version;
  private final List<NetworkEntry> entries;
  private final List<String> names;
  private final Parts parts;

  private OpenNetwork(byte[] file, NetworkReader reader) {
    this.file = file;
    this.version = reader.version();
    this.entries = List.copyOf(reader.entries());
    this.names = List.copyOf(reader.names());
    this.parts = reader.parts();
  }

  /**
   * Opens a file.
   *
   * @param file not copied
   * @throws MalformedInputException if it is no such file, or its checksum or its structure is
   *     wrong
   */
  public static OpenNetwork read(byte[] file) {
    return new OpenNetwork(file, new NetworkReader(file));
  }

  /** The tensors, in their order. */
  public List<NetworkEntry> entries() {
    return entries;
  }

  /** What the bytes of the file are for. */
  public Parts parts() {
    return parts;
  }

  /**
   * The weights of one segment, in row-major order.
   *
   * @param part of {@code entry}
   * @throws MalformedInputException if its bytes are not those of such a segment
   */
  public float[] weights(NetworkEntry entry, NetworkEntry.Part part) {
    int length = part.segment().length();
    if (entry.integers().isPresent()) {
      return integers(entry, part.at(), Shape.of(length)).values();
    }
    return entry.recipe().isPresent()
        ? codes(entry, part).dequantize()
        : numbers(entry, part.at(), length);
  }

  /** All tensors, decoded, with the cores of a pool where it is called in one. */
  List<NetworkTensor> tensors() {
    NetworkTensor[] tensors = new NetworkTensor[entries.size()];
    ForkedLoop.run(tensors.length, i -> tensors[i] = tensor(entries.get(i)));
    return List.of(tensors);
  }

  private NetworkTensor tensor(NetworkEntry entry) {
    if (entry.integers().isPresent()) {
      return integers(entry, entry.parts().get(0).at(), entry.shape());
    }
    if (entry.recipe().isEmpty()) {
      return new NetworkTensor.Plain(
          entry.name(),
          entry.shape(),
          numbers(entry, entry.parts().get(0).at(), (int) entry.shape().size()),
          isHalf(entry));
    }
    Codes[] segments = new Codes[entry.parts().size()];
    ForkedLoop.run(segments.length, i -> segments[i] = codes(entry, entry.parts().get(i)));
    return new NetworkTensor.Coded(
        entry.name(), entry.shape(), entry.recipe().orElseThrow(), List.of(segments));
  }

  private NetworkTensor.Integers integers(NetworkEntry entry, int at, Shape shape) {
    IntegerFormat format = entry.integers().orElseThrow();
    int length = Math.toIntExact(shape.size() * format.bytes());
    return new NetworkTensor.Integers(
        entry.name(), shape, format, Arrays.copyOfRange(file, at, at + length));
  }

  private static boolean isHalf(NetworkEntry entry) {
    return entry.format().orElseThrow() == FloatFormat.FP16;
  }

  private float[] numbers(NetworkEntry entry, int at, int count) {
    return at(at, 0).numbers(count, isHalf(entry));
  }

  private Codes codes(NetworkEntry entry, NetworkEntry.Part part) {
    Recipe recipe = entry.recipe().orElseThrow();
    Segment segment = part.segment();
    Shape shape = segment.shape();
    NetworkCursor cursor = at(part.at(), part.names());
    int sections = cursor.in().u8("number of sections");
    List<Stream> streams = new ArrayList<>();
    for (int i = 0; i < sections; i++) {
      NetworkSection section = NetworkSection.read(cursor, shape);
      Place place =
          StreamCodec.place(
              recipe.index(), section.name(), section.role(), shape, entry.codebook());
      streams.add(section.stream(cursor.in(), recipe.coder(), place));
    }
    try {
      return new Codes(
          shape,
          recipe.index().asOf(version).join(shape, entry.codebook().bits(), new Split(streams)),
          entry.codebook().part(segment, entry.shape().rowLength()));
    } catch (MalformedInputException e) {
      throw new MalformedInputException(
          recipe + ", symbol " + e.position() + ": " + e.getMessage(), part.at());
    }
  }

  private NetworkCursor at(int position, int known) {
    return new NetworkCursor(file, position, NetworkReader.end(file), names.subList(0, known));
  }
}
