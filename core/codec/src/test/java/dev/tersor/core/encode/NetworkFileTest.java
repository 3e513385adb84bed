package dev.tersor.core.encode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tensor.Centroids;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.IntegerFormat;
import dev.tersor.core.tensor.RowSteps;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NetworkFileTest {
  private static final Path FIRST =
      Path.of("src", "test", "resources", "golden", "network", "v1.tersor");
  private static final Path GOLDEN =
      Path.of("src", "test", "resources", "golden", "network", "v2.tersor");

  private static NetworkTensor.Coded coded(String name, Codes codes, String recipe) {
    return new NetworkTensor.Coded(name, codes.shape(), Recipe.parse(recipe), List.of(codes));
  }

  private static List<NetworkTensor> network() {
    return List.of(
        coded("fc1.weight", SampleTensors.skewed(4, 0.9, 600, 1), "gap-best/huffman"),
        new NetworkTensor.Plain("fc1.bias", Shape.of(3), new float[] {1.5f, -2, 1e-3f}, false),
        coded("fc2.weight", SampleTensors.skewed(5, 0.5, 300, 2), "hybrid(theta=0.7)/packed"),
        new NetworkTensor.Plain("fc2.bias", Shape.of(2, 1), new float[] {0.1f, 65504}, true),
        coded("empty", SampleTensors.filled(3, i -> 0, 0, 4), "bitmap/rans"),
        coded("größe", SampleTensors.filled(8, i -> 7, 5, 5), "dense/packed"));
  }

  private static void assertSame(List<NetworkTensor> expected, List<NetworkTensor> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).name(), actual.get(i).name());
      assertEquals(expected.get(i).shape(), actual.get(i).shape());
      if (expected.get(i) instanceof NetworkTensor.Coded coded) {
        NetworkTensor.Coded read = (NetworkTensor.Coded) actual.get(i);
        assertEquals(coded.recipe(), read.recipe());
        assertEquals(coded.segments(), read.segments());
        assertArrayEquals(coded.values(), read.values());
      }
    }
  }

  @Test
  void aNetworkComesBack() {
    List<NetworkTensor> read = NetworkFile.read(NetworkFile.write(network()).bytes());
    assertSame(network(), read);
    assertArrayEquals(new float[] {1.5f, -2, 1e-3f}, read.get(1).values());
    // 0.1 is rounded to the nearest binary16.
    assertArrayEquals(new float[] {0.099975586f, 65504}, read.get(3).values());
  }

  private static final Path INTEGERS =
      Path.of("src", "test", "resources", "golden", "network", "v2-integers.tersor");

  /** A tensor of each kind of integers, every one with its least and greatest numbers. */
  private static List<NetworkTensor> integers() {
    List<NetworkTensor> tensors = new ArrayList<>();
    for (IntegerFormat format : IntegerFormat.values()) {
      byte[] numbers = new byte[6 * format.bytes()];
      if (format == IntegerFormat.BOOL) {
        numbers[1] = 1;
      } else {
        Arrays.fill(numbers, 0, format.bytes(), (byte) 0xFF);
        Arrays.fill(numbers, format.bytes(), 2 * format.bytes(), (byte) 0xFF);
        numbers[2 * format.bytes() - 1] = 0x7F;
        numbers[3 * format.bytes() - 1] = (byte) 0x80;
        numbers[3 * format.bytes()] = 5;
      }
      tensors.add(new NetworkTensor.Integers(format.label(), Shape.of(2, 3), format, numbers));
    }
    return tensors;
  }

  private static void assertSameIntegers(List<NetworkTensor> read) {
    List<NetworkTensor> expected = integers();
    assertEquals(expected.size(), read.size());
    for (int i = 0; i < expected.size(); i++) {
      NetworkTensor.Integers one = (NetworkTensor.Integers) read.get(i);
      assertEquals(expected.get(i).name(), one.format().label());
      assertEquals(expected.get(i).shape(), one.shape());
      assertArrayEquals(((NetworkTensor.Integers) expected.get(i)).bytes(), one.bytes());
    }
  }

  @Test
  void integersComeBackBitForBit() throws IOException {
    byte[] file = NetworkFile.write(integers()).bytes();
    if (Boolean.getBoolean("tersor.writeGolden") && !Files.exists(INTEGERS)) {
      Files.write(INTEGERS, file);
    }
    assertArrayEquals(Files.readAllBytes(INTEGERS), file);
    assertSameIntegers(NetworkFile.read(file));
    List<NetworkTensor> read = NetworkFile.read(file);
    assertArrayEquals(new float[] {-1, 127, -128, 5, 0, 0}, read.get(0).values());
    assertArrayEquals(new float[] {0x1p64f, 0x1p63f, 0x1p63f, 5, 0, 0}, read.get(7).values());
    OpenNetwork open = OpenNetwork.read(file);
    NetworkEntry shorts = open.entries().get(1);
    assertEquals(16, shorts.bits());
    assertArrayEquals(
        new float[] {-1, 32767, -32768, 5, 0, 0}, open.weights(shorts, shorts.parts().get(0)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new NetworkTensor.Integers("i", Shape.of(2), IntegerFormat.I16, new byte[3]));
  }

  /** A tensor, or a codebook, with such a number keeps all 32 bits. */
  @Test
  void numbersThat16BitsCannotHoldStay32() {
    for (float wide : new float[] {70_000, -1e6f, 1e-10f, Float.MIN_VALUE}) {
      float[] numbers = {0.1f, wide};
      NetworkTensor plain = new NetworkTensor.Plain("variance", Shape.of(2), numbers, true);
      Codes codes =
          new Codes(
              Shape.of(2, 2), new byte[] {0, 1, 2, 1}, new Centroids(2, numbers.clone()).half());
      NetworkTensor table = coded("table", codes, "bitmap/packed");
      byte[] file = NetworkFile.write(List.of(plain, table)).bytes();
      List<NetworkTensor> read = NetworkFile.read(file);
      assertArrayEquals(numbers, read.get(0).values());
      assertArrayEquals(new float[] {0, 0.1f, wide, 0.1f}, read.get(1).values());
      assertEquals(32, OpenNetwork.read(file).entries().get(0).bits());
    }
    float[] steps = {0.1f, 1e-7f};
    assertEquals(new RowSteps(8, steps), new RowSteps(8, steps).half());
    assertEquals(new Step(8, 1e5f), new Step(8, 1e5f).half());
    assertEquals(new Step(8, 0.099975586f), new Step(8, 0.1f).half());
  }

  @Test
  void largeTensorsAreCutIntoSegments() {
    Shape shape = Shape.of(3, Segment.MAX_WEIGHTS / 2 + 1);
    Codebook codebook = new Step(1, 1);
    List<Codes> segments = new ArrayList<>();
    for (Segment segment : Segment.cut(shape)) {
      byte[] codes = new byte[segment.length()];
      codes[segment.index()] = 1;
      segments.add(new Codes(segment.shape(), codes, codebook));
    }
    assertEquals(3, segments.size());
    NetworkTensor tensor =
        new NetworkTensor.Coded("w", shape, Recipe.parse("gap8/packed"), segments);
    assertSame(List.of(tensor), NetworkFile.read(NetworkFile.write(List.of(tensor)).bytes()));
  }

  /** The example of the format's documentation. */
  @Test
  void theExampleIsWhatIsWritten() {
    Codes codes = new Codes(Shape.of(3), new byte[] {0, 1, 3}, new Step(2, 0.5f));
    byte[] file = NetworkFile.write(List.of(coded("w", codes, "bitmap/packed"))).bytes();
    String expected =
        "5452534E02 01 0177 0103 02 00066269746D6170 01067061636B6564 0202010038"
            + " 02 02046D61736B 8008010001 06 030676616C756573 8102020001 0D 00";
    byte[] head = HexFormat.of().parseHex(expected.replace(" ", ""));
    assertArrayEquals(head, Arrays.copyOf(file, file.length - 4));
  }

  /** Files as they were first written decode for ever. */
  @Test
  void theGoldenFilesDecode() throws IOException {
    if (Boolean.getBoolean("tersor.writeGolden") && !Files.exists(GOLDEN)) {
      Files.createDirectories(GOLDEN.getParent());
      Files.write(GOLDEN, NetworkFile.write(network()).bytes());
    }
    assertSame(network(), NetworkFile.read(Files.readAllBytes(FIRST)));
    byte[] golden = Files.readAllBytes(GOLDEN);
    assertSame(network(), NetworkFile.read(golden));
    assertArrayEquals(golden, NetworkFile.write(network()).bytes());
  }

  /** One of its tensors has elements in dCSR, whose nibbles are in the order of the version. */
  @Test
  void theVersionIsWhatTellsTheOrderOfNibbles() throws IOException {
    for (Path path : List.of(FIRST, GOLDEN)) {
      byte[] file = Files.readAllBytes(path);
      file[4] = (byte) (3 - file[4]);
      LittleEndian.putInt(
          file, file.length - 4, Header.checksum(file, 0, file.length - Integer.BYTES));
      NetworkTensor.Coded expected = (NetworkTensor.Coded) network().get(2);
      try {
        NetworkTensor.Coded read = (NetworkTensor.Coded) NetworkFile.read(file).get(2);
        assertNotEquals(expected.segments(), read.segments());
      } catch (MalformedInputException e) {
        assertTrue(e.getMessage().contains("hybrid"), e::toString);
      }
    }
  }

  @Test
  void whatIsTruncatedFlippedOrLongerIsMalformed() {
    byte[] file = NetworkFile.write(network()).bytes();
    for (int length = 0; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThrows(MalformedInputException.class, () -> NetworkFile.read(cut));
    }
    assertThrows(
        MalformedInputException.class,
        () -> NetworkFile.read(Arrays.copyOf(file, file.length + 1)));
    for (int bit = 0; bit < 8 * file.length; bit++) {
      byte[] flipped = file.clone();
      flipped[bit >>> 3] ^= (byte) (1 << (bit & 7));
      assertThrows(MalformedInputException.class, () -> NetworkFile.read(flipped));
    }
  }

  @Test
  void damageBehindASoundChecksumNeverCrashes() {
    List<NetworkTensor> all = new ArrayList<>(network());
    all.addAll(integers());
    byte[] file = NetworkFile.write(all).bytes();
    SplittableRandom random = new SplittableRandom(4);
    assertTimeoutPreemptively(
        Duration.ofMinutes(2),
        () -> {
          for (int round = 0; round < 20_000; round++) {
            byte[] bad = file.clone();
            for (int i = random.nextInt(1, 4); i > 0; i--) {
              bad[random.nextInt(5, bad.length - 4)] = (byte) random.nextInt(256);
            }
            LittleEndian.putInt(bad, bad.length - 4, Header.checksum(bad, 0, bad.length - 4));
            try {
              NetworkFile.read(bad);
            } catch (MalformedInputException e) {
              assertTrue(e.position() >= 0 && e.position() <= bad.length, e::toString);
            }
          }
        });
  }

  @Test
  void whatCannotBeWrittenIsRefused() {
    NetworkTensor tensor = new NetworkTensor.Plain("b", Shape.of(1), new float[1], false);
    assertThrows(
        IllegalArgumentException.class, () -> NetworkFile.write(List.of(tensor, tensor)).bytes());
    assertThrows(
        IllegalArgumentException.class,
        () -> new NetworkTensor.Plain("b", Shape.of(2), new float[1], false));
    assertThrows(
        IllegalArgumentException.class,
        () -> new NetworkTensor.Coded("w", Shape.of(4), Recipe.parse("dense"), List.of()));
  }

  /** What is written around a small layer's streams. */
  @Test
  void headersAreAFewBytesATensor() {
    Codes codes = SampleTensors.skewed(4, 0.9, 3000, 3);
    Recipe recipe = Recipe.parse("gap-best/huffman");
    Breakdown parts = Container.encode(codes, recipe).breakdown();
    int streams = parts.payloadBytes() + parts.tableBytes() + parts.codebookBytes();
    NetworkTensor first = coded("a", codes, recipe.name());
    NetworkTensor second = coded("b", codes, recipe.name());
    NetworkFile.Written written = NetworkFile.write(List.of(first, second));
    int around = written.tensorBytes().get(1) - streams;
    assertTrue(around <= 30, around + " bytes around a tensor");
    int tensors = written.tensorBytes().stream().mapToInt(Integer::intValue).sum();
    assertEquals(10, written.bytes().length - tensors);
  }
}
