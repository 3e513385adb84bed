package dev.tersor.core.checkpoint.tflite;

import static dev.tersor.core.checkpoint.Fixtures.assertMalformed;
import static dev.tersor.core.checkpoint.Fixtures.assertMessage;
import static dev.tersor.core.checkpoint.Fixtures.assertRuns;
import static dev.tersor.core.checkpoint.Fixtures.concat;
import static dev.tersor.core.checkpoint.Fixtures.f32;
import static dev.tersor.core.checkpoint.Fixtures.open;
import static dev.tersor.core.checkpoint.Fixtures.ramp;
import static dev.tersor.core.checkpoint.Fixtures.readAll;
import static dev.tersor.core.checkpoint.Fixtures.u16;
import static dev.tersor.core.checkpoint.tflite.TfliteBytes.CONV_2D;
import static dev.tersor.core.checkpoint.tflite.TfliteBytes.DEPTHWISE_CONV_2D;
import static dev.tersor.core.checkpoint.tflite.TfliteBytes.DEQUANTIZE;
import static dev.tersor.core.checkpoint.tflite.TfliteBytes.FLOAT16;
import static dev.tersor.core.checkpoint.tflite.TfliteBytes.FLOAT32;
import static dev.tersor.core.checkpoint.tflite.TfliteBytes.FULLY_CONNECTED;
import static dev.tersor.core.checkpoint.tflite.TfliteBytes.INT16;
import static dev.tersor.core.checkpoint.tflite.TfliteBytes.INT2;
import static dev.tersor.core.checkpoint.tflite.TfliteBytes.INT32;
import static dev.tersor.core.checkpoint.tflite.TfliteBytes.INT4;
import static dev.tersor.core.checkpoint.tflite.TfliteBytes.INT8;
import static dev.tersor.core.checkpoint.tflite.TfliteBytes.UINT8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.BytesSource;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.DType;
import dev.tersor.core.checkpoint.Layout;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.checkpoint.tflite.TfliteBytes.Tensor;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TfliteTest {
  private static Tensor floats(String name, int... shape) {
    int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    return new Tensor(name, FLOAT32, shape).data(f32(ramp(size)));
  }

  private static void assertReads(Tensor tensor, float... values) throws IOException {
    BytesSource source = new BytesSource("m.tflite", new TfliteBytes().add(tensor).model());
    Checkpoint checkpoint = Checkpoint.open(source);
    assertEquals(Checkpoint.Format.TFLITE, checkpoint.format());
    assertTrue(checkpoint.tensors().get(0).isWeights());
    assertRuns(checkpoint.tensors().get(0), source, values);
  }

  @Test
  void numbersOfEveryKind() throws IOException {
    assertReads(floats("w", 2, 3), ramp(6));
    assertReads(new Tensor("w", FLOAT16, 2).data(u16(0x3C00, 1)), 1, 0x1p-24f);
    assertReads(
        new Tensor("w", INT8, 2, 2).data((byte) -3, (byte) 4, (byte) 0, (byte) 1).scales(0.5f),
        -1.5f,
        2,
        0,
        0.5f);
    assertReads(
        new Tensor("w", INT8, 2, 2)
            .data((byte) -3, (byte) 4, (byte) 0, (byte) 1)
            .scales(0.5f, 10)
            .zeros(1, 0)
            .dimension(1),
        -2,
        40,
        -0.5f,
        10);
    // Many scales and one zero point of 0.
    assertReads(new Tensor("w", UINT8, 2).data((byte) 255, (byte) 2).scales(1, 2).zeros(0), 255, 4);
    assertReads(
        new Tensor("w", INT4, 3).data((byte) 0xF1, (byte) 0x07).scales(2).zeros(0), 2, -2, 14);
    assertReads(new Tensor("w", INT16, 2).data(u16(0xFFFF, 300)).scales(0.5f).zeros(0), -0.5f, 150);
    assertReads(
        new Tensor("w", INT32, 2)
            .data(
                (byte) 1, (byte) 0, (byte) 0, (byte) 0, (byte) -1, (byte) -1, (byte) -1, (byte) -1)
            .scales(0.25f, 4)
            .zeros(0, 0),
        0.25f,
        -4);
  }

  @Test
  void integersWithoutScalesAreIntegers() throws IOException {
    Checkpoint checkpoint =
        open(
            new TfliteBytes()
                .add(new Tensor("shape", INT32, 1).data((byte) 1, (byte) 0, (byte) 0, (byte) 0))
                .add(new Tensor("activation", FLOAT32, 1, 4))
                .add(new Tensor("text", 5, 1).data((byte) 1))
                .model());
    assertEquals(2, checkpoint.tensors().size());
    assertFalse(checkpoint.tensors().get(0).isWeights());
    assertEquals("INT32", checkpoint.tensors().get(0).dtypeName());
    assertEquals(DType.OTHER, checkpoint.tensors().get(1).dtype());
    assertTrue(checkpoint.tensors().get(1).holdsNoWeights());
  }

  @Test
  void layoutsComeFromTheConsumingOperator() throws IOException {
    byte[] file =
        new TfliteBytes()
            .add(floats("conv", 2, 1, 1, 3))
            .add(floats("depthwise", 1, 2, 2, 3))
            .add(floats("dense", 2, 3))
            .add(floats("bias", 2))
            .add(new Tensor("half", FLOAT16, 1, 1, 1, 1).data(u16(0x3C00)))
            .add(new Tensor("dequantised", FLOAT32, 1, 1, 1, 1))
            .add(floats("torn", 1, 1, 1, 1))
            .add(floats("unused", 1, 1, 1, 1))
            .operator(CONV_2D, 90, 80, 0, 3)
            .operator(DEPTHWISE_CONV_2D, 91, 80, 1, -1)
            .operator(FULLY_CONNECTED, 92, 80, 2)
            .operator(DEQUANTIZE, 5, 4)
            .operator(CONV_2D, 93, 80, 5)
            .operator(CONV_2D, 94, 80, 6)
            .operator(DEPTHWISE_CONV_2D, 95, 80, 6)
            .model();
    Map<String, Layout> said =
        Map.of(
            "conv", Layout.OHWI,
            "depthwise", Layout.DEPTHWISE_HWC,
            "dense", Layout.OUT_IN,
            "half", Layout.OHWI);
    for (StoredTensor tensor : open(file).tensors()) {
      assertEquals(
          said.getOrDefault(tensor.name(), Layout.AS_STORED), tensor.layout(), tensor.name());
    }
  }

  @Test
  void namesOfSubgraphsAreToldApart() throws IOException {
    byte[] file =
        new TfliteBytes()
            .add(floats("w", 1))
            .add(floats("", 1))
            .subgraph("")
            .add(floats("w", 1))
            .add(floats("w", 1))
            .subgraph("body")
            .add(floats("w", 1))
            .model();
    assertEquals(
        List.of("w", "tensor1", "subgraph1/w", "subgraph1/w#1", "body/w"),
        open(file).tensors().stream().map(StoredTensor::name).toList());
  }

  @Test
  void dataMayLieBehindTheFlatbuffer() throws IOException {
    byte[] model = new TfliteBytes().appended(2048).add(floats("w", 2, 2)).model();
    byte[] file = concat(Arrays.copyOf(model, 2048), f32(ramp(4)));
    assertArrayEquals(ramp(4), readAll(file, "w"));
    // In a file of 4 GB, of which no more than a few pages are read.
    byte[] far = new TfliteBytes().appended(4_000_000_000L).add(floats("w", 2, 2)).model();
    BytesSource source = new BytesSource("m", far, 4_000_000_016L, Map.of());
    StoredTensor tensor = Checkpoint.open(source).tensors().get(0);
    assertEquals(4_000_000_000L, tensor.extent().offset());
    assertArrayEquals(new float[2], Checkpoint.read(tensor, source, 2, 2));
    assertTrue(source.bytesRead() < 100_000, source.bytesRead() + " bytes");
    assertMalformed(model, "a buffer of 16 bytes at byte 2048");
  }

  @Test
  void whatIsNotReadIsNamed() throws IOException {
    byte[] file =
        new TfliteBytes()
            .add(new Tensor("two", INT2, 4).data((byte) 1).scales(1).zeros(0))
            .add(new Tensor("blocks", INT8, 1).data((byte) 1).scales(1).zeros(0).details(2))
            .add(new Tensor("mixed", INT8, 1, 1).data((byte) 1).scales(1).zeros(0))
            .operator(FULLY_CONNECTED, 9, 1, new int[] {8, 2})
            .model();
    Checkpoint checkpoint = open(file);
    assertEquals(List.of(), checkpoint.tensors());
    assertEquals(
        List.of("two", "blocks", "mixed"),
        checkpoint.unread().stream().map(Checkpoint.Unread::name).toList());
    assertEquals(
        "tensor 'two', INT2 of shape 4, is in integers of INT2, which is not read yet; expected"
            + " scales of a tensor or a channel",
        checkpoint.unread().get(0).message());
    assertEquals(Shape.of(1, 1), checkpoint.unread().get(2).shape());
  }

  @Test
  void whatDoesNotFitTogether() {
    assertMalformed(
        new TfliteBytes().add(new Tensor("w", FLOAT32, 2, 2).data(f32(1))).model(),
        "'w'",
        "2x2 of FLOAT32 needs 16 bytes, it has 4");
    assertMalformed(
        new TfliteBytes().add(new Tensor("w", INT8, 2).data(u16(1)).scales(1, 2, 3)).model(),
        "'w'",
        "3 scales along dimension 0 of shape 2");
    assertMalformed(
        new TfliteBytes()
            .add(new Tensor("w", INT8, 2).data(u16(1)).scales(1, 2).dimension(7))
            .model(),
        "'w'",
        "dimension 7");
    assertMalformed(
        new TfliteBytes()
            .add(new Tensor("w", INT8, 2).data(u16(1)).scales(1, 2).zeros(1, 2, 3))
            .model(),
        "'w'",
        "2 scales and 3 zero points");
    assertMalformed(
        new TfliteBytes().add(new Tensor("w", FLOAT32, -1).data(f32(1))).model(), "'w'");
    assertMalformed(
        new TfliteBytes().add(new Tensor("w", FLOAT32, new int[65]).data(f32(1))).model(), "'w'");
  }

  @Test
  void scalesThatAreNoScales() throws IOException {
    for (float scale : new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY}) {
      byte[] file =
          new TfliteBytes().add(new Tensor("w", INT8, 2).data(u16(1)).scales(scale)).model();
      assertMessage(
          assertThrows(MalformedInputException.class, () -> readAll(file, "w")),
          "'w:scale'",
          "scale 0 is " + scale);
    }
    assertNull(
        open(new TfliteBytes().add(floats("w", 1).scales(0)).model())
            .tensors()
            .get(0)
            .quantisation());
  }

  /** Each of the offsets, led astray: outside, before the file, and to itself. */
  @Test
  void offsetsThatLie() throws IOException {
    byte[] file =
        new TfliteBytes()
            .add(new Tensor("w", INT8, 2, 2).data(new byte[4]).scales(1, 2).zeros(0, 0))
            .operator(CONV_2D, 1, 2, 0)
            .model();
    for (int at = 0; at + 4 <= file.length; at += 2) {
      for (int lie : new int[] {-1, 0, Integer.MAX_VALUE, Integer.MIN_VALUE, file.length - at}) {
        byte[] damaged = file.clone();
        LittleEndian.putInt(damaged, at, lie);
        try {
          for (StoredTensor tensor : open(damaged).tensors()) {
            assertTrue(tensor.extent().offset() + tensor.extent().length() <= file.length);
          }
        } catch (MalformedInputException e) {
          assertTrue(e.position() >= 0, e.getMessage());
        }
      }
    }
  }

  /** A vector of offsets that all lead to one tensor of a long name. */
  @Test
  void oneTensorManyTimesIsRefused() {
    byte[] file = new TfliteBytes().times(40_000).add(floats("n".repeat(60_000), 1)).model();
    assertMalformed(file, "over and over");
  }

  /** Tensors of one name, each of which would get that of its subgraph before its own. */
  @Test
  void theNameOfASubgraphIsNotRepeatedWithoutEnd() {
    byte[] file =
        new TfliteBytes().times(1_000).subgraph("p".repeat(60_000)).add(floats("w", 1)).model();
    assertMalformed(file, "over and over");
  }

  /** Many tensors ahead of many uses: what is behind a tensor is found once. */
  @Test
  void usesDoNotMultiply() {
    int tensors = 12_000;
    TfliteBytes model = new TfliteBytes().times(tensors).add(floats("w", 1, 1));
    for (int i = 0; i < tensors; i++) {
      model.operator(DEQUANTIZE, tensors, i);
    }
    int[] inputs = new int[400_000];
    Arrays.fill(inputs, tensors);
    byte[] file = model.operator(FULLY_CONNECTED, tensors + 1, inputs).model();
    List<StoredTensor> read =
        assertTimeoutPreemptively(Duration.ofSeconds(8), () -> open(file).tensors());
    assertEquals(Layout.OUT_IN, read.get(tensors - 1).layout());
  }
}
