package dev.tersor.core.encode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tersor.core.bits.BitVectorForm;
import dev.tersor.core.bits.ByteWriter;
import dev.tersor.core.bits.HuffmanTable;
import dev.tersor.core.bits.PackedInts;
import dev.tersor.core.index.IndexScheme;
import dev.tersor.core.index.IndexSchemes;
import dev.tersor.core.index.Role;
import dev.tersor.core.index.Split;
import dev.tersor.core.index.Stream;
import dev.tersor.core.symbol.Cabac;
import dev.tersor.core.symbol.Coded;
import dev.tersor.core.symbol.Context;
import dev.tersor.core.symbol.Huffman;
import dev.tersor.core.symbol.Mix;
import dev.tersor.core.symbol.Rans;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.symbol.Tunstall;
import dev.tersor.core.symbol.Zstandard;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.FloatFormat;
import dev.tersor.core.tensor.Floats;
import dev.tersor.core.tensor.GroupSteps;
import dev.tersor.core.tensor.RowSteps;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** The worked examples in the class comments, each literally. */
class JavadocExamplesTest {
  private static final int BITS = 4;

  private static void assertStreams(
      String scheme, Shape shape, byte[] codes, Map<String, int[]> expected) {
    assertStreams(scheme, shape, codes, BITS, expected);
  }

  private static void assertStreams(
      String scheme, Shape shape, byte[] codes, int bits, Map<String, int[]> expected) {
    IndexScheme index = IndexSchemes.parse(scheme);
    Split split = index.split(new Codes(shape, codes, new Step(bits, 1)));
    assertEquals(
        expected.keySet().stream().toList(), split.streams().stream().map(Stream::name).toList());
    for (Stream stream : split.streams()) {
      assertArrayEquals(
          expected.get(stream.name()), stream.symbols().values(), scheme + " " + stream.name());
    }
    assertArrayEquals(codes, index.join(shape, bits, split));
  }

  /** Streams in the order in which they are stored. */
  private static Map<String, int[]> streams(Object... namesAndSymbols) {
    Map<String, int[]> streams = new LinkedHashMap<>();
    for (int i = 0; i < namesAndSymbols.length; i += 2) {
      streams.put((String) namesAndSymbols[i], (int[]) namesAndSymbols[i + 1]);
    }
    return streams;
  }

  private static int[] of(int... symbols) {
    return symbols;
  }

  @Test
  void bitmap() {
    assertStreams(
        "bitmap",
        Shape.of(9),
        new byte[] {0, 5, 0, 0, 0, 0, 0, 0, 7},
        streams("mask", of(0x02, 0x01), "values", of(5, 7)));
  }

  @Test
  void compressedLines() {
    assertStreams(
        "csr",
        Shape.of(2, 2),
        new byte[] {0, 5, 7, 0},
        streams("pointers", of(0, 1, 2), "indices", of(1, 0), "values", of(5, 7)));
  }

  @Test
  void rowEnds() {
    for (String scheme : new String[] {"csr8", "csr16", "csr32"}) {
      assertStreams(
          scheme,
          Shape.of(2, 2),
          new byte[] {0, 5, 7, 0},
          streams("pointers", of(1, 2), "indices", of(1, 0), "values", of(5, 7)));
    }
  }

  @Test
  void relative() {
    assertStreams(
        "relative2",
        Shape.of(6),
        new byte[] {5, 0, 0, 0, 0, 7},
        streams("count", of(3), "gaps", of(0, 3, 2), "values", of(5, 0, 7)));
  }

  @Test
  void gap() {
    assertStreams(
        "gap2",
        Shape.of(7),
        new byte[] {5, 0, 0, 0, 0, 0, 7},
        streams("gaps", of(0, 3, 1), "values", of(5, 0, 7)));
  }

