package dev.tersor.core.encode;

import dev.tersor.core.bits.ByteReader;
import dev.tersor.core.bits.ByteWriter;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.index.IndexScheme;
import dev.tersor.core.index.Role;
import dev.tersor.core.index.Split;
import dev.tersor.core.index.Stream;
import dev.tersor.core.symbol.Coded;
import dev.tersor.core.symbol.SymbolCoder;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Segment;
import java.util.ArrayList;
import java.util.List;

/**
 * The container: one tensor segment in one encoding, version 1. All numbers are little-endian; a
 * {@code varint} is an unsigned LEB128 below 2^31; a {@code name} is one length byte and that many
 * ASCII bytes.
 *
 * <pre>
 * container := header section*
 * header    := "TRSR" version:u8(=1) index:name coder:name
 *              codebook:u8(0 uniform, 1 table) bits:u8 rank:u8 dim:varint{rank}
 *              sections:u8 descriptor{sections} crc32c:u32 of all bytes before it
 * descriptor:= stream:name kind:u8 width:u8 count:varint table:varint payload:varint crc32c:u32
 *              kind: 0 index, 1 value, 2 codebook; bit 7 set where the recipe's coder was used,
 *              clear where the symbols are packed: it does not take the width, or gains nothing
 * section   := table bytes, payload bytes; nothing between sections, nothing after the last
 * </pre>
 *
 * The streams of an index scheme are described in the schemes of {@code dev.tersor.core.index}, the
 * bits of a coder in {@code dev.tersor.core.symbol}. The codebook section comes last: fp32 symbols
 * of width 32, packed; for a uniform codebook the step, for a table the centroids of codes 1, 2,
 * ... (trailing zeros left out).
 *
 * <p>Example: the tensor of shape 3 with codes 0 1 3, bits 2 and step 0.5 in recipe {@code
 * bitmap/packed} is
 *
 * <pre>
 * 54 52 53 52 01  06 "bitmap" 06 "packed"  00 02  01 03  03
 *   04 "mask"     80 08 01 00 01 crc     06 "values" 81 02 02 00 01 crc
 *   08 "codebook" 02 20 01 00 04 crc     crc
 * 06  0D  00 00 00 3F
 * </pre>
 */
public final class Container {
  private Container() {}

  /**
   * Encodes a segment.
   *
   * @throws IllegalArgumentException if it has more than {@link Segment#MAX_WEIGHTS} weights or 16
   *     dimensions, or the recipe cannot hold a tensor of its shape
   */
  public static Encoded encode(Codes codes, Recipe recipe) {
    Header.checkShape(codes.shape());
    return encode(codes, recipe, recipe.index().split(codes));
  }

  /**
   * Encodes a segment that the recipe's index scheme has split already, so that several coders
   * share one split.
   */
  public static Encoded encode(Codes codes, Recipe recipe, Split split) {
    Header.checkShape(codes.shape());
    List<Section> sections = new ArrayList<>();
    List<Coded> bodies = new ArrayList<>();
    List<Encoded.CodedStream> streams = new ArrayList<>();
    int valueBytes = 0;
    int indexBytes = 0;
    int tables = 0;
    double padding = 0;
    for (Stream stream : split.streams()) {
      Symbols symbols = stream.symbols();
      StreamCodec.Part part = encode(stream, recipe.coder(), codes);
      Coded coded = part.coded();
      Section.Kind kind = stream.role() == Role.VALUE ? Section.Kind.VALUE : Section.Kind.INDEX;
      sections.add(describe(stream.name(), kind, part.byCoder(), symbols, coded));
      bodies.add(coded);
      streams.add(
          new Encoded.CodedStream(
              stream.name(),
              (part.byCoder() ? recipe.coder() : SymbolCoders.PACKED).name(),
              coded.table().length,
              coded.payload().length));
      if (stream.role() == Role.VALUE) {
        valueBytes += coded.payload().length;
      } else {
        indexBytes += coded.payload().length;
      }
      tables += coded.table().length;
      if (stream.padding() > 0) {
        padding += (double) coded.payload().length * stream.padding() / symbols.count();
      }
    }
    Coded codebook = CodebookSection.encode(codes.codebook());
    sections.add(describeCodebook(codebook));
    bodies.add(codebook);
    byte[] header =
        Header.write(
            recipe.index().name(),
            recipe.coder().name(),
            codes.shape(),
            codes.codebook(),
            sections);
    ByteWriter out = new ByteWriter(header.length + valueBytes + indexBytes + tables + 1024);
    out.raw(header);
    for (Coded body : bodies) {
      out.raw(body.table()).raw(body.payload());
    }
    Breakdown breakdown =
        new Breakdown(
            valueBytes,
            indexBytes,
            tables,
            codebook.payload().length,
            header.length,
            (int) Math.round(padding),
            split.paddingElements());
    return new Encoded(out.toByteArray(), breakdown, streams);
  }

