package dev.tersor.core.encode;

import dev.tersor.core.bits.ByteWriter;
import dev.tersor.core.index.Split;
import dev.tersor.core.index.Stream;
import dev.tersor.core.symbol.Coded;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Collects the sections of one container, and counts what their bytes are for. */
final class ContainerBuilder {
  private final Recipe recipe;
  private final Shape shape;
  private final List<Section> sections = new ArrayList<>();
  private final List<Coded> bodies = new ArrayList<>();
  private final List<Encoded.CodedStream> streams = new ArrayList<>();
  private int valueBytes;
  private int indexBytes;
  private int tableBytes;
  private int codebookBytes;
  private double padding;

  /**
   * @throws IllegalArgumentException if no container holds such a shape
   */
  ContainerBuilder(Recipe recipe, Shape shape) {
    Header.checkShape(shape);
    this.recipe = recipe;
    this.shape = shape;
  }

  /**
   * Adds a coded stream.
   *
   * @param isValue whether it is counted as values, or as index
   */
  void add(StreamCodec.Part part, boolean isValue) {
    Stream stream = part.stream();
    Coded coded = part.coded();
    section(stream.name(), Section.Kind.of(stream.role()), part.byCoder(), stream.symbols(), coded);
    streams.add(
        new Encoded.CodedStream(
            stream.name(),
            (part.byCoder() ? recipe.coder() : SymbolCoders.PACKED).name(),
            coded.table().length,
            coded.payload().length));
    if (isValue) {
      valueBytes += coded.payload().length;
    } else {
      indexBytes += coded.payload().length;
    }
    tableBytes += coded.table().length;
    if (stream.padding() > 0) {
      padding += (double) coded.payload().length * stream.padding() / stream.symbols().count();
    }
  }

  /** Adds a codebook, which is no stream of the recipe's. */
  void addCodebook(CodebookSections.Stored stored) {
    if (stored.numbers() != null) {
      Coded codebook = SymbolCoders.PACKED.encode(stored.numbers());
      codebookBytes += codebook.payload().length;
      section(Section.CODEBOOK_NAME, Section.Kind.CODEBOOK, false, stored.numbers(), codebook);
    }
    for (StreamCodec.Part part : stored.streams()) {
      Stream stream = part.stream();
      codebookBytes += part.coded().payload().length;
      tableBytes += part.coded().table().length;
      section(stream.name(), Section.Kind.CODEBOOK, part.byCoder(), stream.symbols(), part.coded());
    }
  }

  private void section(String name, Section.Kind kind, boolean coded, Symbols symbols, Coded body) {
    sections.add(
        new Section(
            name,
            kind,
            coded,
            symbols.width(),
            symbols.count(),
            body.table().length,
            body.payload().length,
            Header.checksum(body.table(), body.payload())));
    bodies.add(body);
  }

  /**
   * @param kind of the codebook or the numbers
   * @param bits of a code or a number
   * @param split what the sections are of
   * @throws IllegalArgumentException if a stream has more symbols than a container holds
   */
  Encoded build(Header.Form form, int kind, int bits, Split split) {
    byte[] header = Header.write(form, recipe, kind, bits, shape, sections);
    ByteWriter out =
        new ByteWriter(header.length + valueBytes + indexBytes + tableBytes + codebookBytes);
    out.raw(header);
    for (Coded body : bodies) {
      out.raw(body.table()).raw(body.payload());
    }
    Breakdown breakdown =
        new Breakdown(
            valueBytes,
            indexBytes,
            tableBytes,
            codebookBytes,
            header.length,
            (int) Math.round(padding),
            split.paddingElements());
    return new Encoded(out.toByteArray(), breakdown, streams);
  }
}