  @Test
  void runtimeAccessibleSequences() {
    byte[] dense = {5, 0, 7};
    assertStreams("ras-element", Shape.of(3), dense, streams("flag", of(0), "values", of(5, 0, 7)));
    assertStreams(
        "ras-block",
        Shape.of(2, 2),
        new byte[] {5, 0, 7, 0},
        streams("flag", of(1), "block", of(2), "values", of(5, 0, 7, 0)));
    assertStreams(
        "ras-element-sparse",
        Shape.of(8),
        new byte[] {0, 0, 5, 7, 0, 0, 0, 9},
        streams("flag", of(0), "gaps", of(2, 0, 3), "values", of(5, 7, 9)));
    assertStreams(
        "ras-block-sparse",
        Shape.of(2, 3),
        new byte[] {0, 5, 7, 0, 0, 9},
        streams(
            "flag", of(1),
            "block", of(3),
            "tuples", of(2, 1),
            "gaps", of(1, 0, 2),
            "values", of(5, 7, 9)));
    assertStreams(
        "ras-literal",
        Shape.of(3),
        dense,
        3,
        streams("flag", of(0), "sequence", of(5, 8, 0, 8, 7, 9)));
    assertStreams(
        "ras-literal(block=2)",
        Shape.of(3),
        dense,
        3,
        streams("flag", of(1), "block", of(2), "sequence", of(5, 0, 8, 7, 9)));
  }

  @Test
  void psr() {
    assertStreams(
        "psr",
        Shape.of(3),
        new byte[] {0, 5, 7},
        streams("count", of(2), "blocks", of(2), "indices", of(1, 2), "values", of(5, 7)));
  }

  @Test
  void bestGap() {
    byte[] codes = {5, 0, 0, 0, 0, 0, 7};
    assertStreams("gap-best", Shape.of(7), codes, streams("gaps", of(0, 5), "values", of(5, 7)));
    Codes tensor = new Codes(Shape.of(7), codes, new Step(BITS, 1));
    for (int width = 1; width <= 4; width++) {
      Encoded encoded = Container.encode(tensor, Recipe.parse("gap" + width));
      assertEquals(width < 3 ? 3 : 2, encoded.breakdown().payloadBytes());
    }
  }

  @Test
  void golomb() {
    byte[] codes = {0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 7};
    Map<String, int[]> rice =
        streams(
            "divisor", of(4), "quotients", of(0x0A), "remainders", of(0x08), "values", of(5, 7));
    assertStreams("rice", Shape.of(12), codes, rice);
    Map<String, int[]> golomb =
        streams(
            "divisor", of(3), "quotients", of(0x12), "remainders", of(0x01), "values", of(5, 7));
    assertStreams("golomb", Shape.of(12), codes, golomb);
  }

  @Test
  void eliasFano() {
    assertStreams(
        "elias-fano",
        Shape.of(12),
        new byte[] {0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 7},
        streams("low", of(3, 3), "high", of(0x09), "values", of(5, 7)));
  }

  @Test
  void twoLevelBitmap() {
    byte[] codes = new byte[40];
    codes[1] = 5;
    codes[33] = 7;
    assertStreams(
        "bitmap2",
        Shape.of(40),
        codes,
        streams("top", of(0x11), "masks", of(0x02, 0x02), "values", of(5, 7)));
  }

  @Test
  void enumerative() {
    byte[] codes = {0, 5, 0, 7};
    assertStreams(
        "rrr15",
        Shape.of(4),
        codes,
        streams("classes", of(2), "offsets", of(0x04), "values", of(5, 7)));
    for (String scheme : new String[] {"rrr31", "rrr63"}) {
      assertStreams(
          scheme,
          Shape.of(4),
          codes,
          streams("classes", of(2), "offsets", of(0x04, 0), "values", of(5, 7)));
    }
  }

  @Test
  void dcsr() {
    assertStreams(
        "dcsr",
        Shape.of(6),
        new byte[] {0, 5, 0, 0, 7, 0},
        streams(
            "count",
            of(2),
            "offsets",
            new int[16],
            "tracking",
            of(0),
            "steps",
            of(1),
            "masks",
            of(),
            "values",
            of(5, 7)));
  }

  @Test
  void dcsrByRow() {
    assertStreams(
        "dcsr(by=row)",
        Shape.of(3, 6),
        new byte[] {0, 5, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0},
        streams(
            "counts",
            of(2, 0, 1),
            "offsets",
            new int[16],
            "tracking",
            of(0),
            "steps",
            of(1, 3),
            "masks",
            of(),
            "values",
            of(5, 7, 3)));
  }

