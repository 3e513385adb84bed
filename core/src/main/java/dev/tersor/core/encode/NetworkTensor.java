package dev.tersor.core.encode;

import dev.tersor.core.bits.Half;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
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
   * @param half whether a number takes 16 bits; it is then rounded to the nearest
   */
  @SuppressWarnings("ArrayRecordComponent") // a tensor's numbers, not copied
  record Plain(String name, Shape shape, float[] values, boolean half) implements NetworkTensor {
    public Plain {
      if (values.length != shape.size()) {
        throw new IllegalArgumentException(
            name + ": " + values.length + " values do not fill shape " + shape);
      }
      if (half) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < rounded.length; i++) {
          rounded[i] = Half.toFloat(Half.fromFloat(values[i]));
        }
        values = rounded;
      }
    }
  }

  /**
   * A quantised tensor.
   *
   * @param recipe how its segments are encoded
   * @param segments its codes, cut as {@link Segment#cut} cuts its shape, all with one codebook
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
        if (!segments.get(i).shape().equals(cut.get(i).shape())
            || !segments.get(i).codebook().equals(segments.get(0).codebook())) {
          throw new IllegalArgumentException(
              name + ": segment " + i + " has another shape or codebook than its tensor");
        }
      }
      segments = List.copyOf(segments);
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
