package dev.tersor.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.encode.Container;
import dev.tersor.core.encode.NetworkFile;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.prune.Magnitude;
import dev.tersor.core.quantize.Assignment;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.SyntheticWeights;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The front door for tensors: what it gives back is what its parts give, for whatever there is. */
class TersorTest {
  private static final Shape SHAPE = Shape.of(24, 5, 3, 3);

  static float[] weights(Shape shape) {
    return new SyntheticWeights(1, "door", shape).draw(0, (int) shape.size());
  }

  /** Pruned and quantised in one piece, without a file. */
  static float[] expected(float[] weights, Shape shape, Compression compression) {
    long prune = Magnitude.count(compression.sparsity(), weights.length);
    float[] pruned = Magnitude.threshold(weights, prune).apply(weights);
    Codebook codebook =
        compression.codebook().fit(shape, pruned, compression.bits(), compression.seed());
    codebook = compression.half() ? codebook.half() : codebook;
    return new Codes(shape, Assignment.codes(pruned, codebook), codebook).dequantize();
  }

  private static void assertComesBack(Shape shape, Compression compression) {
    float[] weights = weights(shape);
    float[] before = weights.clone();
    Tensor decoded = Tersor.decode(Tersor.encode(weights, shape, compression));
    assertEquals(shape, decoded.shape());
    assertArrayEquals(expected(weights, shape, compression), decoded.weights());
    assertArrayEquals(before, weights, "not changed");
  }

  static Stream<String> encodings() {
    return Stream.concat(
        Recipe.all().stream().map(Recipe::name),
        Stream.of("auto", "auto(access=random)", "hybrid(theta=0.7,remainder=bitmap)/rans"));
  }

  @ParameterizedTest
  @MethodSource("encodings")
  void everyEncoding(String encoding) {
    assertComesBack(SHAPE, Compression.DEFAULT.sparsity(0.8).bits(3).encoding(encoding));
  }

  static Collection<String> codebooks() {
    return CodebookFitters.ALL.names();
  }

  @ParameterizedTest
  @MethodSource("codebooks")
  void everyCodebook(String codebook) {
    Compression some = Compression.DEFAULT.bits(3).codebook(codebook).encoding("dense/rans");
    assertComesBack(SHAPE, some);
    assertComesBack(SHAPE, some.sparsity(0.5).half(true).seed(7));
  }

  @ParameterizedTest
  @CsvSource({"''", "1", "0", "7", "0x5", "5x0", "1x1", "300x1", "2x3x4x5x6", "1x1x1x1x1x1x2x2"})
  void everyShape(String text) {
    Shape shape =
        Shape.of(
            text.isEmpty()
                ? new long[0]
                : Stream.of(text.split("x", -1)).mapToLong(Long::parseLong).toArray());
    for (String encoding : new String[] {"auto", "dense/packed", "bitmap/huffman"}) {
      assertComesBack(shape, Compression.DEFAULT.sparsity(0.4).bits(2).encoding(encoding));
    }
  }

  /** Cut between rows, and within a row that is longer than a segment. */
  @ParameterizedTest
  @CsvSource({
    "3, 1500001, uniform",
    "3, 1500001, uniform-channel",
    "3, 1500001, uniform-group(n=1024)",
    "1, 4194305, uniform"
  })
  void severalSegments(int rows, int columns, String codebook) {
    Shape shape = Shape.of(rows, columns);
    assertEquals(2, Segment.cut(shape).size());
    assertComesBack(
        shape, Compression.DEFAULT.sparsity(0.9).bits(2).codebook(codebook).encoding("bitmap"));
  }

  @Test
  void theBytesAreANetworkFile() {
    byte[] file = Tersor.encode(weights(SHAPE), SHAPE, Compression.DEFAULT);
    NetworkTensor tensor = NetworkFile.read(file).get(0);
    assertEquals("weights", tensor.name());
    assertEquals(8, ((NetworkTensor.Coded) tensor).codebook().bits());
  }

