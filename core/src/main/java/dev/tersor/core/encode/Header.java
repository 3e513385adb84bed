package dev.tersor.core.encode;

import dev.tersor.core.bits.ByteReader;
import dev.tersor.core.bits.ByteWriter;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;

/** The head of a container; {@link Container} gives the layout. */
record Header(
    String index,
    String coder,
    Shape shape,
    Codebook.Kind codebook,
    int bits,
    List<Section> sections,
    int length) {

  private static final byte[] MAGIC = {'T', 'R', 'S', 'R'};
  static final int VERSION = 1;
  private static final int MAX_RANK = 16;
  private static final int MAX_SECTIONS = 64;
  private static final int CODED = 1 << 7;
  private static final int UNIFORM = 0;
  private static final int TABLE = 1;
  private static final int CHANNELS = 2;

  /**
   * @throws IllegalArgumentException if a stream has more symbols than {@link #read} would take
   */
  static byte[] write(
      String index, String coder, Shape shape, Codebook codebook, List<Section> sections) {
    ByteWriter out = new ByteWriter(256);
    out.raw(MAGIC).u8(VERSION).name(index).name(coder);
    out.u8(number(codebook.kind())).u8(codebook.bits()).u8(shape.rank());
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
  static Header read(byte[] container) {
    ByteReader in = new ByteReader(container, 0, container.length);
    for (byte expected : MAGIC) {
      if (in.u8("magic") != expected) {
        throw new MalformedInputException("not a Tersor container: no magic TRSR", 0);
      }
    }
    int version = in.u8("version");
    if (version != VERSION) {
      throw new MalformedInputException(
          "container version " + version + ", this reader knows version " + VERSION, 4);
    }
    String index = in.name("index scheme");
    String coder = in.name("symbol coder");
    Codebook.Kind kind = codebook(in);
    int bits = in.u8("bits");
    if (bits < 1 || bits > 8) {
      throw new MalformedInputException("bits " + bits + " outside 1..8", in.position() - 1);
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
      Section section = section(in, shape);
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
    return new Header(index, coder, shape, kind, bits, sections, in.position());
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

  private static Section section(ByteReader in, Shape shape) {
    String name = in.name("section name");
    int flags = in.u8("section kind");
    Section.Kind kind =
        Section.Kind.of(flags & ~CODED)
            .orElseThrow(() -> unknown("section kind", flags & ~CODED, in));
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

  private static int number(Codebook.Kind kind) {
    return switch (kind) {
      case UNIFORM -> UNIFORM;
      case TABLE -> TABLE;
      case CHANNELS -> CHANNELS;
    };
  }

  private static Codebook.Kind codebook(ByteReader in) {
    int code = in.u8("codebook kind");
    return switch (code) {
      case UNIFORM -> Codebook.Kind.UNIFORM;
      case TABLE -> Codebook.Kind.TABLE;
      case CHANNELS -> Codebook.Kind.CHANNELS;
      default -> throw unknown("codebook kind", code, in);
    };
  }

  private static MalformedInputException unknown(String what, int code, ByteReader in) {
    return new MalformedInputException("unknown " + what + " " + code, in.position() - 1);
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
