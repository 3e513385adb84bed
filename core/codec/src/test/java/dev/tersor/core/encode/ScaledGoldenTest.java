package dev.tersor.core.encode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.Mutations;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Elements;
import dev.tersor.core.tensor.Runs;
import dev.tersor.core.tensor.ScaleFormat;
import dev.tersor.core.tensor.Scaled;
import dev.tersor.core.tensor.Scales;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Containers of scaled codebooks as they were first written, of every kind of elements, runs and
 * scales: {@code golden/scaled/NAME.bin}, and all of them in {@code network.tersor}. They decode
 * for ever; {@code -Dtersor.writeGolden=true} writes those that are missing.
 */
class ScaledGoldenTest {
  private static final Path FOLDER = Path.of("src", "test", "resources", "golden", "scaled");
  private static final Path NETWORK = FOLDER.resolve("network.tersor");
  private static final Shape SHAPE = Shape.of(24, 2, 90);
  private static final int COLUMNS = 180;

  record Golden(String name, Recipe recipe, Codes codes) {
    Path file() {
      return FOLDER.resolve(name + ".bin");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Golden> goldens() {
    SplittableRandom random = new SplittableRandom(20261130);
    Runs group = Runs.groups(32, COLUMNS);
    Runs large = Runs.groups(128, COLUMNS);
    Scales halves = scales(ScaleFormat.FP16, group, random);
    Scales six =
        of(scales(ScaleFormat.UINT6, group, random), scales(ScaleFormat.FP16, large, random));
    Scales minima =
        of(scales(ScaleFormat.UINT6, group, random), scales(ScaleFormat.FP16, large, random));
    Scales nested =
        of(
            scales(ScaleFormat.E4M3, group, random),
            scales(ScaleFormat.FP32, Runs.segments(COLUMNS), random));
    Scales signed =
        of(scales(ScaleFormat.INT8, group, random), scales(ScaleFormat.FP16, large, random));
    int[] points = new int[halves.count()];
    Arrays.setAll(points, i -> 3 + random.nextInt(8));
    Scales zeros = new Scales(ScaleFormat.UINT8, group, points, null);
    Scales one = scales(ScaleFormat.FP32, Runs.tensor(), random);
    Scales rows = scales(ScaleFormat.FP32, Runs.rows(), random);
    Scales powers = scales(ScaleFormat.E8M0, group, random);
    return List.of(
        golden("sign", "dense/packed", new Scaled(Elements.SIGN, 1, one), random),
        golden("nf4-rows", "bitmap/rans", new Scaled(Elements.NF4, 4, rows), random),
        golden("e4m3", "bitmap/packed", new Scaled(Elements.E4M3, 8, one), random),
        golden("e5m2-rows", "dense/huffman", new Scaled(Elements.E5M2, 8, rows), random),
        golden("e2m1-powers", "dense/rans", new Scaled(Elements.E2M1, 4, powers), random),
        golden("e2m1-units", "bitmap/rans", new Scaled(Elements.E2M1, 4, nested), random),
        golden(
            "zeros", "bitmap/rans", new Scaled(Elements.UNSIGNED, 4, halves, zeros, null), random),
        golden(
            "minima", "dense/cabac", new Scaled(Elements.UNSIGNED, 4, six, null, minima), random),
        golden("integer", "csr/packed", new Scaled(Elements.INTEGER, 8, halves), random),
        golden("integer-units", "bitmap/cabac", new Scaled(Elements.INTEGER, 6, signed), random),
        golden("iq4-nl", "dense/rans", new Scaled(Elements.IQ4_NL, 4, halves), random),
        golden(
            "bf16",
            "bitmap/rans",
            new Scaled(Elements.INTEGER, 4, scales(ScaleFormat.BF16, group, random)),
            random),
        golden("odd-rows", "dense/huffman", new Scaled(Elements.ODD, 2, rows), random));
  }

  private static Golden golden(
      String name, String recipe, Scaled codebook, SplittableRandom random) {
    byte[] codes = new byte[24 * COLUMNS];
    for (int i = 0; i < codes.length; i++) {
      double drawn = random.nextGaussian() * codebook.size() / 8;
      codes[i] = (byte) (random.nextBoolean() ? 0 : (int) drawn & (codebook.size() - 1));
    }
    return new Golden(name, Recipe.parse(recipe), new Codes(SHAPE, codes, codebook));
  }

  /** Those that there were when the network was written. */
  private static final int OF_NETWORK = 10;

  private static Scales scales(ScaleFormat format, Runs runs, SplittableRandom random) {
    double[] values = new double[runs.count(SHAPE)];
    boolean isWhole = format == ScaleFormat.UINT6 || format == ScaleFormat.INT8;
    for (int i = 0; i < values.length; i++) {
      values[i] = (isWhole ? 20 : 0.02) * (1 + random.nextDouble());
    }
    return Scales.nearest(format, runs, values);
  }

  private static Scales of(Scales scales, Scales units) {
    return new Scales(scales.format(), scales.runs(), scales.stored(), units);
  }

  private static List<NetworkTensor> network() {
    List<NetworkTensor> tensors = new ArrayList<>();
    for (Golden golden : goldens().subList(0, OF_NETWORK)) {
      tensors.add(
          new NetworkTensor.Coded(golden.name(), SHAPE, golden.recipe(), List.of(golden.codes())));
    }
    return tensors;
  }

  @BeforeAll
  static void writeMissing() throws IOException {
    if (Boolean.getBoolean("tersor.writeGolden")) {
      Files.createDirectories(FOLDER);
      for (Golden golden : goldens()) {
        if (!Files.exists(golden.file())) {
          byte[] container = Container.encode(golden.codes(), golden.recipe()).container();
          Files.write(golden.file(), container, StandardOpenOption.CREATE_NEW);
        }
      }
      if (!Files.exists(NETWORK)) {
        Files.write(NETWORK, NetworkFile.write(network()).bytes(), StandardOpenOption.CREATE_NEW);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void decodesAndEncodesTheSame(Golden golden) throws IOException {
    byte[] container = Files.readAllBytes(golden.file());
    assertEquals(golden.codes(), Container.decode(container));
    assertArrayEquals(container, Container.encode(golden.codes(), golden.recipe()).container());
    assertEquals(container.length, Content.parts(container).totalBytes());
  }

  @Test
  void theNetworkIsReadAndWrittenTheSame() throws IOException {
    byte[] file = Files.readAllBytes(NETWORK);
    assertEquals(network(), NetworkFile.read(file));
    assertArrayEquals(file, NetworkFile.write(network()).bytes());
  }

  @Test
  void everyFileIsOfOne() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      assertEquals(goldens().size() + 1, files.count());
    }
  }

  /** The example of docs/reference/format.md, section 4. */
  @Test
  void theExampleIsAsTheDocumentHasIt() {
    Runs pairs = Runs.groups(2, 4);
    Scales scales = Scales.nearest(ScaleFormat.FP16, pairs, 1, 0.5);
    Scales zeros = new Scales(ScaleFormat.UINT8, pairs, new int[] {1, 2}, null);
    Scaled codebook = new Scaled(Elements.UNSIGNED, 2, scales, zeros, null);
    Codes codes = new Codes(Shape.of(1, 4), new byte[] {3, 1, 0, 2}, codebook);
    assertArrayEquals(new float[] {-1, 1, 0, -1}, codes.dequantize());
    String hex =
        HexFormat.of().formatHex(Container.encode(codes, Recipe.parse("dense/packed")).container());
    String name = HexFormat.of().formatHex("scales-exponents".getBytes(StandardCharsets.US_ASCII));
    assertTrue(hex.contains("040202010405"), hex);
    assertTrue(hex.contains("10" + name + "8206020002"), hex);
    assertTrue(hex.endsWith("87" + "0201010000" + "8f03" + "000000" + "09"), hex);
  }

  /** Scales are coded where that is smaller, and never cost more than packed. */
  @Test
  void scalesAreCoded() {
    Runs runs = Runs.groups(32, 4096);
    Shape shape = Shape.of(64, 4096);
    double[] values = new double[runs.count(shape)];
    SplittableRandom random = new SplittableRandom(1);
    Arrays.setAll(values, i -> 0.01 * Math.exp(0.3 * random.nextGaussian()));
    byte[] codes = new byte[64 * 4096];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) random.nextInt(256);
    }
    Scaled codebook =
        new Scaled(Elements.INTEGER, 8, Scales.nearest(ScaleFormat.FP16, runs, values));
    Codes tensor = new Codes(shape, codes, codebook);
    int packed = Container.encode(tensor, Recipe.parse("dense/packed")).breakdown().codebookBytes();
    assertEquals(2 * values.length, packed, 8);
    for (String coder : List.of("rans", "huffman", "cabac")) {
      Breakdown coded = Container.encode(tensor, Recipe.parse("dense/" + coder)).breakdown();
      assertTrue(coded.codebookBytes() < 0.87 * packed, coder + " " + coded.codebookBytes());
    }
  }

