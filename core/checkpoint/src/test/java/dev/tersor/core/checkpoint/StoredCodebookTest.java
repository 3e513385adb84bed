package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.Fixtures.assertMessage;
import static dev.tersor.core.checkpoint.Fixtures.concat;
import static dev.tersor.core.checkpoint.Fixtures.f32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tersor.core.quantize.Assignment;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.GroupSteps;
import dev.tersor.core.tensor.RowSteps;
import dev.tersor.core.tensor.Scaled;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StoredCodebookTest {
  private static StoredTensor tensor(String name, DType dtype, Shape shape, long offset) {
    Extent extent = Extent.raw("file", offset, dtype.bytesOf(shape.size()), dtype);
    return new StoredTensor(name, name, dtype, dtype.name(), shape, Layout.AS_STORED, extent);
  }

  /** Codes of a codebook of the file stand for the very weights that the file's integers do. */
  private static Codebook exact(DType dtype, long[] dims, long[] blockDims, int zero, int least)
      throws IOException {
    Shape shape = Shape.of(dims);
    Shape blocks = Shape.of(blockDims);
    Random random = new Random(7);
    byte[] codes = new byte[(int) dtype.bytesOf(shape.size())];
    random.nextBytes(codes);
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) Math.max(codes[i], least);
    }
    codes[0] = (byte) least;
    float[] scales = new float[(int) blocks.size()];
    byte[] zeros = new byte[scales.length];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = 0.001f + random.nextFloat();
      zeros[i] = (byte) zero;
    }
    BytesSource source = new BytesSource("file", concat(codes, f32(scales), zeros));
    StoredTensor scale = tensor("scale", DType.F32, blocks, codes.length);
    StoredTensor point = tensor("zero", dtype, blocks, codes.length + 4L * scales.length);
    StoredTensor integers =
        tensor("w", dtype, shape, 0).quantised(new Quantisation(scale, point, blocks));
    float[] weights = Checkpoint.read(integers, source, 0, (int) shape.size());
    Codebook codebook = null;
    for (Segment segment : Segment.cut(shape)) {
      codebook = StoredCodebook.read(integers, segment, source);
      byte[] assigned = Assignment.codes(weights, codebook);
      assertArrayEquals(weights, codebook.weights(segment.shape(), assigned));
    }
    return codebook;
  }

  @Test
  void everyWeightComesBack() throws IOException {
    long[] shape = {6, 32};
    long[] one = {1, 1};
    assertEquals(Step.class, exact(DType.I8, shape, one, 0, -127).getClass());
    assertEquals(RowSteps.class, exact(DType.I8, shape, new long[] {6, 1}, 0, -127).getClass());
    assertEquals(GroupSteps.class, exact(DType.I8, shape, new long[] {6, 2}, 0, -127).getClass());
    assertEquals(
        RowSteps.class,
        exact(DType.I8, new long[] {6, 3, 2, 5}, new long[] {6, 1, 1, 1}, 0, -127).getClass());
    assertEquals(Scaled.class, exact(DType.U8, shape, one, 131, -128).getClass());
    assertEquals(Scaled.class, exact(DType.I8, shape, one, -5, -128).getClass());
    assertEquals(Scaled.class, exact(DType.I8, shape, one, 0, -128).getClass());
    assertEquals(Scaled.class, exact(DType.I8, shape, new long[] {6, 1}, 3, -128).getClass());
    assertEquals(Scaled.class, exact(DType.U8, shape, new long[] {6, 4}, 100, -128).getClass());
    Codebook four = exact(DType.U4, shape, one, 7, -128);
    assertEquals(4, four.bits());
    assertEquals(0, four.value(0, 0, 0));
  }

  @Test
  void whatNoCodebookHoldsIsRefused() {
    long[] shape = {6, 32};
    for (long[] blocks : new long[][] {{1, 32}, {3, 1}, {6, 5}}) {
      assertMessage(
          assertThrows(
              IllegalArgumentException.class, () -> exact(DType.I8, shape, blocks, 0, -127)),
          "tensor 'w' of file",
          "no codebook holds",
          "expected scales of the tensor");
    }
  }

  /** A depthwise convolution of TFLite: height x width x channels, a scale a channel. */
  @Test
  void scalesOfTheLastAxisAreThoseOfRowsOnceItIsFirst() throws IOException {
    Shape shape = Shape.of(1, 2, 3, 4);
    byte[] codes = new byte[24];
    new Random(9).nextBytes(codes);
    float[] scales = {0.5f, 0.25f, 2, 1};
    BytesSource source = new BytesSource("file", concat(codes, f32(scales)));
    StoredTensor scale = tensor("scale", DType.F32, Shape.of(4), 24);
    StoredTensor stored =
        tensor("w", DType.I8, shape, 0)
            .described("w", Layout.DEPTHWISE_HWC)
            .quantised(Quantisation.ofAxis(scale, null, 4, 3));
    StoredTensor turned = stored.outputsFirst();
    assertEquals(Shape.of(4, 1, 2, 3), turned.shape());
    float[] expected = new float[24];
    for (int i = 0; i < 24; i++) {
      expected[i / 4 + 6 * (i % 4)] = codes[i] * scales[i % 4];
    }
    Fixtures.assertRuns(turned, source, expected);
    Codebook codebook = StoredCodebook.read(turned, Segment.cut(turned.shape()).get(0), source);
    assertArrayEquals(
        expected, codebook.weights(turned.shape(), Assignment.codes(expected, codebook)));
    assertEquals(turned, turned.outputsFirst());
  }

  /** A matrix of ONNX with inputs first: a scale a column, or a group of the inputs of each. */
  @Test
  void scalesOfColumnsAreThoseOfRowsOnceOutputsAreFirst() throws IOException {
    for (DType dtype : new DType[] {DType.I8, DType.U8, DType.U4, DType.I4}) {
      for (int groups : new int[] {1, 2}) {
        int inputs = 8;
        int outputs = 6;
        Random random = new Random(groups);
        byte[] codes = new byte[(int) dtype.bytesOf((long) inputs * outputs)];
        random.nextBytes(codes);
        float[] scales = new float[groups * outputs];
        byte[] zeros = new byte[(int) dtype.bytesOf(scales.length)];
        random.nextBytes(zeros);
        for (int i = 0; i < scales.length; i++) {
          scales[i] = 0.01f + random.nextFloat();
        }
        BytesSource source = new BytesSource("file", concat(codes, f32(scales), zeros));
        Shape blocks = Shape.of(groups, outputs);
        Shape stored = groups == 1 ? Shape.of(outputs) : blocks;
        StoredTensor scale = tensor("scale", DType.F32, stored, codes.length);
        StoredTensor zero = tensor("zero", dtype, stored, codes.length + 4L * scales.length);
        StoredTensor weight =
            tensor("w", dtype, Shape.of(inputs, outputs), 0)
                .quantised(new Quantisation(scale, zero, blocks));
        float[] asStored = Checkpoint.read(weight, source, 0, inputs * outputs);
        float[] expected = new float[asStored.length];
        for (int i = 0; i < asStored.length; i++) {
          expected[i % outputs * inputs + i / outputs] = asStored[i];
        }
        StoredTensor turned = weight.outputsFirst();
        assertEquals(Shape.of(outputs, inputs), turned.shape());
        Fixtures.assertRuns(turned, source, expected);
        assertArrayEquals(asStored, ((Turned) turned.extent().order()).back(expected));
        Codebook codebook = StoredCodebook.read(turned, Segment.cut(turned.shape()).get(0), source);
        assertArrayEquals(
            expected, codebook.weights(turned.shape(), Assignment.codes(expected, codebook)));
      }
    }
  }

  @Test
  void onlyIntegersOfAtMost8BitsWithScalesHaveOne() {
    StoredTensor scale = tensor("s", DType.F32, Shape.of(1), 0);
    Quantisation by = Quantisation.ofTensor(scale, null, 1);
    for (DType dtype : new DType[] {DType.I8, DType.U8, DType.I4, DType.U4}) {
      StoredTensor plain = tensor("w", dtype, Shape.of(2), 0);
      assertEquals(OptionalInt.empty(), StoredCodebook.bits(plain));
      assertEquals(
          dtype == DType.I8 || dtype == DType.U8 ? 8 : 4,
          StoredCodebook.bits(plain.quantised(by)).orElseThrow());
    }
    assertEquals(
        OptionalInt.empty(),
        StoredCodebook.bits(tensor("w", DType.I16, Shape.of(2), 0).quantised(by)));
  }
}
