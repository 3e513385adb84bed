package dev.tersor.core.encode;

import dev.tersor.core.tensor.IntegerFormat;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Counts the bytes of a {@link NetworkFile} whose tensors are known by the lengths of their streams
 * alone, as containers of the same segments tell them: what writing them would come to, without the
 * bytes. It is the length of the file to the byte, but for codebooks whose numbers all are fp16
 * ones, which take half of what is said here, and for codebooks in streams, whose heads are
 * estimated.
 *
 * <p>Example: {@code w} of shape 3 in {@code bitmap/packed} with a codebook of 4 bytes and the
 * streams {@code mask} of 3 symbols in 1 byte and {@code values} of 2 symbols in 1 byte takes 56
 * bytes, and the file 66: the example of {@link NetworkFile} with a step that is no fp16 number.
 */
public final class NetworkLength {
  /** Head of a section in a codebook of streams: a reference, role, width and three lengths. */
  private static final int CODEBOOK_HEAD = 8;

  private final Set<String> texts = new HashSet<>();
  private long bytes = NetworkWriter.MAGIC.length + 1L;

  /**
   * A stream of a segment.
   *
   * @param tableBytes of its code table
   * @param payloadBytes of its coded symbols
   */
  public record Part(String stream, long symbols, long tableBytes, long payloadBytes) {}

  /**
   * Adds a coded tensor.
   *
   * @param codebookBytes numbers of its codebook, 4 bytes each
   * @param half whether they will take 2
   * @param segments the streams of each of its segments, as {@link Segment#cut} cuts the shape
   * @return what it takes, with the texts that it is the first to bring
   */
  public long coded(
      String name,
      Shape shape,
      Recipe recipe,
      long codebookBytes,
      boolean half,
      List<List<Part>> segments) {
    long before = bytes;
    head(name, shape);
    ref(recipe.index().name());
    ref(recipe.coder().name());
    bytes += 2 + varint(codebookBytes / Float.BYTES) + (half ? codebookBytes / 2 : codebookBytes);
    if (codebookBytes % Float.BYTES != 0) {
      bytes += CODEBOOK_HEAD;
    }
    for (List<Part> streams : segments) {
      bytes++;
      for (Part part : streams) {
        ref(part.stream());
        bytes +=
            2
                + varint(part.symbols())
                + varint(part.tableBytes())
                + varint(part.payloadBytes())
                + part.tableBytes()
                + part.payloadBytes();
      }
    }
    return bytes - before;
  }

  /**
   * Adds a tensor of plain numbers.
   *
   * @param half whether each takes 16 bits
   * @return what it takes
   */
  public long plain(String name, Shape shape, boolean half) {
    long before = bytes;
    head(name, shape);
    bytes += shape.size() * (half ? Short.BYTES : Float.BYTES);
    return bytes - before;
  }

  /**
   * Adds a tensor of integers that are no weights.
   *
   * @return what it takes
   */
  public long integers(String name, Shape shape, IntegerFormat format) {
    long before = bytes;
    head(name, shape);
    ref(format.label());
    bytes += shape.size() * format.bytes();
    return bytes - before;
  }

  /** The length of a file of what was added. */
  public long total() {
    return bytes + 1 + Integer.BYTES;
  }

  private void head(String name, Shape shape) {
    bytes += 1 + text(name) + 1;
    for (long dim : shape.dims()) {
      bytes += varint(dim);
    }
    bytes++;
  }

  private void ref(String text) {
    bytes += varint(texts.contains(text) ? 0 : texts.size());
    if (texts.add(text)) {
      bytes += text(text);
    }
  }

  private static long text(String text) {
    long length = text.getBytes(StandardCharsets.UTF_8).length;
    return varint(length) + length;
  }

  private static int varint(long value) {
    return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + 6) / 7);
  }
}
