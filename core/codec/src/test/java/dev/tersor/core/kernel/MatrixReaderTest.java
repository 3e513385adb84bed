package dev.tersor.core.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.encode.Container;
import dev.tersor.core.encode.FloatContainer;
import dev.tersor.core.encode.OpenContainer;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.index.SharedWork;
import dev.tersor.core.index.Split;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Centroids;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.FloatFormat;
import dev.tersor.core.tensor.Floats;
import dev.tersor.core.tensor.GroupSteps;
import dev.tersor.core.tensor.RowSteps;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A container of any recipe multiplies as the weights that it decodes to. */
class MatrixReaderTest {
  private static final MatrixReader READER = MatrixReader.fastest();

  /** Every coder with the schemes that have a form of their own, packed ones with all others. */
  static Stream<Recipe> recipes() {
    List<String> formed =
        List.of(
            "dense",
            "ras-element",
            "ras-block",
            "bitmap",
            "csr",
            "gap3",
            "gap8",
            "ras-element-sparse",
            "ras-block-sparse");
    return Recipe.all().stream()
        .filter(r -> formed.contains(r.index().name()) || r.coder().name().equals("packed"));
  }

  private static Codes codes(Codebook codebook, Shape shape, double density) {
    SplittableRandom random = new SplittableRandom(shape.size());
    byte[] codes = new byte[(int) shape.size()];
    for (int i = 0; i < codes.length; i++) {
      int code = 1 + random.nextInt((1 << codebook.bits()) - 1);
      boolean used = codebook.bits() == 1 || code != 1 << (codebook.bits() - 1);
      codes[i] = (byte) (random.nextDouble() < density && used ? code : 0);
    }
    return new Codes(shape, codes, codebook);
  }

  private static List<Codebook> codebooks(int rows, int columns) {
    float[] steps = new float[rows];
    for (int row = 0; row < rows; row++) {
      steps[row] = (row + 1) * 0.25f;
    }
    return List.of(
        new Step(4, 0.125f),
        new Step(1, 0.5f),
        new Centroids(3, new float[] {-1, -0.5f, 0.25f, 1, 2, 3, 4}),
        new RowSteps(4, steps),
        new GroupSteps(4, 8, columns, Arrays.copyOf(steps, rows * GroupSteps.inRow(8, columns))));
  }

