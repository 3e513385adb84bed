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
    ByteWriter out = new ByteWriter(4 * codebook.size());
    if (codebook.kind() == Codebook.Kind.UNIFORM) {
      out.f32(codebook.value(1));
    } else {
      int last = codebook.size() - 1;
      while (last > 0 && codebook.value(last) == 0) {
        last--;
      }
      for (int code = 1; code <= last; code++) {
        out.f32(codebook.value(code));
      }
    }
    return new Coded(new byte[0], out.toByteArray());
  }

  static Codebook decode(Header header, Section section, Coded body, int at) {
    boolean uniform = header.codebook() == Codebook.Kind.UNIFORM;
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
