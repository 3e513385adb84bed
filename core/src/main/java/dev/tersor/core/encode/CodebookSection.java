package dev.tersor.core.encode;

import dev.tersor.core.bits.ByteReader;
import dev.tersor.core.bits.ByteWriter;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.symbol.Coded;
import dev.tersor.core.tensor.Codebook;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The last section of a container: a codebook as fp32 numbers. */
final class CodebookSection {
  private CodebookSection() {}

  static Coded encode(Codebook codebook) {
    float[] numbers = numbers(codebook);
    ByteWriter out = new ByteWriter(4 * numbers.length);
    for (float number : numbers) {
      out.f32(number);
    }
    return new Coded(new byte[0], out.toByteArray());
  }

  /**
   * The step of a uniform codebook, the steps of all rows, or the centroids of a table without
   * trailing zeros.
   */
  static float[] numbers(Codebook codebook) {
    if (codebook.kind() == Codebook.Kind.UNIFORM) {
      return new float[] {codebook.value(1)};
    }
    if (codebook.kind() == Codebook.Kind.CHANNELS) {
      float[] steps = new float[codebook.rows()];
      for (int row = 0; row < steps.length; row++) {
        steps[row] = codebook.step(row);
      }
      return steps;
    }
    int last = codebook.size() - 1;
    while (last > 0 && codebook.value(last) == 0) {
      last--;
    }
    float[] numbers = new float[last];
    for (int i = 0; i < last; i++) {
      numbers[i] = codebook.value(i + 1);
    }
    return numbers;
  }

  /** Whether a codebook of a tensor with so many rows can have so many numbers. */
  static boolean holds(Codebook.Kind kind, int bits, long rows, int count) {
    return switch (kind) {
      case UNIFORM -> count == 1;
      case TABLE -> count < 1 << bits;
      case CHANNELS -> count == rows;
    };
  }

  /** The codebook of numbers that {@link #numbers} gave. */
  static Codebook of(Codebook.Kind kind, int bits, float[] numbers) {
    return switch (kind) {
      case UNIFORM -> Codebook.uniform(bits, numbers[0]);
      case TABLE -> Codebook.table(bits, numbers);
      case CHANNELS -> Codebook.channels(bits, numbers);
    };
  }

  /** The number of a kind of codebook in a container's head. */
  static int number(Codebook.Kind kind) {
    return switch (kind) {
      case UNIFORM -> 0;
      case TABLE -> 1;
      case CHANNELS -> 2;
    };
  }

  /** The kind of codebook of such a number. */
  static Optional<Codebook.Kind> kind(int number) {
    return Arrays.stream(Codebook.Kind.values()).filter(k -> number(k) == number).findFirst();
  }

  static Codebook decode(Header header, Section section, Coded body, int at) {
    int count = section.count();
    Codebook.Kind kind = kind(header.kind()).orElseThrow();
    if (section.coded()
        || section.width() != 32
        || !holds(kind, header.bits(), header.shape().rows(), count)
        || body.table().length != 0
        || body.payload().length != 4L * count) {
      throw new MalformedInputException(
          "%s codebook of %d numbers for %d bits and shape %s"
              .formatted(kind, count, header.bits(), header.shape())
              .toLowerCase(Locale.ROOT),
          at);
    }
    ByteReader in = new ByteReader(body.payload(), 0, body.payload().length);
    float[] values = new float[count];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.f32("codebook");
    }
    try {
      return of(kind, header.bits(), values);
    } catch (IllegalArgumentException e) {
      throw new MalformedInputException(e.getMessage(), at);
    }
  }
}
