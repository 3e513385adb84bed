package dev.tersor.core.encode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tensor.Centroids;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
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
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Codebooks with a step for each row, in containers and in network files. */
class ChannelsTest {
  private static final Path FIRST =
      Path.of("src", "test", "resources", "golden", "network", "v1-channels.tersor");
  private static final Path GOLDEN =
      Path.of("src", "test", "resources", "golden", "network", "v2-channels.tersor");
  private static final Recipe RECIPE = Recipe.parse("bitmap/packed");

  /** Where the container of {@link #small} has its codebook's kind, its bits and its dimensions. */
  private static final int KIND = 19;

  private static final int BITS = 20;
  private static final int DIMS = 22;

  private static Codes small() {
    return new Codes(
        Shape.of(2, 2), new byte[] {1, 3, 0, 1}, new RowSteps(2, new float[] {0.5f, 2}));
  }

  private static NetworkTensor.Coded coded(String name, Codes codes) {
    return new NetworkTensor.Coded(name, codes.shape(), RECIPE, List.of(codes));
  }

  private static List<NetworkTensor> network() {
    float[] steps = {0.1f, 0.2f, 0.3f};
    Codes full = new Codes(Shape.of(3, 2), new byte[] {1, 0, 7, 9, 15, 2}, new RowSteps(4, steps));
    return List.of(coded("half", small()), coded("full", full));
  }

  private static void assertSame(List<NetworkTensor> expected, List<NetworkTensor> actual) {
    for (int i = 0; i < expected.size(); i++) {
      NetworkTensor.Coded one = (NetworkTensor.Coded) expected.get(i);
      NetworkTensor.Coded other = (NetworkTensor.Coded) actual.get(i);
      assertEquals(one.segments(), other.segments());
      assertEquals(one.codebook(), other.codebook());
      assertArrayEquals(one.values(), other.values());
    }
  }

  @Test
  void aStepIsFourBytesOfTheCodebook() {
    for (int rows : new int[] {0, 1, 5, 300}) {
      Codes codes = SampleTensors.withChannels(SampleTensors.filled(4, i -> i % 3, rows, 7));
      Encoded encoded = Container.encode(codes, RECIPE);
      assertEquals(4 * rows, encoded.breakdown().codebookBytes());
      assertEquals(codes, Container.decode(encoded.container()));
    }
  }

  private static byte[] withHeader(byte[] container, int at, int value) {
    byte[] bad = container.clone();
    int end = Header.read(container, Header.Form.CODES).length() - 4;
    bad[at] = (byte) value;
    LittleEndian.putInt(bad, end, Header.checksum(bad, 0, end));
    return bad;
  }

  @Test
  void aNumberOfStepsThatIsNotThatOfTheRowsIsMalformed() {
    byte[] container = Container.encode(small(), RECIPE).container();
    assertEquals(2, container[KIND]);
    for (int rows : new int[] {0, 1, 3, 127}) {
      assertMalformed(withHeader(container, DIMS, rows), "codebook of 2 numbers: ");
    }
    assertMalformed(withHeader(container, KIND, 0), "codebook of 2 numbers: uniform");
    assertMalformed(withHeader(container, KIND, 3), "codebook of 2 numbers: groups of 0.5");
    assertMalformed(withHeader(container, KIND, 4), "no stream 'form' of 8 bits");
    assertMalformed(withHeader(container, KIND, 5), "codebook of 2 numbers: states: 0.5");
    assertMalformed(
        withHeader(container, KIND, 6),
        "streams [codebook], expected [form, numbers, gaps, outliers]");
    assertMalformed(withHeader(container, KIND, 7), "codes of kind 7 and 2 bits");
    byte[] huge = container.clone();
    LittleEndian.putInt(huge, huge.length - 4, Float.floatToIntBits(Float.POSITIVE_INFINITY));
    assertThrows(MalformedInputException.class, () -> Container.decode(huge));
    // As a table the same two numbers are sound.
    assertEquals(
        new Centroids(2, 0.5f, 2), Container.decode(withHeader(container, KIND, 1)).codebook());
  }

  private static void assertMalformed(byte[] container, String message) {
    MalformedInputException e =
        assertThrows(MalformedInputException.class, () -> Container.decode(container));
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertTrue(e.position() >= 0 && e.position() <= container.length);
  }

  @Test
  void stepsWhoseLevelsAreNotFiniteAreMalformed() {
    Codes codes = new Codes(Shape.of(1, 1), new byte[] {1}, new RowSteps(2, new float[] {2e38f}));
    byte[] container = Container.encode(codes, RECIPE).container();
    assertEquals(codes, Container.decode(container));
    assertThrows(
        MalformedInputException.class, () -> Container.decode(withHeader(container, BITS, 3)));
  }