  @Test
  void damageIsMalformed() {
    byte[] file = NetworkFile.write(network()).bytes();
    Mutations.run(
        "scaled codebooks",
        2000,
        number -> DamagedNetwork.of(file, number),
        number -> {
          byte[] damaged = DamagedNetwork.of(file, number);
          try {
            NetworkFile.read(damaged);
          } catch (MalformedInputException e) {
            assertTrue(e.position() >= 0 && e.position() <= damaged.length, e::toString);
          }
        });
  }

  /** Each number that a codebook cannot have, one by one. */
  @Test
  void streamsThatAreNoCodebookAreRefused() {
    ScaledStreams form = new ScaledStreams();
    Scaled zeros = (Scaled) goldens().get(6).codes().codebook();
    Map<String, Symbols> sound = form.streams(zeros);
    assertEquals(zeros, form.of(4, SHAPE, sound));
    assertRefused(form, 4, sound, "form", symbols(8, 7, 1, 5, 0, 0));
    assertRefused(form, 4, sound, "form", symbols(8, 8, 1, 5, 0, 0));
    assertRefused(form, 4, sound, "form", symbols(8, 9, 1, 5, 0, 0));
    assertRefused(form, 4, sound, "form", symbols(8, 2, 7, 5, 0, 0));
    assertRefused(form, 4, sound, "form", symbols(8, 2, 1, 4, 0, 0));
    assertRefused(form, 4, sound, "form", symbols(8, 2, 1, 18, 0, 0));
    assertRefused(form, 4, sound, "form", symbols(8, 2, 1, 17, 0, 0));
    assertRefused(form, 4, sound, "form", symbols(8, 2, 1, 5, 1, 17));
    assertRefused(form, 4, sound, "form", symbols(8, 2, 1, 5, 0, 6));
    assertRefused(form, 4, sound, "form", symbols(8, 1, 1, 5, 0, 0));
    assertRefused(form, 4, sound, "form", symbols(8, 2, 1, 5, 0));
    assertRefused(form, 4, sound, "form", symbols(7, 2, 1, 5, 0, 0));
    assertRefused(form, 4, sound, "zeros", symbols(4, 1, 2, 3));
    assertRefused(form, 3, sound, "zeros", sound.get("zeros"));
    assertRefused(form, 4, sound, "scales-exponents", null);
    assertRefused(form, 4, sound, "scales-mantissas", symbols(10, 1));
    assertRefused(form, 4, sound, "more", symbols(8, 1));
    int[] infinite = new int[sound.get("zeros").count()];
    Arrays.fill(infinite, 31);
    assertRefused(form, 4, sound, "scales-exponents", symbols(6, infinite));
    Scaled nested = (Scaled) goldens().get(5).codes().codebook();
    int[] none = new int[nested.scales().count()];
    Arrays.fill(none, 0x7F);
    assertRefused(form, 4, form.streams(nested), "scales", symbols(8, none));
  }