  @Test
  void twoGroupsOfDcsr() {
    byte[] codes = new byte[188];
    for (int i = 0; i <= 160; i += 10) {
      codes[i == 20 ? 21 : i] = 5;
    }
    codes[187] = 7;
    int[] values = new int[18];
    Arrays.fill(values, 5);
    values[17] = 7;
    int[] offsets = new int[16];
    offsets[1] = 0x01;
    offsets[2] = 0x10;
    assertStreams(
        "dcsr",
        Shape.of(188),
        codes,
        streams(
            "count",
            of(18),
            "offsets",
            offsets,
            "tracking",
            of(0x01),
            "steps",
            of(0, 0),
            "masks",
            of(2),
            "values",
            values));
  }

  @Test
  void hybrid() {
    byte[] codes = new byte[24];
    int[] lanes = new int[16];
    for (int lane = 0; lane < 16; lane++) {
      lanes[lane] = 1 + lane % 7;
      codes[3 + lane] = (byte) lanes[lane];
    }
    Shape shape = Shape.of(24);
    IndexScheme index = IndexSchemes.ALL.get("hybrid");
    Split split = index.split(new Codes(shape, codes, new Step(BITS, 1)));
    assertArrayEquals(of(1, 0, 0, 0), split.values("groups", Role.INDEX, 32));
    assertArrayEquals(of(3), split.values("starts-16", Role.INDEX, 8));
    assertArrayEquals(of(0, 0), split.values("strides-16", Role.INDEX, 4));
    assertArrayEquals(lanes, split.values("lanes-16", Role.VALUE, BITS));
    assertArrayEquals(of(0), split.values("count", Role.INDEX, 32));
    assertArrayEquals(of(), split.values("values", Role.VALUE, BITS));
    assertArrayEquals(codes, index.join(shape, BITS, split));
  }

  @Test
  void packedInts() {
    assertArrayEquals(new byte[] {0x41, 0x0C}, PackedInts.pack(of(1, 2, 3), 5));
  }

  @Test
  void huffman() {
    Coded coded = new Huffman().encode(new Symbols(of(0, 0, 1, 2), 2));
    assertArrayEquals(new byte[] {0x34}, coded.payload());
    // Last symbol 2 in 16 bits, then the lengths 1 2 2 in five bits each.
    assertArrayEquals(new byte[] {0x02, 0x00, 0x41, 0x08}, coded.table());
  }

  @Test
  void rans() {
    Coded coded = new Rans().encode(new Symbols(of(0, 0, 1, 2), 2));
    assertArrayEquals(new byte[] {0x00, 0x0E, 0x40, 0x00}, coded.payload());
    assertArrayEquals(new byte[] {(byte) 0xC2, (byte) 0x80, 0x02}, coded.table());
  }

