package dev.tersor.core.encode;

import dev.tersor.core.bits.Half;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.IntegerFormat;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A tensor of a network file. */
public sealed interface NetworkTensor {
  /** The name, any text of at most 65,535 bytes in UTF-8. */
  String name();

  Shape shape();

  /** The values as they come out of the file. */
  float[] values();

  /**
   * A tensor that is stored as numbers: a bias, a normalisation's statistics.
   *
   * @param half whether a number takes 16 bits; it is then rounded to the nearest. Not so of a
   *     tensor with a number that 16 bits cannot hold, whatever is asked for
   */
  @SuppressWarnings("ArrayRecordComponent") // a tensor's numbers, not copied
  record Plain(String name, Shape shape, float[] values, boolean half) implements NetworkTensor {
    public Plain {
      if (values.length != shape.size()) {
        throw new IllegalArgumentException(
            name + ": " + values.length + " values do not fill shape " + shape);
      }
      half = half && isHeld(values);
      if (half) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < rounded.length; i++) {
          rounded[i] = Half.rounded(values[i]);
        }
        values = rounded;
      }
    }

    private static boolean isHeld(float[] values) {
      for (float value : values) {
        if (!Half.holds(value)) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * A tensor that holds no weights. Its numbers come back as they were.
   *
   * @param bytes the numbers, one after the other
   */
  @SuppressWarnings("ArrayRecordComponent") // a tensor's numbers, not copied
  record Integers(String name, Shape shape, IntegerFormat format, byte[] bytes)
      implements NetworkTensor {
    public Integers {
      if (bytes.length != shape.size() * format.bytes()) {
        throw new IllegalArgumentException(
            "%s: %d bytes of %s do not fill shape %s"
                .formatted(name, bytes.length, format.label(), shape));
      }
    }

    /** The numbers as the nearest floats. */
    @Override
    public float[] values() {
      float[] values = new float[Math.toIntExact(shape.size())];
      for (int i = 0; i < values.length; i++) {
        values[i] = format.value(bytes, i);
      }
      return values;
    }
  }

  /**
   * A quantised tensor.
   *
   * @param recipe how its segments are encoded
   * @param segments its codes, cut as {@link Segment#cut} cuts its shape, each with its part of one
   *     codebook
   */
  record Coded(String name, Shape shape, Recipe recipe, List<Codes> segments)
      implements NetworkTensor {
    public Coded {
      List<Segment> cut = Segment.cut(shape);
      if (segments.size() != cut.size()) {
        throw new IllegalArgumentException(
            "%s: %d segments, shape %s is cut into %d"
                .formatted(name, segments.size(), shape, cut.size()));
      }
      for (int i = 0; i < cut.size(); i++) {
        if (!segments.get(i).shape().equals(cut.get(i).shape())) {
          throw new IllegalArgumentException(
              name + ": segment " + i + " has another shape than its tensor has there");
        }
      }
      Codebook codebook = whole(shape, segments);
      for (int i = 0; i < cut.size(); i++) {
        if (!segments.get(i).codebook().equals(codebook.part(cut.get(i), shape.rowLength()))) {
          throw new IllegalArgumentException(
              name + ": segment " + i + " has another codebook than its tensor");
        }
      }
      segments = List.copyOf(segments);
    }

    /**
     * Cuts a quantised tensor into segments and finds its recipe.
     *
     * @param codes a code for each weight, in row-major order
     * @throws IllegalStateException if no recipe meets what a choice asks for
     */
    public static Coded of(
        String name, Shape shape, byte[] codes, Codebook codebook, Encoding encoding) {
      List<Codes> segments = new ArrayList<>();
      for (Segment segment : Segment.cut(shape)) {
        int from = Math.toIntExact(segment.offset());
        segments.add(
            new Codes(
                segment.shape(),
                Arrays.copyOfRange(codes, from, from + segment.length()),
                codebook.part(segment, shape.rowLength())));
      }
      return new Coded(name, shape, encoding.recipe(segments), segments);
    }

    /** The codebook of the whole tensor. */
    public Codebook codebook() {
      return whole(shape, segments);
    }

    private static Codebook whole(Shape shape, List<Codes> segments) {
      List<Codebook> parts = segments.stream().map(Codes::codebook).toList();
      return Codebook.join(shape, parts);
    }

    @Override
    public float[] values() {
      float[] values = new float[Math.toIntExact(shape.size())];
      int at = 0;
      for (Codes codes : segments) {
        float[] part = codes.dequantize();
        System.arraycopy(part, 0, values, at, part.length);
        at += part.length;
      }
      return values;
    }
  }
}
