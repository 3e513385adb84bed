package dev.tersor.core.encode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.kernel.MatrixReader;
import dev.tersor.core.quantize.Assignment;
import dev.tersor.core.quantize.CodebookFitter;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every registered codebook does: fit, give codes, stand for weights, be stored and read. */
class CodebookContractTest {
  private static final List<Shape> SHAPES =
      List.of(
          Shape.of(9, 150),
          Shape.of(5, 3, 7, 7),
          Shape.of(300),
          Shape.of(4, 64),
          Shape.of(3, 1),
          Shape.of(),
          Shape.of(0, 7),
          Shape.of(7, 0));

  static Stream<CodebookFitter> fitters() {
    return Stream.concat(
        CodebookFitters.ALL.all().stream(),
        Stream.of("uniform-group(n=2)", "trellis(states=4)").map(CodebookFitters::parse));
  }

  /** The bits that codes can have. */
  private static int[] bits(CodebookFitter fitter) {
    return IntStream.rangeClosed(1, 8).filter(fitter::takes).toArray();
  }

  /** One that leaves out zeros, where there are any to leave out. */
  private static Recipe recipe(Codebook codebook) {
    return Recipe.parse(codebook.keepsZero() ? "bitmap/packed" : "dense/packed");
  }

  /** Rows of different widths, a third of the weights zero, and a row of nothing else. */
  private static float[] weights(Shape shape, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = new float[(int) shape.size()];
    for (int i = 0; i < weights.length; i++) {
      int row = i / (int) shape.rowLength();
      boolean zero = row == 2 || random.nextInt(3) == 0;
      weights[i] = zero ? 0 : (float) (random.nextGaussian() * (1 + row));
    }
    return weights;
  }

  private static Codes codes(CodebookFitter fitter, Shape shape, int bits, long seed) {
    float[] weights = weights(shape, seed);
    Codebook codebook = fitter.fit(shape, weights, bits, 1);
    return new Codes(shape, Assignment.codes(weights, codebook), codebook);
  }

  @ParameterizedTest
  @MethodSource("fitters")
  void weightsAreTheValuesOfTheirCodes(CodebookFitter fitter) {
    for (Shape shape : SHAPES) {
      for (int bits : bits(fitter)) {
        Codes codes = codes(fitter, shape, bits, bits);
        Codebook codebook = codes.codebook();
        assertEquals(bits, codebook.bits());
        float[] weights = codes.dequantize();
        int zeros = 0;
        for (int i = 0; i < weights.length; i++) {
          int code = codes.codes()[i] & 0xFF;
          int columns = (int) shape.rowLength();
          if (!codebook.isSequential()) {
            assertEquals(codebook.value(i / columns, i % columns, code), weights[i], 0f);
          }
          assertTrue(Float.floatToRawIntBits(weights[i]) != Integer.MIN_VALUE, "negative zero");
          if (codebook.keepsZero()) {
            assertEquals(code == 0, weights[i] == 0, "code " + code);
          }
          zeros += weights[i] == 0 ? 1 : 0;
        }
        assertEquals(weights.length - zeros, codes.nonZeros());
      }
    }
  }

