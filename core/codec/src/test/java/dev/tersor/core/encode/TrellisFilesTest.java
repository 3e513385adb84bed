package dev.tersor.core.encode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.Compression;
import dev.tersor.core.Mutations;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.index.Access;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.StateMachine;
import dev.tersor.core.tensor.Trellis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Codes of a trellis in files. {@code golden/network/v2-trellis.tersor} decodes for ever; {@code
 * -Dtersor.writeGolden=true} writes it if it is missing.
 */
class TrellisFilesTest {
  private static final Path GOLDEN =
      Path.of("src", "test", "resources", "golden", "network", "v2-trellis.tersor");

  private static NetworkTensor tensor(StateMachine states, String recipe) {
    Shape shape = Shape.of(12, 70);
    SplittableRandom random = new SplittableRandom(states.states());
    byte[] codes = new byte[12 * 70];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) ((int) (random.nextGaussian() * 1.5) & 0x1F);
    }
    return new NetworkTensor.Coded(
        recipe,
        shape,
        Recipe.parse(recipe),
        List.of(new Codes(shape, codes, new Trellis(states, 5, 0.1f))));
  }

  private static List<NetworkTensor> network() {
    return List.of(
        tensor(StateMachine.FOUR, "dense/cabac"), tensor(StateMachine.EIGHT, "bitmap/rans"));
  }

  @Test
  void goldenDecodesAndIsWrittenTheSame() throws IOException {
    byte[] written = NetworkFile.write(network()).bytes();
    if (Boolean.getBoolean("tersor.writeGolden") && !Files.exists(GOLDEN)) {
      Files.write(GOLDEN, written);
    }
    byte[] golden = Files.readAllBytes(GOLDEN);
    assertEquals(network(), NetworkFile.read(golden));
    assertArrayEquals(golden, written);
  }

  /** Whatever the recipe, a weight needs all before it. */
  @Test
  void accessIsSequential() {
    NetworkTensor.Coded coded = (NetworkTensor.Coded) tensor(StateMachine.EIGHT, "bitmap/packed");
    Content content = Content.of(coded.segments().get(0));
    assertEquals(Access.SEQUENTIAL, content.access(coded.recipe()));
    assertEquals(Access.RANDOM, Recipe.parse("dense/packed").access());
    assertThrows(
        IllegalStateException.class,
        () -> Auto.parse("auto(access=random)").encode(coded.segments().get(0)));
  }

  /** Each segment begins in state 0, and decodes alone. */
  @Test
  void segmentsDecodeAlone() {
    Shape shape = Shape.of(3, Segment.MAX_WEIGHTS / 2 + 70);
    float[] weights = new float[(int) shape.size()];
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < weights.length; i += 97) {
      weights[i] = (float) random.nextGaussian();
    }
    Compression trellis =
        Compression.DEFAULT.codebook("trellis(lambda=0.001)").encoding("bitmap/rans");
    NetworkTensor.Coded coded = trellis.encode("w", shape, weights);
    assertEquals(3, coded.segments().size());
    float[] values = coded.values();
    for (int i = 0; i < weights.length; i++) {
      assertTrue(Math.abs(values[i] - weights[i]) < 0.3, "weight " + i);
    }
    for (Segment segment : Segment.cut(shape)) {
      int from = (int) segment.offset();
      assertArrayEquals(
          Arrays.copyOfRange(values, from, from + segment.length()),
          coded.segments().get(segment.index()).dequantize());
    }
    assertEquals(List.of(coded), NetworkFile.read(NetworkFile.write(List.of(coded)).bytes()));
  }

  @Test
  void numbersThatAreNoTrellisAreRefused() {
    TrellisSection section = new TrellisSection();
    Shape shape = Shape.of(3);
    assertEquals(
        new Trellis(StateMachine.FOUR, 4, 2), section.of(4, shape, CodebookSection.ofFloats(4, 2)));
    for (float[] wrong :
        new float[][] {{4}, {4, 2, 1}, {5, 2}, {4.5f, 2}, {4, -1}, {4, Float.NaN}, {8, 3e38f}}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> section.of(4, shape, CodebookSection.ofFloats(wrong)),
          Arrays.toString(wrong));
    }
    assertThrows(
        IllegalArgumentException.class, () -> section.of(1, shape, CodebookSection.ofFloats(4, 2)));
  }

  @Test
  void damageIsMalformed() {
    byte[] file = NetworkFile.write(network()).bytes();
    Mutations.run(
        "trellis",
        1000,
        number -> DamagedNetwork.of(file, number),
        number -> {
          byte[] damaged = DamagedNetwork.of(file, number);
          try {
            NetworkFile.read(damaged).forEach(NetworkTensor::values);
          } catch (MalformedInputException e) {
            assertTrue(e.position() >= 0 && e.position() <= damaged.length, e::toString);
          }
        });
  }
}