  @Test
  void segmentsStoreTheStepsOfTheirRows() {
    Shape shape = Shape.of(3, Segment.MAX_WEIGHTS / 2 + 1);
    Codebook codebook = new RowSteps(1, new float[] {1, -2, 3});
    NetworkTensor.Coded tensor = ones(shape, codebook);
    assertEquals(3, tensor.segments().size());
    assertEquals(new RowSteps(1, -2), tensor.segments().get(1).codebook());
    assertEquals(codebook, tensor.codebook());
    List<NetworkTensor> read = NetworkFile.read(NetworkFile.write(List.of(tensor)).bytes());
    assertSame(List.of(tensor), read);
    assertEquals(-2, read.get(0).values()[(int) shape.rowLength()]);
    List<Codes> mixed = new ArrayList<>(tensor.segments());
    mixed.set(1, new Codes(mixed.get(1).shape(), mixed.get(1).codes(), new Step(1, -2)));
    assertThrows(
        IllegalArgumentException.class, () -> new NetworkTensor.Coded("w", shape, RECIPE, mixed));
  }

  @Test
  void segmentsOfOneRowHaveOneStep() {
    Shape shape = Shape.of(1, Segment.MAX_WEIGHTS + 5);
    NetworkTensor.Coded tensor = ones(shape, new RowSteps(1, new float[] {4}));
    assertEquals(2, tensor.segments().size());
    assertSame(List.of(tensor), NetworkFile.read(NetworkFile.write(List.of(tensor)).bytes()));
    List<Codes> other = new ArrayList<>(tensor.segments());
    Codes last = other.get(1);
    other.set(1, new Codes(last.shape(), last.codes(), new RowSteps(1, new float[] {5})));
    assertThrows(
        IllegalArgumentException.class, () -> new NetworkTensor.Coded("w", shape, RECIPE, other));
  }

  private static NetworkTensor.Coded ones(Shape shape, Codebook codebook) {
    List<Codes> segments = new ArrayList<>();
    for (Segment segment : Segment.cut(shape)) {
      byte[] codes = new byte[segment.length()];
      codes[0] = 1;
      segments.add(new Codes(segment.shape(), codes, codebook.part(segment, shape.rowLength())));
    }
    return new NetworkTensor.Coded("w", shape, RECIPE, segments);
  }

  /** Steps of 16 bits where no step changes by it. */
  @Test
  void theGoldenNetworksDecode() throws IOException {
    if (Boolean.getBoolean("tersor.writeGolden") && !Files.exists(GOLDEN)) {
      Files.write(GOLDEN, NetworkFile.write(network()).bytes());
    }
    assertSame(network(), NetworkFile.read(Files.readAllBytes(FIRST)));
    byte[] golden = Files.readAllBytes(GOLDEN);
    assertSame(network(), NetworkFile.read(golden));
    assertArrayEquals(golden, NetworkFile.write(network()).bytes());
  }

  @Test
  void damageBehindASoundChecksumNeverCrashes() {
    byte[] file = NetworkFile.write(network()).bytes();
    byte[] container = Container.encode(small(), RECIPE).container();
    int end = Header.read(container, Header.Form.CODES).length() - 4;
    SplittableRandom random = new SplittableRandom(6);
    assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          for (int round = 0; round < 10_000; round++) {
            byte[] bad = file.clone();
            for (int i = random.nextInt(1, 4); i > 0; i--) {
              bad[random.nextInt(5, bad.length - 4)] = (byte) random.nextInt(256);
            }
            LittleEndian.putInt(bad, bad.length - 4, Header.checksum(bad, 0, bad.length - 4));
            survives(bad, () -> NetworkFile.read(bad));
            byte[] head = withHeader(container, random.nextInt(5, end), random.nextInt(256));
            survives(head, () -> Container.decode(head));
          }
        });
  }

  private static void survives(byte[] bytes, Runnable read) {
    try {
      read.run();
    } catch (MalformedInputException e) {
      assertTrue(e.position() >= 0 && e.position() <= bytes.length, e::toString);
    }
  }

  @Test
  void everyTruncationIsMalformed() {
    byte[] container = Container.encode(small(), RECIPE).container();
    for (int length = 0; length < container.length; length++) {
      byte[] cut = Arrays.copyOf(container, length);
      assertThrows(MalformedInputException.class, () -> Container.decode(cut));
    }
  }
}