  /** A code of its own for what is pruned, and no other than the nearest for what is not. */
  @ParameterizedTest
  @MethodSource("fitters")
  void prunedWeightsStayZero(CodebookFitter fitter) {
    Shape shape = SHAPES.get(0);
    float[] weights = weights(shape, 3);
    for (int bits : bits(fitter)) {
      Codebook codebook = fitter.fit(shape, weights, bits, 1);
      float[] values = codebook.weights(shape, Assignment.codes(weights, codebook));
      for (int i = 0; i < weights.length; i++) {
        if (weights[i] == 0 && codebook.keepsZero()) {
          assertEquals(0, values[i]);
          continue;
        }
        if (codebook.isSequential()) {
          continue; // TrellisTest has what is nearest of all ways
        }
        double error = Math.abs((double) weights[i] - values[i]);
        for (int code = 0; code < codebook.size(); code++) {
          float value = codebook.value(i / 150, i % 150, code);
          double other = Math.abs((double) weights[i] - value);
          boolean isZero = codebook.keepsZero() && value == 0;
          assertTrue(isZero || error <= other * (1 + 1e-6), "code " + code + " is nearer");
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("fitters")
  void isReadAsItWasStored(CodebookFitter fitter) {
    for (Shape shape : SHAPES) {
      for (int bits : bits(fitter)) {
        Codes codes = codes(fitter, shape, bits, bits);
        byte[] container = Container.encode(codes, recipe(codes.codebook())).container();
        assertEquals(codes, Container.decode(container));
        Codes half = new Codes(shape, codes.codes(), codes.codebook().half());
        List<NetworkTensor> tensors = List.of(coded("w", codes), coded("half", half));
        List<NetworkTensor> read = NetworkFile.read(NetworkFile.write(tensors).bytes());
        assertEquals(tensors, read);
        assertArrayEquals(codes.dequantize(), read.get(0).values());
        assertEquals(codes.codebook().half(), half.codebook().half());
      }
    }
  }

  private static NetworkTensor coded(String name, Codes codes) {
    return new NetworkTensor.Coded(name, codes.shape(), recipe(codes.codebook()), List.of(codes));
  }

  /** What a sparse scheme leaves out is zero, or it says so. */
  @ParameterizedTest
  @MethodSource("fitters")
  void onlyZerosAreLeftOut(CodebookFitter fitter) {
    for (int bits : bits(fitter)) {
      Codes codes = codes(fitter, SHAPES.get(0), bits, bits);
      for (String name : List.of("bitmap/rans", "relative5", "csr", "dense/rans", "ras-element")) {
        Recipe recipe = Recipe.parse(name);
        if (codes.codebook().keepsZero() || recipe.index().isDense()) {
          assertEquals(codes, Container.decode(Container.encode(codes, recipe).container()));
          continue;
        }
        IllegalArgumentException e =
            assertThrows(
                IllegalArgumentException.class, () -> Container.encode(codes, recipe), name);
        assertTrue(e.getMessage().contains("leaves out code 0"), e.getMessage());
        NetworkTensor tensor = new NetworkTensor.Coded("w", codes.shape(), recipe, List.of(codes));
        assertThrows(
            IllegalArgumentException.class, () -> NetworkFile.write(List.of(tensor)), name);
      }
    }
    Codes codes = codes(fitter, SHAPES.get(3), fitter.width().orElse(4), 1);
    Encoded smallest = Auto.parse("auto").encode(codes);
    assertEquals(codes, Container.decode(smallest.container()));
  }

  /** What is multiplied is what codes stand for. */
  @ParameterizedTest
  @MethodSource("fitters")
  void productsAreThoseOfTheWeights(CodebookFitter fitter) {
    Shape shape = SHAPES.get(0);
    float[] vector = new float[150];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = i % 7 - 3;
    }
    for (int bits : bits(fitter)) {
      Codes codes = codes(fitter, shape, bits, bits);
      float[] weights = codes.dequantize();
      for (String name : List.of("dense/packed", "dense/rans", recipe(codes.codebook()).name())) {
        byte[] container = Container.encode(codes, Recipe.parse(name)).container();
        float[] product = new float[9];
        MatrixReader.fastest().read(container).multiply(vector, 1, product);
        for (int row = 0; row < 9; row++) {
          double expected = 0;
          double terms = 1e-3;
          for (int i = 0; i < 150; i++) {
            double term = (double) weights[row * 150 + i] * vector[i];
            expected += term;
            terms += Math.abs(term);
          }
          assertEquals(expected, product[row], 1e-5 * terms, name);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("fitters")
  void bitsThatCodesCannotHaveAreNamed(CodebookFitter fitter) {
    for (int bits = 1; bits <= 8; bits++) {
      if (!fitter.takes(bits)) {
        int asked = bits;
        IllegalArgumentException e =
            assertThrows(
                IllegalArgumentException.class,
                () -> fitter.fit(Shape.of(4), new float[] {1, 2, 3, 4}, asked, 1));
        assertTrue(e.getMessage().contains("" + bits), e.getMessage());
      }
    }
  }

  /** Parts of a tensor between rows and, where a row is longer than a segment, within rows. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "uniform",
        "uniform-channel",
        "uniform-group",
        "linear",
        "binary",
        "binary-channel",
        "affine-channel",
        "affine-group",
        "nf4",
        "fp8-e4m3-channel",
        "nvfp4",
        "q4_k",
        "q6_k",
        "trellis"
      })
  void partsMakeUpTheWhole(String name) {
    CodebookFitter fitter = CodebookFitters.parse(name);
    int most = Segment.MAX_WEIGHTS;
    for (Shape shape : List.of(Shape.of(3, most / 2 + 70), Shape.of(2, most + 70))) {
      float[] weights = new float[(int) shape.size()];
      for (int i = 0; i < weights.length; i += 1 << 12) {
        weights[i] = 1 + (i >> 12) % 7;
      }
      int bits = fitter.width().orElse(3);
      Codebook codebook = fitter.fit(shape, weights, bits, 1);
      byte[] codes = Assignment.codes(weights, codebook);
      List<Codebook> parts = new ArrayList<>();
      for (Segment segment : Segment.cut(shape)) {
        int from = (int) segment.offset();
        Codebook part = codebook.part(segment, shape.rowLength());
        float[] own = Arrays.copyOfRange(weights, from, from + segment.length());
        byte[] expected = Arrays.copyOfRange(codes, from, from + segment.length());
        assertArrayEquals(expected, Assignment.codes(own, part));
        parts.add(part);
        if (fitter.span(shape) <= most) {
          assertEquals(part, fitter.fit(segment.shape(), own, bits, 1), "fitted by itself");
        }
      }
      assertEquals(codebook, parts.get(0).whole(shape, parts));
    }
  }

  @ParameterizedTest
  @MethodSource("fitters")
  void namesAreThoseThatAreParsed(CodebookFitter fitter) {
    assertEquals(fitter, CodebookFitters.parse(fitter.name()));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> fitter.with(Map.of("colour", "red")));
    assertTrue(e.getMessage().contains("has no parameter 'colour'"), e.getMessage());
  }
}
