package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.Fixtures.assertMessage;
import static dev.tersor.core.checkpoint.Fixtures.assertRuns;
import static dev.tersor.core.checkpoint.Fixtures.concat;
import static dev.tersor.core.checkpoint.Fixtures.f32;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuantisationTest {
  private static StoredTensor tensor(String name, DType dtype, Shape shape, long offset) {
    Extent extent = Extent.raw("file", offset, dtype.bytesOf(shape.size()), dtype);
    return new StoredTensor(name, name, dtype, dtype.name(), shape, Layout.AS_STORED, extent);
  }

  /** Shapes and those of their scales: a tensor's, an axis', groups', uneven ones. */
  @Test
  void everyElementHasTheScaleOfItsBlock() throws IOException {
    long[][][] cases = {
      {{3, 4}, {1, 1}},
      {{3, 4}, {3, 1}},
      {{3, 4}, {1, 4}},
      {{3, 8}, {3, 2}},
      {{3, 7}, {3, 3}},
      {{5, 4}, {3, 4}},
      {{2, 3, 2, 4}, {1, 1, 1, 4}},
      {{2, 3, 2, 4}, {1, 3, 1, 1}},
      {{2, 3, 2, 4}, {2, 3, 1, 2}},
      {{6}, {3}},
      {{3, 0}, {1, 0}},
      {{}, {}}
    };
    Random random = new Random(1);
    for (long[][] shapes : cases) {
      Shape shape = Shape.of(shapes[0]);
      Shape blocks = Shape.of(shapes[1]);
      byte[] codes = new byte[(int) shape.size()];
      random.nextBytes(codes);
      float[] scales = new float[(int) blocks.size()];
      byte[] zeros = new byte[scales.length];
      random.nextBytes(zeros);
      for (int i = 0; i < scales.length; i++) {
        scales[i] = random.nextFloat();
      }
      BytesSource source = new BytesSource("file", concat(codes, f32(scales), zeros));
      StoredTensor scale = tensor("scale", DType.F32, blocks, codes.length);
      StoredTensor zero = tensor("zero", DType.I8, blocks, codes.length + 4L * scales.length);
      StoredTensor integers = tensor("w", DType.I8, shape, 0);
      float[] expected = new float[codes.length];
      for (int i = 0; i < expected.length; i++) {
        int block = block(i, shapes[0], shapes[1]);
        expected[i] = (codes[i] - (float) zeros[block]) * scales[block];
      }
      assertRuns(integers.quantised(new Quantisation(scale, zero, blocks)), source, expected);
      for (int i = 0; i < expected.length; i++) {
        expected[i] = codes[i] * scales[block(i, shapes[0], shapes[1])];
      }
      assertRuns(integers.quantised(new Quantisation(scale, null, blocks)), source, expected);
    }
  }

  /** The index of an element's block, literally. */
  private static int block(int element, long[] dims, long[] blocks) {
    long rest = element;
    long[] index = new long[dims.length];
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      index[axis] = rest % dims[axis];
      rest /= dims[axis];
    }
    long block = 0;
    for (int axis = 0; axis < dims.length; axis++) {
      long length = (dims[axis] + blocks[axis] - 1) / blocks[axis];
      block = block * blocks[axis] + index[axis] / length;
    }
    return (int) block;
  }

  @Test
  void scalesThatDoNotFitAreRefused() {
    StoredTensor w = tensor("w", DType.I8, Shape.of(4, 6), 0);
    for (long[] dims : new long[][] {{4, 4}, {6, 1}, {24}, {4, 1, 1}, {1, 12}}) {
      StoredTensor scales = tensor("s", DType.F32, Shape.of(dims), 24);
      Quantisation by = new Quantisation(scales, null, Shape.of(dims));
      assertMessage(
          assertThrows(IllegalArgumentException.class, () -> w.quantised(by)), "do not divide");
    }
    StoredTensor scales = tensor("s", DType.F32, Shape.of(4), 24);
    assertThrows(
        IllegalArgumentException.class, () -> new Quantisation(scales, null, Shape.of(1, 1)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Quantisation(scales, tensor("z", DType.I8, Shape.of(1), 0), Shape.of(4, 1)));
  }
}
