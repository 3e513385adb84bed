package dev.tersor.core.encode;

import dev.tersor.core.bits.ByteReader;
import dev.tersor.core.bits.ByteWriter;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.index.IndexScheme;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * The head of a container; {@link Container} and {@link FloatContainer} give the layout.
 *
 * @param version 1 or 2: {@link IndexScheme#asOf} reads the streams of either
 * @param kind of the codebook or of the numbers
 * @param bits of a code or a number
 * @param length bytes of the head itself
 */
record Header(
    Form form,
    int version,
    String index,
    String coder,
    Shape shape,
    int kind,
    int bits,
    List<Section> sections,
    int length) {

  /** The two containers, whose heads differ in the magic and in what their numbers may be. */
  enum Form {
    /** Kinds of codebooks of 1 to 8 bits. */
    CODES("TRSR", Section.Kind.NUMBER),
    /** Kind 0 IEEE 754 of 32 or 16 bits, 1 bfloat16 of 16 bits. */
    FLOATS("TRSF", Section.Kind.CODEBOOK);

    private final String magic;
    private final Section.Kind never;

    Form(String magic, Section.Kind never) {
      this.magic = magic;
      this.never = never;
    }

    boolean holds(int kind, int bits) {
      return this == CODES
          ? CodebookSections.ofKind(kind).isPresent() && bits >= 1 && bits <= 8
          : (bits == 16 && kind <= 1) || (bits == 32 && kind == 0);
    }

    /** Whether a container begins as those of this form do. */
    boolean starts(byte[] container) {
      byte[] bytes = magic.getBytes(StandardCharsets.US_ASCII);
      return container.length >= bytes.length
          && Arrays.equals(container, 0, bytes.length, bytes, 0, bytes.length);
    }
  }

  /** What is written. 2: dCSR's first group has the upper nibble. Earlier ones are read. */
  static final int VERSION = 2;

  private static final int MAX_RANK = Limits.MAX_RANK;
  private static final int MAX_SECTIONS = 64;
  private static final int CODED = 1 << 7;

  /**
   * Bytes of a head without dimensions and sections.
   *
   * @param recipe its name, of which the head has both parts
   */
  static int leastBytes(String recipe) {
    return 4 + 1 + 1 + recipe.length() + 3 + 1 + Integer.BYTES;
  }

  /**
   * @throws IllegalArgumentException if a stream has more symbols than {@link #read} would take
   */
  static byte[] write(
      Form form, Recipe recipe, int kind, int bits, Shape shape, List<Section> sections) {
    String index = recipe.index().name();
    ByteWriter out = new ByteWriter(256);
    out.raw(form.magic.getBytes(StandardCharsets.US_ASCII)).u8(VERSION);
    out.name(index).name(recipe.coder().name()).u8(kind).u8(bits).u8(shape.rank());
    for (long dim : shape.dims()) {
      out.varint(Math.toIntExact(dim));
    }
    out.u8(sections.size());
    for (Section section : sections) {
      if (section.count() > mostSymbols(shape)) {
        throw new IllegalArgumentException(
            "stream '%s' of %s has %d symbols, a container holds at most %d for shape %s"
                .formatted(section.name(), index, section.count(), mostSymbols(shape), shape));
      }
      out.name(section.name());
      out.u8(section.kind().code() | (section.coded() ? CODED : 0)).u8(section.width());
      out.varint(section.count()).varint(section.tableLength()).varint(section.payloadLength());
      out.u32(section.checksum());
    }
    return out.u32(checksum(out.toByteArray(), 0, out.size())).toByteArray();
  }

  /**
   * @throws IllegalArgumentException if {@link #read} would refuse such a shape
   */
  static void checkShape(Shape shape) {
    if (shape.rank() > MAX_RANK) {
      throw new IllegalArgumentException("rank " + shape.rank() + " above " + MAX_RANK);
    }
    long size = 1;
    for (long dim : shape.dims()) {
      size = dim > Integer.MAX_VALUE ? Long.MAX_VALUE : size * dim;
      if (size > Segment.MAX_WEIGHTS) {
        throw new IllegalArgumentException(
            "shape " + shape + ", a container holds at most " + Segment.MAX_WEIGHTS + " weights");
      }
    }
  }

  /**
   * @throws MalformedInputException if the header is not one, is of a later version, is damaged, or
   *     declares more than a segment can hold
   */
  static Header read(byte[] container, Form form) {
    ByteReader in = new ByteReader(container, 0, container.length);
    for (byte expected : form.magic.getBytes(StandardCharsets.US_ASCII)) {
      if (in.u8("magic") != expected) {
        throw new MalformedInputException("not a Tersor container: no magic " + form.magic, 0);
      }
    }
    int version = in.u8("version");
    if (version < 1 || version > VERSION) {
      throw new MalformedInputException(
          "container version " + version + ", this reader knows 1 to " + VERSION, 4);
    }
    String index = in.name("index scheme");
    String coder = in.name("symbol coder");
    int kind = in.u8("kind");
    int bits = in.u8("bits");
    if (!form.holds(kind, bits)) {
      throw new MalformedInputException(
          form.name().toLowerCase(Locale.ROOT) + " of kind " + kind + " and " + bits + " bits",
          in.position() - 2);
    }
    Shape shape = shape(in);
    int count = in.u8("number of sections");
    if (count > MAX_SECTIONS) {
      throw new MalformedInputException(count + " sections", in.position() - 1);
    }
    List<Section> sections = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    long symbols = 0;
    for (int i = 0; i < count; i++) {
      Section section = section(in, form, shape);
      symbols += section.count();
      if (!seen.add(section.kind() + " " + section.name())) {
        throw new MalformedInputException("two sections '" + section.name() + "'", in.position());
      }
      checkTotal(symbols, shape, in.position());
      sections.add(section);
    }
    int end = in.position();
    if (in.bits32("header checksum") != checksum(container, 0, end)) {
      throw new MalformedInputException("header checksum does not match", end);
    }
    return new Header(form, version, index, coder, shape, kind, bits, sections, in.position());
  }

  /**
   * The most symbols that a stream may have; a constant one could otherwise declare any number.
   * Only groups of which few lanes are non-zeros need more, and they are not worth having.
   */
  static long mostSymbols(Shape shape) {
    return 2 * (shape.size() + shape.rows() + shape.rowLength()) + 1024;
  }

  /** Streams together have a few times the symbols of one at most. */
  static void checkTotal(long symbols, Shape shape, long position) {
    if (symbols > 4 * mostSymbols(shape)) {
      throw new MalformedInputException(
          "sections declare " + symbols + " symbols, at most " + 4 * mostSymbols(shape), position);
    }
  }

  private static Shape shape(ByteReader in) {
    int rank = in.u8("rank");
    if (rank > MAX_RANK) {
      throw new MalformedInputException("rank " + rank + " above 16", in.position() - 1);
    }
    long[] dims = new long[rank];
    long size = 1;
    for (int i = 0; i < rank; i++) {
      dims[i] = in.varint("dimension");
      size *= dims[i];
      // Checked at every factor: a later zero must not hide an overflow or a huge row.
      if (size > Segment.MAX_WEIGHTS) {
        throw new MalformedInputException(
            "more than " + Segment.MAX_WEIGHTS + " weights", in.position());
      }
    }
    return Shape.of(dims);
  }

  private static Section section(ByteReader in, Form form, Shape shape) {
    String name = in.name("section name");
    int flags = in.u8("section kind");
    Section.Kind kind =
        Section.Kind.of(flags & ~CODED)
            .filter(known -> known != form.never)
            .orElseThrow(
                () ->
                    new MalformedInputException(
                        "unknown section kind " + (flags & ~CODED), in.position() - 1));
    int width = in.u8("section width");
    if (width < 1 || width > 32) {
      throw new MalformedInputException("section width " + width, in.position() - 1);
    }
    int count = in.varint("section count");
    long most = mostSymbols(shape);
    if (count > most) {
      throw new MalformedInputException(
          "section '" + name + "' declares " + count + " symbols, at most " + most, in.position());
    }
    int tableLength = in.varint("table length");
    int payloadLength = in.varint("payload length");
    return new Section(
        name,
        kind,
        (flags & CODED) != 0,
        width,
        count,
        tableLength,
        payloadLength,
        in.bits32("section checksum"));
  }

  /**
   * What the head names.
   *
   * @throws MalformedInputException if it is an unknown scheme or coder
   */
  Recipe recipe() {
    try {
      return Recipe.of(index, coder);
    } catch (IllegalArgumentException e) {
      throw new MalformedInputException(e.getMessage(), 5);
    }
  }

  /**
   * The named scheme as this version of containers has it.
   *
   * @throws MalformedInputException if it is an unknown one
   */
  IndexScheme scheme() {
    return recipe().index().asOf(version);
  }

  /**
   * What the bytes of a container are for, which its head tells.
   *
   * @throws MalformedInputException if it has another length than its head says
   */
  Parts parts(byte[] container) {
    long values = 0;
    long index = 0;
    long tables = 0;
    long codebook = 0;
    for (Section section : sections) {
      int payload = section.payloadLength();
      tables += section.tableLength();
      switch (section.kind()) {
        case CODEBOOK -> codebook += payload;
        case INDEX -> index += payload;
        case NUMBER -> values += payload;
        // Beside numbers they say which elements are weights, as an index does.
        case VALUE -> {
          values += form == Form.CODES ? payload : 0;
          index += form == Form.CODES ? 0 : payload;
        }
      }
    }
    if (length + values + index + tables + codebook != container.length) {
      throw new MalformedInputException(
          "%d bytes, the header says %d"
              .formatted(container.length, length + values + index + tables + codebook),
          length);
    }
    return new Parts((int) values, (int) index, (int) tables, (int) codebook, length);
  }

  /**
   * An error in the streams, at the end of the head.
   *
   * @param e with the symbol for a position
   */
  MalformedInputException inStreams(Recipe recipe, MalformedInputException e) {
    return new MalformedInputException(
        recipe + ", symbol " + e.position() + ": " + e.getMessage(), length);
  }

  /** Of two runs of bytes, one after the other. */
  static int checksum(byte[] first, byte[] second) {
    CRC32C crc = new CRC32C();
    crc.update(first);
    crc.update(second);
    return (int) crc.getValue();
  }

  static int checksum(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
