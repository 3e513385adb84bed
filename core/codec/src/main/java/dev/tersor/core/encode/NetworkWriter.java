package dev.tersor.core.encode;

import dev.tersor.core.bits.ByteWriter;
import dev.tersor.core.bits.Half;
import dev.tersor.core.index.Role;
import dev.tersor.core.index.Stream;
import dev.tersor.core.symbol.Place;
import dev.tersor.core.symbol.SymbolCoder;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes a {@link NetworkFile}. */
final class NetworkWriter {
  static final byte[] MAGIC = {'T', 'R', 'S', 'N'};

  /** Streams are those of containers of the same version. */
  static final int VERSION = Header.VERSION;

  static final int END = 0;
  static final int TENSOR = 1;
  static final int PLAIN = 0;
  static final int PLAIN_HALF = 1;
  static final int CODED = 2;
  static final int INTEGERS = 3;
  static final int HALF = 2;
  static final int BY_CODER = 1 << 7;
  static final int MAX_TEXT = 65_535;

  private final ByteWriter out = new ByteWriter(1 << 16);
  private final Map<String, Integer> refs = new HashMap<>();
  private final Set<String> names = new HashSet<>();

  NetworkWriter() {
    out.raw(MAGIC).u8(VERSION);
  }

  /** Adds a tensor and returns how many bytes it takes. */
  int add(NetworkTensor tensor) {
    int before = out.size();
    if (!names.add(tensor.name())) {
      throw new IllegalArgumentException("two tensors are called '" + tensor.name() + "'");
    }
    try {
      write(tensor);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "tensor '%s' of shape %s: %s".formatted(tensor.name(), tensor.shape(), e.getMessage()),
          e);
    }
    return out.size() - before;
  }

  private void write(NetworkTensor tensor) {
    Shape shape = tensor.shape();
    Limits.check(shape);
    out.u8(TENSOR);
    text(tensor.name());
    out.u8(shape.rank());
    for (long dim : shape.dims()) {
      out.varint(Math.toIntExact(dim));
    }
    if (tensor instanceof NetworkTensor.Plain plain) {
      out.u8(plain.half() ? PLAIN_HALF : PLAIN);
      for (float value : plain.values()) {
        number(value, plain.half());
      }
    } else if (tensor instanceof NetworkTensor.Integers integers) {
      out.u8(INTEGERS);
      ref(integers.format().label());
      out.raw(integers.bytes());
    } else if (tensor instanceof NetworkTensor.Coded coded) {
      Codebook codebook = coded.codebook();
      coded.recipe().check(codebook);
      out.u8(CODED);
      ref(coded.recipe().index().name());
      ref(coded.recipe().coder().name());
      book(codebook, coded.recipe().coder());
      for (Codes segment : coded.segments()) {
        segment(segment, coded.recipe());
      }
    }
  }

  private void book(Codebook codebook, SymbolCoder coder) {
    CodebookSections.Stored stored = CodebookSections.store(codebook, coder);
    Symbols numbers = stored.numbers();
    out.u8(codebook.bits());
    if (numbers == null) {
      out.u8(flags(stored.kind(), false)).varint(stored.streams().size());
      stored.streams().forEach(this::section);
      return;
    }
    boolean half = numbers.width() == Float.SIZE;
    for (int number : numbers.values()) {
      half &= Half.rounded(Float.intBitsToFloat(number)) == Float.intBitsToFloat(number);
    }
    out.u8(flags(stored.kind(), half)).varint(numbers.count());
    if (half) {
      for (int number : numbers.values()) {
        number(Float.intBitsToFloat(number), true);
      }
    } else {
      out.raw(SymbolCoders.PACKED.encode(numbers).payload());
    }
  }

  /** The bits of a type of codebook, with a bit between the lowest and the others. */
  private static int flags(int kind, boolean half) {
    return (kind & 1) | (half ? HALF : 0) | ((kind & ~1) << 1);
  }

  /** The type of codebook that flags have. */
  static int kind(int flags) {
    return (flags & 1) | ((flags & ~(1 | HALF)) >>> 1);
  }

  private void segment(Codes codes, Recipe recipe) {
    List<Stream> streams = recipe.index().split(codes).streams();
    out.u8(streams.size());
    for (Stream stream : streams) {
      Place place = StreamCodec.place(recipe.index(), stream, codes);
      section(StreamCodec.encode(stream, recipe.coder(), place));
    }
  }

  private void section(StreamCodec.Part part) {
    Stream stream = part.stream();
    ref(stream.name());
    out.u8((stream.role() == Role.VALUE ? 1 : 0) | (part.byCoder() ? BY_CODER : 0))
        .u8(stream.symbols().width())
        .varint(stream.symbols().count())
        .varint(part.coded().table().length)
        .varint(part.coded().payload().length)
        .raw(part.coded().table())
        .raw(part.coded().payload());
  }

  private void number(float value, boolean half) {
    if (half) {
      short bits = Half.fromFloat(value);
      out.u8(bits & 0xFF).u8(bits >>> 8 & 0xFF);
    } else {
      out.f32(value);
    }
  }

  private void ref(String text) {
    Integer known = refs.putIfAbsent(text, refs.size());
    out.varint(known == null ? refs.size() - 1 : known);
    if (known == null) {
      text(text);
    }
  }

  private void text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_TEXT) {
      throw new IllegalArgumentException("a name of " + bytes.length + " bytes, at most 65535");
    }
    out.varint(bytes.length).raw(bytes);
  }

  byte[] finish() {
    out.u8(END);
    byte[] all = out.toByteArray();
    return out.u32(Header.checksum(all, 0, all.length)).toByteArray();
  }
}
