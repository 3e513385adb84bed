package dev.tersor.core.encode;

import dev.tersor.core.bits.ByteReader;
import dev.tersor.core.bits.ByteWriter;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.symbol.Coded;
import dev.tersor.core.tensor.Codebook;

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

  /** The step of a uniform codebook, or the centroids of a table without trailing zeros. */
  static float[] numbers(Codebook codebook) {
    if (codebook.kind() == Codebook.Kind.UNIFORM) {
      return new float[] {codebook.value(1)};
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

  static Codebook decode(Header header, Section section, Coded body, int at) {
    boolean uniform = header.kind() == Header.UNIFORM;
    int most = uniform ? 1 : (1 << header.bits()) - 1;
    if (section.coded()
        || section.width() != 32
        || section.count() > most
        || (uniform && section.count() != 1)
        || body.table().length != 0
        || body.payload().length != 4L * section.count()) {
      throw new MalformedInputException(
          "codebook of " + section.count() + " values, at most " + most, at);
    }
    ByteReader in = new ByteReader(body.payload(), 0, body.payload().length);
    float[] values = new float[section.count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.f32("codebook");
    }
    try {
      return uniform
          ? Codebook.uniform(header.bits(), values[0])
          : Codebook.table(header.bits(), values);
    } catch (IllegalArgumentException e) {
      throw new MalformedInputException(e.getMessage(), at);
    }
  }
}