  private static Symbols symbols(int width, int... symbols) {
    return new Symbols(symbols, width);
  }

  private static void assertRefused(
      ScaledStreams form, int bits, Map<String, Symbols> sound, String name, Symbols other) {
    Map<String, Symbols> streams = new LinkedHashMap<>(sound);
    streams.remove(name);
    if (other != null) {
      streams.put(name, other);
    }
    assertThrows(
        IllegalArgumentException.class, () -> form.of(bits, SHAPE, streams), () -> name + other);
  }

  /** A few bytes do not stand for millions of scales. */
  @Test
  void symbolsWithoutBytesAreBounded() {
    Shape shape = Shape.of(2048, 2048);
    Runs runs = Runs.groups(2, 2048);
    int[] same = new int[runs.count(shape)];
    Scaled codebook =
        new Scaled(Elements.UNSIGNED, 1, new Scales(ScaleFormat.UINT6, runs, same, null));
    List<StreamCodec.Part> parts =
        new ScaledStreams().encode(codebook, SymbolCoders.ALL.get("rans"));
    StreamCodec.Part scales = parts.get(1);
    assertEquals("scales", scales.stream().name());
    assertTrue(!scales.byCoder() && scales.coded().payload().length == same.length * 6 / 8);
    assertThrows(
        MalformedInputException.class,
        () -> CodebookSections.checkBounded(true, same.length, 20, 30, 7));
    Codes codes = new Codes(shape, new byte[same.length * 2], codebook);
    byte[] container = Container.encode(codes, Recipe.parse("dense/rans")).container();
    assertEquals(codes, Container.decode(container));
  }
}
