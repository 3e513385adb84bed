package dev.tersor.core.encode;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.bits.PackedInts;
import dev.tersor.core.symbol.Coded;
import dev.tersor.core.symbol.Place;
import dev.tersor.core.symbol.SymbolCoder;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The types of codebooks that containers and network files hold. */
final class CodebookSections {
  private static final List<CodebookForm<?>> ALL =
      List.of(
          new StepSection(),
          new CentroidsSection(),
          new RowStepsSection(),
          new GroupStepsSection(),
          new ScaledStreams(),
          new TrellisSection(),
          new OutlierStreams());

  private CodebookSections() {}

  /**
   * A codebook as it is stored, whatever its type.
   *
   * @param kind what heads call its type
   * @param numbers of a type that is stored as such, else null
   * @param streams of a type that is stored as such, else none
   */
  record Stored(int kind, Symbols numbers, List<StreamCodec.Part> streams) {}

  /** The type of codebook with a number in heads. */
  static Optional<CodebookForm<?>> ofKind(int kind) {
    return ALL.stream().filter(form -> form.kind() == kind).findFirst();
  }

  /**
   * @param coder of the recipe, for streams
   */
  static Stored store(Codebook codebook, SymbolCoder coder) {
    for (CodebookForm<?> form : ALL) {
      if (form.type().isInstance(codebook)) {
        return form instanceof CodebookSection<?> section
            ? store(codebook, section)
            : store(codebook, (CodebookStreams<?>) form, coder);
      }
    }
    throw new IllegalArgumentException(
        "no container holds a " + codebook.getClass().getSimpleName());
  }

  private static <C extends Codebook> Stored store(Codebook codebook, CodebookSection<C> section) {
    int[] numbers = section.numbers(section.type().cast(codebook));
    return new Stored(section.kind(), new Symbols(numbers, section.width()), List.of());
  }

  private static <C extends Codebook> Stored store(
      Codebook codebook, CodebookStreams<C> form, SymbolCoder coder) {
    return new Stored(form.kind(), null, form.encode(form.type().cast(codebook), coder));
  }

  /**
   * The codebook in sections of a container.
   *
   * @param coder of the recipe
   * @throws MalformedInputException if it is not one of the container's tensor
   */
  static Codebook decode(Header header, List<Section.Body> sections, SymbolCoder coder) {
    int at = sections.get(0).at();
    CodebookForm<?> form = ofKind(header.kind()).orElseThrow();
    if (form instanceof CodebookStreams<?> streams) {
      Map<String, Symbols> symbols = new LinkedHashMap<>();
      for (Section.Body body : sections) {
        Section section = body.section();
        checkBounded(
            section.coded(),
            section.count(),
            section.tableLength(),
            section.payloadLength(),
            body.at());
        symbols.put(section.name(), body.stream(coder, Place.UNKNOWN).symbols());
      }
      return of(streams, header.bits(), header.shape(), symbols, at);
    }
    if (sections.size() > 1) {
      throw new MalformedInputException("two codebooks", sections.get(1).at());
    }
    return decode(header, sections.get(0).section(), sections.get(0).coded(), at);
  }

  /**
   * @throws MalformedInputException if a stream's symbols are more than its bytes can stand for
   */
  static void checkBounded(boolean isCoded, int count, int table, int payload, int at) {
    if (isCoded && !CodebookStreams.isBounded(count, (long) table + payload)) {
      throw new MalformedInputException(
          "%d symbols of a codebook in %d bytes".formatted(count, (long) table + payload), at);
    }
  }

  /**
   * The codebook of streams.
   *
   * @param at where they are, for errors
   * @throws MalformedInputException if they are not those of a codebook of such a tensor
   */
  static Codebook of(
      CodebookStreams<?> form, int bits, Shape shape, Map<String, Symbols> streams, int at) {
    try {
      return form.of(bits, shape, streams);
    } catch (IllegalArgumentException e) {
      throw new MalformedInputException(
          "%d bits, shape %s, codebook of streams %s: %s"
              .formatted(bits, shape, streams.keySet(), e.getMessage()),
          at);
    }
  }

  private static Codebook decode(Header header, Section section, Coded body, int at) {
    CodebookSection<?> kind = (CodebookSection<?>) ofKind(header.kind()).orElseThrow();
    Shape shape = header.shape();
    try {
      if (section.coded()
          || section.width() != kind.width()
          || body.table().length != 0
          || body.payload().length != PackedInts.bytes(section.count(), kind.width())) {
        throw new IllegalArgumentException("codebook is coded or has another length");
      }
      Symbols numbers = SymbolCoders.PACKED.decode(body, section.count(), section.width());
      return kind.of(header.bits(), shape, numbers.values());
    } catch (IllegalArgumentException e) {
      throw new MalformedInputException(
          "%d bits, shape %s, codebook of %d numbers: %s"
              .formatted(header.bits(), shape, section.count(), e.getMessage()),
          at);
    }
  }
}
