package dev.tersor.core.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.tensor.IntegerFormat;
import dev.tersor.core.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes tensors of F32, and of integers, as a safetensors file, whose header comes first: shapes
 * are announced, then the values of each tensor follow in pieces of any length, tensors in the
 * order of their sorted names. The same tensors always give the same bytes.
 */
public final class SafetensorsWriter implements Closeable {
  private static final int CHUNK = 1 << 13;

  private final OutputStream out;
  private final TreeMap<String, Shape> shapes;
  private final Map<String, IntegerFormat> integers;
  private final Iterator<Map.Entry<String, Shape>> rest;
  private final byte[] chunk = new byte[4 * CHUNK];
  private String current;
  private long missing;

  /**
   * Writes the header.
   *
   * @param out closed by {@link #close}
   * @param tensors the shape of every tensor by name
   * @param metadata what goes under {@code __metadata__}; left out when empty
   * @throws IllegalArgumentException if a name is reserved or the header would be longer than any
   *     reader takes
   */
  public SafetensorsWriter(
      OutputStream out, Map<String, Shape> tensors, Map<String, String> metadata)
      throws IOException {
    this(out, tensors, Map.of(), metadata);
  }

  /**
   * The same with tensors of integers.
   *
   * @param integers what the tensors that are not of F32 hold, by name
   */
  public SafetensorsWriter(
      OutputStream out,
      Map<String, Shape> tensors,
      Map<String, IntegerFormat> integers,
      Map<String, String> metadata)
      throws IOException {
    this.out = out;
    this.shapes = new TreeMap<>(tensors);
    this.integers = Map.copyOf(integers);
    check(shapes);
    out.write(header(new TreeMap<>(metadata)));
    this.rest = shapes.entrySet().iterator();
    advance();
  }

  /**
   * @throws IllegalArgumentException if a name is reserved
   */
  public static void check(Map<String, Shape> tensors) {
    if (tensors.containsKey(SafetensorsHeader.METADATA)) {
      throw new IllegalArgumentException(
          "tensor '" + SafetensorsHeader.METADATA + "' has a name that safetensors reserves");
    }
  }

  private byte[] header(Map<String, String> metadata) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(new byte[8]);
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(SafetensorsHeader.METADATA);
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      long offset = 0;
      for (Map.Entry<String, Shape> tensor : shapes.entrySet()) {
        long[] dims = tensor.getValue().dims();
        IntegerFormat format = integers.get(tensor.getKey());
        long width = format == null ? Float.BYTES : format.bytes();
        long end = Math.addExact(offset, Math.multiplyExact(width, tensor.getValue().size()));
        json.writeObjectFieldStart(tensor.getKey());
        json.writeStringField("dtype", format == null ? "F32" : format.name());
        json.writeFieldName("shape");
        json.writeArray(dims, 0, dims.length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {offset, end}, 0, 2);
        json.writeEndObject();
        offset = end;
      }
      json.writeEndObject();
    }
    while (bytes.size() % 8 != 0) {
      bytes.write(' ');
    }
    byte[] header = bytes.toByteArray();
    if (header.length - 8 > HeaderChecks.MAX_HEADER_BYTES) {
      throw new IllegalArgumentException(
          "header of %d bytes, at most %d"
              .formatted(header.length - 8, HeaderChecks.MAX_HEADER_BYTES));
    }
    LittleEndian.putLong(header, 0, header.length - 8L);
    return header;
  }

  /**
   * Writes all numbers of a tensor of integers.
   *
   * @param numbers in row-major order, little-endian
   * @throws IllegalArgumentException if the tensor is none of integers, is not the one whose turn
   *     it is or has another number of them
   */
  public void write(String name, byte[] numbers) throws IOException {
    IntegerFormat format = integers.get(name);
    if (format == null || numbers.length != shapes.get(name).size() * format.bytes()) {
      throw new IllegalArgumentException(
          "%d bytes for tensor '%s', expected %s"
              .formatted(
                  numbers.length,
                  name,
                  format == null ? "floats" : shapes.get(name) + " of " + format.label()));
    }
    if (numbers.length > 0) {
      checkTurn(name, numbers.length / format.bytes());
      out.write(numbers);
      missing = 0;
      advance();
    }
  }

  /** Appends all of {@code values} to a tensor. */
  public void write(String name, float[] values) throws IOException {
    write(name, values, 0, values.length);
  }

  /**
   * Appends values to a tensor, in row-major order.
   *
   * @throws IllegalArgumentException if the tensor is unknown, is not the one whose turn it is or
   *     has no room for {@code count} more values
   */
  public void write(String name, float[] values, int from, int count) throws IOException {
    if (count == 0 && shapes.containsKey(name)) {
      return;
    }
    checkTurn(name, count);
    if (integers.containsKey(name)) {
      throw new IllegalArgumentException("floats for tensor '" + name + "', expected integers");
    }
    for (int done = 0; done < count; ) {
      int n = Math.min(CHUNK, count - done);
      for (int i = 0; i < n; i++) {
        LittleEndian.putInt(chunk, 4 * i, Float.floatToRawIntBits(values[from + done + i]));
      }
      out.write(chunk, 0, 4 * n);
      done += n;
    }
    missing -= count;
    advance();
  }

  private void checkTurn(String name, int count) {
    if (!name.equals(current) || count > missing) {
      throw new IllegalArgumentException(
          "%d values for tensor '%s', expected %s"
              .formatted(
                  count,
                  name,
                  current == null ? "no more" : "at most %d for '%s'".formatted(missing, current)));
    }
  }

  private void advance() {
    while (missing == 0 && rest.hasNext()) {
      Map.Entry<String, Shape> next = rest.next();
      current = next.getKey();
      missing = next.getValue().size();
    }
    if (missing == 0) {
      current = null;
    }
  }

  /**
   * Closes the stream.
   *
   * @throws IllegalStateException if values are missing, so that the file is not a valid one
   */
  @Override
  public void close() throws IOException {
    out.close();
    if (current != null) {
      throw new IllegalStateException(missing + " values missing of tensor '" + current + "'");
    }
  }
}
