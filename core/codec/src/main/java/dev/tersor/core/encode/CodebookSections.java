package dev.tersor.core.encode;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.bits.PackedInts;
import dev.tersor.core.symbol.Coded;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Shape;
import java.util.List;
import java.util.Optional;

/** The types of codebooks that containers and network files hold. */
final class CodebookSections {
  private static final List<CodebookSection<?>> ALL =
      List.of(
          new StepSection(),
          new CentroidsSection(),
          new RowStepsSection(),
          new GroupStepsSection());

  private CodebookSections() {}

  /** A codebook as it is stored, whatever its type. */
  record Stored(CodebookSection<?> section, Symbols numbers) {}

  /** The type of codebook with a number in heads. */
  static Optional<CodebookSection<?>> ofKind(int kind) {
    return ALL.stream().filter(section -> section.kind() == kind).findFirst();
  }

  static Stored store(Codebook codebook) {
    for (CodebookSection<?> section : ALL) {
      if (section.type().isInstance(codebook)) {
        return store(codebook, section);
      }
    }
    throw new IllegalArgumentException(
        "no container holds a " + codebook.getClass().getSimpleName());
  }

  private static <C extends Codebook> Stored store(Codebook codebook, CodebookSection<C> section) {
    int[] numbers = section.numbers(section.type().cast(codebook));
    return new Stored(section, new Symbols(numbers, section.width()));
  }

  /**
   * The codebook in the last section of a container.
   *
   * @throws MalformedInputException if it is not one of the container's tensor
   */
  static Codebook decode(Header header, Section section, Coded body, int at) {
    CodebookSection<?> kind = ofKind(header.kind()).orElseThrow();
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