  private static void check(Matrix matrix, float[] weights, int rows, int columns, String what) {
    assertEquals(rows, matrix.rows());
    assertEquals(columns, matrix.columns());
    assertTrue(matrix.bytes() >= 0);
    for (int batch : new int[] {1, 16}) {
      float[] x = new float[columns * batch];
      for (int i = 0; i < x.length; i++) {
        x[i] = (i * 7 % 11 - 4) / 8f;
      }
      float[] y = new float[rows * batch];
      float[] expected = new float[rows * batch];
      matrix.multiply(x, batch, y);
      Products.scalar().dense(weights, rows, columns, x, batch, expected, 0);
      assertArrayEquals(expected, y, 1e-3f, what + " of " + batch);
    }
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void multipliesAsItDecodes(Recipe recipe) {
    for (Shape shape : List.of(Shape.of(6, 256), Shape.of(5, 3, 7), Shape.of(4, 2, 3, 3))) {
      int rows = (int) shape.rows();
      int columns = (int) shape.rowLength();
      for (Codebook codebook : codebooks(rows, columns)) {
        for (double density : new double[] {0, 0.1, 1}) {
          Codes codes = codes(codebook, shape, density);
          byte[] container = Container.encode(codes, recipe).container();
          check(READER.read(container), codes.dequantize(), rows, columns, recipe + " " + shape);
        }
      }
    }
  }

  /** Without a kept zero what is not stored is a weight like others. */
  private record Shifted(int bits) implements Codebook.OfTensor {
    @Override
    public boolean keepsZero() {
      return false;
    }

    @Override
    public float value(int code) {
      return (code - 3) * 0.5f;
    }

    @Override
    public Codebook half() {
      return this;
    }
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void multipliesWeightsWhoseCodeIsZero(Recipe recipe) {
    Shape shape = Shape.of(5, 3, 7);
    Codes codes = codes(new Step(4, 1), shape, 0.3);
    OpenContainer open = OpenContainer.read(Container.encode(codes, recipe).container());
    Codes shifted = new Codes(shape, codes.codes(), new Shifted(4));
    int zeros = 0;
    for (byte code : codes.codes()) {
      zeros += code == 3 ? 1 : 0;
    }
    assertEquals(codes.size() - zeros, shifted.nonZeros());
    check(READER.read(open, new Shifted(4)), shifted.dequantize(), 5, 21, recipe.name());
  }

  /** What can be wrong with a stream: missing, too short, too long, another symbol, too wide. */
  private static List<Split> wrong(Split right) {
    List<Split> wrong = new ArrayList<>();
    for (int i = 0; i < right.streams().size(); i++) {
      var stream = right.streams().get(i);
      int[] values = stream.symbols().values();
      int width = stream.symbols().width();
      List<Symbols> damaged = new ArrayList<>();
      damaged.add(new Symbols(Arrays.copyOf(values, values.length + 1), width));
      if (values.length > 0) {
        damaged.add(new Symbols(Arrays.copyOf(values, values.length - 1), width));
        int[] other = values.clone();
        other[0] ^= 1;
        damaged.add(new Symbols(other, width));
      }
      if (width < Integer.SIZE) {
        damaged.add(new Symbols(values.clone(), width + 1));
      }
      for (Symbols symbols : damaged) {
        var streams = new ArrayList<>(right.streams());
        streams.set(i, new dev.tersor.core.index.Stream(stream.name(), stream.role(), symbols));
        wrong.add(new Split(streams));
      }
      var left = new ArrayList<>(right.streams());
      left.remove(i);
      wrong.add(new Split(left));
    }
    return wrong;
  }

  /** Streams that do not fit each other, with checksums that hold: as the decoder sees it. */
  @ParameterizedTest
  @MethodSource("recipes")
  void acceptsWhatTheDecoderDoes(Recipe recipe) {
    Codes codes = codes(new Step(4, 0.125f), Shape.of(5, 3, 7), 0.3);
    wrong(recipe.index().split(codes))
        .forEach(
            split -> {
              byte[] container =
                  Container.encode(codes, recipe, split, new SharedWork()).container();
              Codes decoded;
              try {
                decoded = Container.decode(container);
              } catch (MalformedInputException e) {
                assertThrows(
                    MalformedInputException.class, () -> READER.read(container), recipe.name());
                return;
              }
              check(READER.read(container), decoded.dequantize(), 5, 21, recipe.name());
            });
  }

  private static Floats floats(FloatFormat format, Shape shape, double density) {
    SplittableRandom random = new SplittableRandom(shape.size());
    int[] bits = new int[(int) shape.size()];
    for (int i = 0; i < bits.length; i++) {
      // Half precision has these numbers as they are, and -0.0 is one.
      float value = (random.nextInt(255) - 127) / 128f * (random.nextInt(9) == 0 ? -0.0f : 1);
      bits[i] = random.nextDouble() < density ? format.toBits(value) : 0;
    }
    return new Floats(shape, format, bits);
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void unquantisedWeightsMultiplyAsTheyAre(Recipe recipe) {
    for (Shape shape : List.of(Shape.of(6, 256), Shape.of(5, 3, 7), Shape.of(4, 2, 3, 3))) {
      for (FloatFormat format : FloatFormat.values()) {
        for (double density : new double[] {0, 0.1, 1}) {
          Floats floats = floats(format, shape, density);
          byte[] container = FloatContainer.encode(floats, recipe).container();
          check(
              READER.read(container),
              floats.weights(),
              (int) shape.rows(),
              (int) shape.rowLength(),
              recipe + " " + format + " " + shape);
        }
      }
    }
  }

  /** A layer in a tree is multiplied from its tree, and not from what it would be decoded to. */
  @Test
  void unquantisedWeightsInATreeStayThere() {
    Floats floats = floats(FloatFormat.FP32, Shape.of(64, 512), 1);
    for (String recipe : List.of("ras-block/wavelet", "dense/wavelet")) {
      byte[] container = FloatContainer.encode(floats, Recipe.parse(recipe)).container();
      assertTrue(READER.read(container).bytes() < 4L * floats.size(), recipe);
    }
  }

  @Test
  void segmentsAreStacked() {
    Codebook codebook = new Step(4, 1);
    List<byte[]> containers = new ArrayList<>();
    float[] weights = new float[7 * 20];
    int at = 0;
    for (int rows : new int[] {4, 3}) {
      Codes codes = codes(codebook, Shape.of(rows, 20), 0.5);
      float[] part = codes.dequantize();
      System.arraycopy(part, 0, weights, at, part.length);
      at += part.length;
      containers.add(Container.encode(codes, Recipe.parse("bitmap")).container());
    }
    check(READER.read(containers), weights, 7, 20, "stacked");
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void damageIsMalformed(Recipe recipe) {
    byte[] container =
        Container.encode(codes(new Step(4, 1), Shape.of(4, 32), 0.3), recipe).container();
    for (int bit = 0; bit < 8 * container.length; bit += 5) {
      byte[] flipped = container.clone();
      flipped[bit >>> 3] ^= (byte) (1 << (bit & 7));
      assertThrows(MalformedInputException.class, () -> READER.read(flipped));
    }
    Floats floats = floats(FloatFormat.BF16, Shape.of(4, 32), 0.3);
    byte[] ofFloats = FloatContainer.encode(floats, recipe).container();
    for (int bit = 0; bit < 8 * ofFloats.length; bit += 5) {
      byte[] flipped = ofFloats.clone();
      flipped[bit >>> 3] ^= (byte) (1 << (bit & 7));
      assertThrows(MalformedInputException.class, () -> READER.read(flipped));
    }
  }
}