  /** Codebooks of equal bits differ in what they lose: the exact one loses least. */
  @Test
  void settingsReachTheFile() {
    float[] weights = weights(SHAPE);
    Compression exact = Compression.DEFAULT.bits(3);
    Compression half = exact.codebook("linear").half(true);
    float[] decoded = Tersor.decode(Tersor.encode(weights, SHAPE, exact)).weights();
    assertTrue(error(weights, decoded) < error(weights, expected(weights, SHAPE, half)));
    int smaller = Tersor.encode(weights, SHAPE, half).length;
    assertEquals(2 * 7, Tersor.encode(weights, SHAPE, half.half(false)).length - smaller);
    assertFalse(
        Arrays.equals(
            expected(weights, SHAPE, exact.codebook("random")),
            Tersor.decode(Tersor.encode(weights, SHAPE, exact.codebook("random").seed(2)))
                .weights()));
  }

  private static double error(float[] weights, float[] decoded) {
    double error = 0;
    for (int i = 0; i < weights.length; i++) {
      error += Math.pow(weights[i] - decoded[i], 2);
    }
    return error;
  }

  @Test
  void damageIsMalformed() {
    byte[] file = Tersor.encode(weights(SHAPE), SHAPE, Compression.DEFAULT.sparsity(0.5).bits(4));
    Mutations.run(
        "file of one tensor",
        2000,
        number -> Mutations.damage(file, new Random(number)),
        number -> {
          byte[] damaged = Mutations.damage(file, new Random(number));
          if (!Arrays.equals(file, damaged)) {
            assertThrows(MalformedInputException.class, () -> Tersor.decode(damaged));
          }
        });
  }

  @Test
  void onlyAFileOfOneTensorIsDecoded() {
    Codes codes = new Codes(Shape.of(1), new byte[1], new dev.tersor.core.tensor.Step(2, 1));
    byte[] container = Container.encode(codes, Recipe.parse("dense")).container();
    assertThrows(MalformedInputException.class, () -> Tersor.decode(container));
    assertThrows(MalformedInputException.class, () -> Tersor.decode(new byte[0]));
    float[] one = {1};
    byte[] two =
        NetworkFile.write(
                List.of(
                    new NetworkTensor.Plain("a", Shape.of(1), one, false),
                    new NetworkTensor.Plain("b", Shape.of(1), one, false)))
            .bytes();
    MalformedInputException e =
        assertThrows(MalformedInputException.class, () -> Tersor.decode(two));
    assertTrue(e.getMessage().contains("2 tensors, expected one"), e.getMessage());
  }

  private static void assertRefused(Runnable call, String... parts) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call::run);
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage() + " lacks " + part);
    }
  }

  @Test
  void badSettingsAreNamed() {
    Compression any = Compression.DEFAULT;
    assertRefused(() -> any.sparsity(1), "1.0", "[0, 1)");
    assertRefused(() -> any.sparsity(-0.1), "-0.1", "[0, 1)");
    assertRefused(() -> any.sparsity(Double.NaN), "NaN", "[0, 1)");
    assertRefused(() -> any.bits(0), "0", "1..8");
    assertRefused(() -> any.bits(9), "9", "1..8");
    assertRefused(() -> any.codebook("kmean"), "kmean", "exact");
    assertRefused(() -> any.codebook("uniform-group(n=0)"), "n", "0");
    assertRefused(() -> any.encoding("bitmap/rns"), "rns", "rans");
    assertRefused(() -> any.encoding("bitmp"), "bitmp", "bitmap");
    assertRefused(() -> any.encoding("auto(access=no)"), "no", "random");
    assertRefused(() -> any.encoding("ras/rans"), "ras/rans");
  }

  @Test
  void badTensorsAreNamed() {
    Compression any = Compression.DEFAULT;
    float[] two = {1, 2};
    assertRefused(() -> Tersor.encode(two, Shape.of(3), any), "2 weights", "3");
    assertRefused(() -> Tersor.encode(new float[] {0, Float.NaN}, Shape.of(2), any), "1", "NaN");
    assertRefused(
        () -> Tersor.encode(new float[] {Float.NEGATIVE_INFINITY}, Shape.of(1), any), "-Infinity");
    long[] ranks = new long[17];
    Arrays.fill(ranks, 1);
    assertRefused(() -> Tersor.encode(new float[1], Shape.of(ranks), any), "rank 17", "16");
    assertRefused(
        () -> Tersor.encode(new float[600], Shape.of(2, 300), any.encoding("csr8")), "300");
    assertRefused(() -> new Tensor(Shape.of(3), two), "2 weights");
  }
}