  private static byte[] bytes(int size, int... first) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < first.length; i++) {
      bytes[i] = (byte) first[i];
    }
    return bytes;
  }

  @Test
  void bitVectors() {
    long[] three = {0b110};
    assertArrayEquals(
        bytes(72, 0, 0, 0, 0, 0x80, 0, 1, 2, 6), BitVectorForm.BLOCKS.store(three, 3));
    assertArrayEquals(bytes(8, 6), BitVectorForm.SPARSE.store(three, 3));
    assertArrayEquals(bytes(17, 2, 4), BitVectorForm.RRR15.store(new long[] {0b1010}, 4));
  }

  @Test
  void wavelets() {
    Coded fast = SymbolCoders.ALL.get("wavelet-fast").encode(new Symbols(of(0, 0, 1, 2), 2));
    assertArrayEquals(bytes(9, 6, 0, 0, 0, 0, 0x02, 0, 0x41, 0x08), fast.table());
    assertArrayEquals(bytes(72, 0, 0, 0, 0, 0xC0, 0x80, 1, 3, 0x2C), fast.payload());
    Coded small = SymbolCoders.ALL.get("wavelet").encode(new Symbols(of(0, 0, 1, 2), 2));
    byte[] code = HuffmanTable.write(bytes(10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1));
    assertArrayEquals(bytes(5, 2), Arrays.copyOf(small.table(), 5));
    assertArrayEquals(code, Arrays.copyOfRange(small.table(), 5, small.table().length));
    assertArrayEquals(bytes(8, 2), small.payload());
  }

  @Test
  void levels() {
    Symbols symbols = new Symbols(of(2, 0, 3, 1), 2);
    for (String coder : new String[] {"wavelet-balanced", "wavelet-matrix", "wavelet-quad"}) {
      assertArrayEquals(bytes(3, 2), SymbolCoders.ALL.get(coder).encode(symbols).table());
    }
    for (String coder : new String[] {"wavelet-balanced", "wavelet-matrix"}) {
      byte[] payload = SymbolCoders.ALL.get(coder).encode(symbols).payload();
      assertEquals((byte) 0b10100101, payload[8]);
    }
    byte[] quad =
        SymbolCoders.ALL.get("wavelet-quad").encode(new Symbols(of(3, 1, 2), 2)).payload();
    byte[] expected = new byte[16 + 72 + 8];
    expected[24] = 5;
    expected[32] = 3;
    System.arraycopy(bytes(8, 0xFD, 0, 1, 0, 1, 0, 1, 0), 0, expected, 88, 8);
    assertArrayEquals(expected, quad);
  }

  @Test
  void tunstall() {
    Coded coded = new Tunstall().encode(new Symbols(of(0, 0, 1, 2), 2));
    assertArrayEquals(new byte[] {0x20}, coded.payload());
    assertArrayEquals(new byte[] {(byte) 0xC2, (byte) 0x80, 0x02, 0x08}, coded.table());
  }

  @Test
  void cabac() {
    Coded coded = new Cabac().encode(new Symbols(of(0, 0, 1, 2), 2));
    assertArrayEquals(new byte[] {(byte) 0x9A, (byte) 0xEA, 0x78}, coded.payload());
    assertArrayEquals(new byte[] {0}, coded.table());
  }

  @Test
  void mixAndContext() {
    Symbols symbols = new Symbols(of(0, 0, 1, 3), 2);
    Coded mix = new Mix().encode(symbols);
    assertArrayEquals(new byte[] {1, 0x1C, 2}, mix.table());
    assertArrayEquals(new byte[] {0x78, 0x79, 0x30}, mix.payload());
    Coded context = new Context().encode(symbols);
    assertArrayEquals(new byte[] {1, 0x1C, 1}, context.table());
    assertArrayEquals(new byte[] {0x0D, (byte) 0x90, 0, 4, (byte) 0xFE, 0x3F}, context.payload());
  }

  @Test
  void zstandard() {
    Coded coded = new Zstandard().encode(new Symbols(of(0, 0, 1, 2), 2));
    byte[] magic = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD};
    byte[] block = {9, 0, 0, (byte) 0x90};
    byte[] frame = new ByteWriter(16).raw(magic).raw(new byte[2]).raw(block).toByteArray();
    assertArrayEquals(frame, coded.payload());
    assertArrayEquals(new byte[] {0}, coded.table());
  }

  @Test
  void container() {
    byte[] mask = {0x06};
    byte[] values = {0x0D};
    byte[] codebook = {0, 0, 0, 0x3F};
    ByteWriter out = new ByteWriter(128);
    out.raw(new byte[] {0x54, 0x52, 0x53, 0x52, 2}).name("bitmap").name("packed");
    out.raw(new byte[] {0, 2, 1, 3, 3});
    out.name("mask").raw(new byte[] {(byte) 0x80, 8, 1, 0, 1}).u32(crc(mask));
    out.name("values").raw(new byte[] {(byte) 0x81, 2, 2, 0, 1}).u32(crc(values));
    out.name("codebook").raw(new byte[] {2, 0x20, 1, 0, 4}).u32(crc(codebook));
    out.u32(crc(out.toByteArray())).raw(mask).raw(values).raw(codebook);

    Codes codes = new Codes(Shape.of(3), new byte[] {0, 1, 3}, new Step(2, 0.5f));
    assertArrayEquals(
        out.toByteArray(), Container.encode(codes, Recipe.parse("bitmap/packed")).container());
    assertArrayEquals(new float[] {0, 0.5f, -0.5f}, codes.dequantize());
  }

  @Test
  void containerWithAStepForEachRow() {
    byte[] mask = {0x0B};
    byte[] values = {0x1D};
    byte[] codebook = {0, 0, 0, 0x3F, 0, 0, 0, 0x40};
    ByteWriter out = new ByteWriter(128);
    out.raw(new byte[] {0x54, 0x52, 0x53, 0x52, 2}).name("bitmap").name("packed");
    out.raw(new byte[] {2, 2, 2, 2, 2, 3});
    out.name("mask").raw(new byte[] {(byte) 0x80, 8, 1, 0, 1}).u32(crc(mask));
    out.name("values").raw(new byte[] {(byte) 0x81, 2, 3, 0, 1}).u32(crc(values));
    out.name("codebook").raw(new byte[] {2, 0x20, 2, 0, 8}).u32(crc(codebook));
    out.u32(crc(out.toByteArray())).raw(mask).raw(values).raw(codebook);

    Codebook steps = new RowSteps(2, new float[] {0.5f, 2});
    Codes codes = new Codes(Shape.of(2, 2), new byte[] {1, 3, 0, 1}, steps);
    byte[] container = Container.encode(codes, Recipe.parse("bitmap/packed")).container();
    assertArrayEquals(out.toByteArray(), container);
    assertArrayEquals(new float[] {0.5f, -0.5f, 0, 2}, Container.decode(container).dequantize());
  }

  /** The example of docs/format.md, section 4. */
  @Test
  void containerWithAStepForEachGroup() {
    byte[] mask = {0x37};
    byte[] values = {0x59, 0x22};
    byte[] codebook = HexFormat.of().parseHex("000000400000003F000000400000803F00008040");
    ByteWriter out = new ByteWriter(128);
    out.raw(new byte[] {0x54, 0x52, 0x53, 0x52, 2}).name("bitmap").name("packed");
    out.raw(new byte[] {3, 3, 2, 2, 3, 3});
    out.name("mask").raw(new byte[] {(byte) 0x80, 8, 1, 0, 1}).u32(crc(mask));
    out.name("values").raw(new byte[] {(byte) 0x81, 3, 5, 0, 2}).u32(crc(values));
    out.name("codebook").raw(new byte[] {2, 0x20, 5, 0, 20}).u32(crc(codebook));
    out.u32(crc(out.toByteArray())).raw(mask).raw(values).raw(codebook);

    Codebook steps = new GroupSteps(3, 2, 3, 0.5f, 2, 1, 4);
    Codes codes = new Codes(Shape.of(2, 3), new byte[] {1, 3, 1, 0, 1, 2}, steps);
    byte[] container = Container.encode(codes, Recipe.parse("bitmap/packed")).container();
    assertArrayEquals(out.toByteArray(), container);
    float[] weights = Container.decode(container).dequantize();
    assertArrayEquals(new float[] {0.5f, 1.5f, 2, 0, 1, 8}, weights);
  }

  @Test
  void floatContainer() {
    Floats floats = Floats.of(Shape.of(3), FloatFormat.FP16, new float[] {0, 1.5f, -0f});
    byte[] mask = {6};
    byte[] exponents = {0x0F, 0x08};
    byte[] mantissas = {0x00, 0x02, 0x00};
    ByteWriter out = new ByteWriter(64);
    out.raw(new byte[] {'T', 'R', 'S', 'F'}).u8(2).name("bitmap").name("packed");
    out.u8(0).u8(16).u8(1).u8(3).u8(3);
    out.name("mask").u8(0x80).u8(8).u8(1).u8(0).u8(1).u32(crc(mask));
    out.name("exponents").u8(0x83).u8(6).u8(2).u8(0).u8(2).u32(crc(exponents));
    out.name("mantissas").u8(0x03).u8(10).u8(2).u8(0).u8(3).u32(crc(mantissas));
    out.u32(crc(out.toByteArray()));
    out.raw(mask).raw(exponents).raw(mantissas);
    assertArrayEquals(
        out.toByteArray(), FloatContainer.encode(floats, Recipe.parse("bitmap")).container());
    assertEquals(floats, FloatContainer.decode(out.toByteArray()));
  }

  private static long crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return crc.getValue();
  }
}
