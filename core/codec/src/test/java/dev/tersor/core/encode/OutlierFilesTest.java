package dev.tersor.core.encode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.Mutations;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.kernel.MatrixReader;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Centroids;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Outliers;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.StateMachine;
import dev.tersor.core.tensor.Step;
import dev.tersor.core.tensor.Trellis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Outliers beside codes in files. {@code golden/network/v2-outliers.tersor} decodes for ever;
 * {@code -Dtersor.writeGolden=true} writes it if it is missing. So does {@code
 * v2-outliers-earlier.tersor}, which the first model of {@code mix} wrote.
 */
class OutlierFilesTest {
  private static final Path GOLDEN =
      Path.of("src", "test", "resources", "golden", "network", "v2-outliers.tersor");
  private static final Path EARLIER = GOLDEN.resolveSibling("v2-outliers-earlier.tersor");
  private static final Shape SHAPE = Shape.of(12, 70);
  private static final int[] POSITIONS = {0, 1, 300, 839};
  private static final float[] VALUES = {17.25f, -3e9f, 1e-40f, -1.1f};

  private static NetworkTensor tensor(Codebook base, String recipe) {
    SplittableRandom random = new SplittableRandom(base.bits());
    byte[] codes = new byte[12 * 70];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) ((int) (random.nextGaussian() * 1.5) & 0x1F);
    }
    for (int position : POSITIONS) {
      codes[position] = 15;
    }
    Codebook codebook = new Outliers(base, POSITIONS, VALUES);
    return new NetworkTensor.Coded(
        recipe, SHAPE, Recipe.parse(recipe), List.of(new Codes(SHAPE, codes, codebook)));
  }

  private static List<NetworkTensor> network() {
    return List.of(
        tensor(new Trellis(StateMachine.EIGHT, 5, 0.1f), "dense/mix"),
        tensor(new Step(5, 0.1f), "bitmap/rans"),
        tensor(new Centroids(5, centroids()), "dense/packed"));
  }

  private static float[] centroids() {
    float[] centroids = new float[31];
    for (int i = 0; i < centroids.length; i++) {
      centroids[i] = 0.25f * (i - 15.5f);
    }
    return centroids;
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
    assertEquals(network(), NetworkFile.read(Files.readAllBytes(EARLIER)));
  }

  /** Products take the outliers, not what their codes stand for. */
  @Test
  void productsAreOfTheOutliers() {
    for (NetworkTensor tensor : network()) {
      NetworkTensor.Coded coded = (NetworkTensor.Coded) tensor;
      byte[] container = Container.encode(coded.segments().get(0), coded.recipe()).container();
      assertEquals(coded.segments().get(0), Container.decode(container));
      float[] one = new float[70];
      one[1] = 1;
      float[] product = new float[12];
      MatrixReader.fastest().read(container).multiply(one, 1, product);
      assertEquals(-3e9f, product[0]);
      assertEquals(Content.of(coded.segments().get(0)).nonZeros(), nonZeros(coded.values()));
    }
  }

  private static int nonZeros(float[] values) {
    int count = 0;
    for (float value : values) {
      count += value != 0 ? 1 : 0;
    }
    return count;
  }

  @Test
  void streamsThatAreNoOutliersAreRefused() {
    OutlierStreams streams = new OutlierStreams();
    Outliers codebook = new Outliers(new Step(8, 0.5f), new int[] {1}, new float[] {9.25f});
    Map<String, Symbols> right = streams.streams(codebook);
    assertEquals(codebook, streams.of(8, Shape.of(2), right));
    assertEquals(1, right.get("gaps").width());
    assertThrows(IllegalArgumentException.class, () -> streams.of(8, Shape.of(1), right));
    Map<String, Symbols> wrong =
        Map.of(
            "form", new Symbols(new int[] {4}, 8),
            "numbers", new Symbols(new int[] {0, 0}, 32),
            "gaps", new Symbols(new int[] {-1}, 32),
            "outliers", new Symbols(new int[] {0x7F800000}, 32));
    wrong.forEach(
        (name, symbols) -> {
          Map<String, Symbols> one = new LinkedHashMap<>(right);
          one.put(name, symbols);
          assertThrows(IllegalArgumentException.class, () -> streams.of(8, Shape.of(2), one), name);
          one.remove(name);
          assertThrows(IllegalArgumentException.class, () -> streams.of(8, Shape.of(2), one), name);
          one.put(name, new Symbols(new int[0], name.equals("gaps") ? 1 : 16));
          assertThrows(IllegalArgumentException.class, () -> streams.of(8, Shape.of(2), one), name);
        });
    Map<String, Symbols> more = new LinkedHashMap<>(right);
    more.put("units", right.get("form"));
    assertThrows(IllegalArgumentException.class, () -> streams.of(8, Shape.of(2), more));
  }

  @Test
  void damageIsMalformed() {
    byte[] file = NetworkFile.write(network()).bytes();
    Mutations.run(
        "outliers",
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
