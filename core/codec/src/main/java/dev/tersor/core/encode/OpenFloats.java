package dev.tersor.core.encode;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.encode.OpenContainer.CodedStream;
import dev.tersor.core.index.Role;
import dev.tersor.core.symbol.Place;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.tensor.FloatFormat;
import dev.tersor.core.tensor.Shape;
import java.util.Optional;

/**
 * A {@link FloatContainer} of every weight, zeros included, whose checksums hold and whose numbers
 * are still coded. Exponents and mantissas lie in order of position.
 *
 * @param format of the numbers
 * @param exponents sign and exponent of each weight
 * @param mantissas of as many, packed
 */
public record OpenFloats(
    Shape shape, FloatFormat format, CodedStream exponents, CodedStream mantissas) {

  /**
   * Opens a container of floats, where it is one of every weight.
   *
   * @return empty where positions are stored or mantissas are coded: such a container is to be
   *     decoded
   * @throws MalformedInputException if its header or a checksum is wrong
   */
  public static Optional<OpenFloats> read(byte[] container) {
    Header header = Header.read(container, Header.Form.FLOATS);
    Recipe recipe = header.recipe();
    CodedStream exponents = null;
    CodedStream mantissas = null;
    for (Section.Body body : Section.Body.all(header, container)) {
      Section section = body.section();
      Place place = recipe.index().place(section.name(), section.kind().role(), header.shape());
      CodedStream stream = body.stream(recipe.coder(), place);
      if (stream.role() == Role.NUMBER) {
        if (stream.name().equals(FloatStreams.MANTISSAS)) {
          mantissas = stream;
        } else if (stream.name().equals(FloatStreams.EXPONENTS)) {
          exponents = stream;
        }
      }
    }
    FloatFormat format = FloatContainer.format(header);
    if (!recipe.index().isDense()
        || !isOf(exponents, format.exponentBits(), header.shape())
        || !isOf(mantissas, format.mantissaBits(), header.shape())
        || mantissas.coder() != SymbolCoders.PACKED
        || mantissas.coded().table().length > 0) {
      return Optional.empty();
    }
    return Optional.of(new OpenFloats(header.shape(), format, exponents, mantissas));
  }

  private static boolean isOf(CodedStream stream, int width, Shape shape) {
    return stream != null && stream.width() == width && stream.count() == shape.size();
  }
}
