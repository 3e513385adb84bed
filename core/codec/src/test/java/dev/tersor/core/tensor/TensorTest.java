package dev.tersor.core.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorTest {
  @Test
  void shapesAreMatricesOfTheirFirstDimension() {
    Shape filter = Shape.of(64, 3, 7, 7);
    assertEquals(64, filter.rows());
    assertEquals(147, filter.rowLength());
    assertEquals(9408, filter.size());
    assertEquals("64x3x7x7", filter.toString());
    assertEquals(1, Shape.of(9).rows());
    assertEquals(9, Shape.of(9).rowLength());
    assertEquals(1, Shape.of().size());
    assertEquals("scalar", Shape.of().toString());
    assertEquals(0, Shape.of(0, 5).rowLength());
    assertEquals(0, Shape.of(5, 0).rowLength());
  }

  @Test
  void impossibleShapesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Shape.of(3, -1));
    assertThrows(IllegalArgumentException.class, () -> Shape.of(1L << 32, 1L << 31));
    assertThrows(IllegalArgumentException.class, () -> Shape.of(Long.MAX_VALUE, 2));
    assertEquals(Long.MAX_VALUE, Shape.of(Long.MAX_VALUE, 1).size());
  }

  @Test
  void shapesShareNoArray() {
    long[] dims = {2, 3};
    Shape shape = Shape.of(dims);
    dims[0] = 9;
    shape.dims()[1] = 9;
    assertEquals(Shape.of(2, 3), shape);
    assertEquals(Shape.of(2, 3).hashCode(), shape.hashCode());
    assertNotEquals(Shape.of(3, 2), shape);
    assertNotEquals(Shape.of(6), shape);
  }

  @Test
  void uniformCodesAreTwosComplement() {
    for (int bits = 2; bits <= 8; bits++) {
      Step codebook = new Step(bits, 0.25f);
      int limit = Levels.limit(bits);
      assertEquals((1 << (bits - 1)) - 1, limit);
      for (int code = 0; code < codebook.size(); code++) {
        int q = code << (32 - bits) >> (32 - bits);
        assertEquals(Math.abs(q) > limit ? 0 : q * 0.25f, codebook.value(code), "code " + code);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {0.5f, -0.5f})
  void oneBitIsZeroAndAStep(float step) {
    Step codebook = new Step(1, step);
    assertEquals(2, codebook.size());
    assertEquals(0, codebook.value(0));
    assertEquals(step, codebook.value(1));
  }

  @Test
  void tablesKeepZeroForCodeZero() {
    Centroids codebook = new Centroids(2, new float[] {-1, 3});
    assertEquals(4, codebook.size());
    assertArrayEquals(
        new float[] {0, -1, 3, 0},
        new float[] {codebook.value(0), codebook.value(1), codebook.value(2), codebook.value(3)});
    assertEquals(new Centroids(2, new float[] {-1, 3, 0}), codebook);
    assertNotEquals(new Centroids(3, new float[] {-1, 3}), codebook);
    assertThrows(IllegalArgumentException.class, () -> new Centroids(2, new float[4]));
  }

  @Test
  void kindsDifferEvenWhereValuesDoNot() {
    Codebook uniform = new Step(1, 2);
    Codebook table = new Centroids(1, new float[] {2});
    assertNotEquals(uniform, table);
    assertEquals(uniform, new Step(1, 2));
    assertEquals(uniform.hashCode(), new Step(1, 2).hashCode());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 9, 32})
  void codebooksHaveOneToEightBits(int bits) {
    assertThrows(IllegalArgumentException.class, () -> new Step(bits, 1));
    assertThrows(IllegalArgumentException.class, () -> new Centroids(bits, new float[0]));
  }

  @Test
  void codesKnowTheirNonZerosAndTheirWeights() {
    byte[] bytes = {0, 1, (byte) 255, 0};
    Codes codes = new Codes(Shape.of(2, 2), bytes, new Step(8, 0.5f));
    assertArrayEquals(new int[] {1, 2}, codes.nonZeroPositions());
    assertArrayEquals(new float[] {0, 0.5f, -0.5f, 0}, codes.dequantize());
    assertThrows(
        IllegalArgumentException.class, () -> new Codes(Shape.of(3), bytes, new Step(8, 1)));
  }

  @Test
  void registriesNameWhatThereIs() {
    Registry<String> registry = new Registry<>("letter", name -> name, List.of("b", "a"));
    assertEquals(List.of("b", "a"), List.copyOf(registry.names()));
    assertEquals(Optional.empty(), registry.find("c"));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> registry.get("c"));
    assertTrue(e.getMessage().contains("letter 'c', known: b, a"), e.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> new Registry<>("letter", name -> name, List.of("a", "a")));
  }
}