  /** Bytes of header and codebook if tables and payloads had none: no container has fewer. */
  static int leastFrame(Codes codes, Recipe recipe, Split split) {
    Coded nothing = new Coded(new byte[0], new byte[0]);
    List<Section> sections = new ArrayList<>();
    for (Stream stream : split.streams()) {
      Section.Kind kind = stream.role() == Role.VALUE ? Section.Kind.VALUE : Section.Kind.INDEX;
      sections.add(describe(stream.name(), kind, true, stream.symbols(), nothing));
    }
    Coded codebook = CodebookSection.encode(codes.codebook());
    sections.add(describeCodebook(codebook));
    return codebook.payload().length
        + Header.write(
                recipe.index().name(),
                recipe.coder().name(),
                codes.shape(),
                codes.codebook(),
                sections)
            .length;
  }

  /** The codes of the non-zeros, which most schemes share, are coded once by each coder. */
  private static StreamCodec.Part encode(Stream stream, SymbolCoder coder, Codes codes) {
    return codes.isDerived(IndexScheme.VALUES, stream)
        ? codes.derived(
            IndexScheme.VALUES + "/" + coder.name(),
            StreamCodec.Part.class,
            () -> StreamCodec.encode(stream, coder))
        : StreamCodec.encode(stream, coder);
  }

  private static Section describeCodebook(Coded codebook) {
    return describe(
        Section.CODEBOOK_NAME,
        Section.Kind.CODEBOOK,
        false,
        new Symbols(new int[codebook.payload().length / 4], 32),
        codebook);
  }

  private static Section describe(
      String name, Section.Kind kind, boolean coded, Symbols symbols, Coded body) {
    return new Section(
        name,
        kind,
        coded,
        symbols.width(),
        symbols.count(),
        body.table().length,
        body.payload().length,
        Header.checksum(body.table(), body.payload()));
  }

  /**
   * The recipe of a container.
   *
   * @throws MalformedInputException if it has no sound header, or names an unknown scheme or coder
   */
  public static Recipe recipe(byte[] container) {
    return recipe(Header.read(container));
  }

  private static Recipe recipe(Header header) {
    try {
      return Recipe.of(header.index(), header.coder());
    } catch (IllegalArgumentException e) {
      throw new MalformedInputException(e.getMessage(), 5);
    }
  }

  /**
   * Decodes a container.
   *
   * @throws MalformedInputException if anything about it is wrong
   */
  public static Codes decode(byte[] container) {
    Header header = Header.read(container);
    Recipe recipe = recipe(header);
    List<Stream> streams = new ArrayList<>();
    Codebook codebook = null;
    int at = header.length();
    for (Section section : header.sections()) {
      Coded body = body(container, at, section);
      if (section.kind() == Section.Kind.CODEBOOK && codebook == null) {
        codebook = CodebookSection.decode(header, section, body, at);
      } else if (section.kind() != Section.Kind.CODEBOOK) {
        streams.add(stream(recipe, section, body, at));
      } else {
        throw new MalformedInputException("two codebooks", at);
      }
      at += section.tableLength() + section.payloadLength();
    }
    if (at != container.length) {
      throw new MalformedInputException((container.length - at) + " bytes after the end", at);
    }
    if (codebook == null) {
      throw new MalformedInputException("no codebook", at);
    }
    byte[] codes;
    try {
      codes = recipe.index().join(header.shape(), header.bits(), new Split(streams));
    } catch (MalformedInputException e) {
      throw new MalformedInputException(
          recipe + ", symbol " + e.position() + ": " + e.getMessage(), header.length());
    }
    return new Codes(header.shape(), codes, codebook);
  }

  private static Coded body(byte[] container, int at, Section section) {
    String what = "section '" + section.name() + "'";
    ByteReader in = new ByteReader(container, at, container.length);
    byte[] table = in.raw(section.tableLength(), what);
    byte[] payload = in.raw(section.payloadLength(), what);
    if (Header.checksum(table, payload) != section.checksum()) {
      throw new MalformedInputException(what + ": checksum does not match", at);
    }
    return new Coded(table, payload);
  }

  private static Stream stream(Recipe recipe, Section section, Coded body, int at) {
    SymbolCoder coder = section.coded() ? recipe.coder() : SymbolCoders.PACKED;
    Role role = section.kind() == Section.Kind.VALUE ? Role.VALUE : Role.INDEX;
    return StreamCodec.decode(
        section.name(), role, section.width(), section.count(), coder, body, at);
  }
}
