package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.Fixtures.assertMalformed;
import static dev.tersor.core.checkpoint.Fixtures.assertMessage;
import static dev.tersor.core.checkpoint.Fixtures.assertRuns;
import static dev.tersor.core.checkpoint.Fixtures.concat;
import static dev.tersor.core.checkpoint.Fixtures.f32;
import static dev.tersor.core.checkpoint.Fixtures.open;
import static dev.tersor.core.checkpoint.Fixtures.ramp;
import static dev.tersor.core.checkpoint.Fixtures.readAll;
import static dev.tersor.core.checkpoint.OnnxBytes.message;
import static dev.tersor.core.checkpoint.OnnxBytes.packed;
import static dev.tersor.core.checkpoint.OnnxBytes.raw;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tersor.core.bits.MalformedInputException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Elements in fields of numbers and in bytes, of every type that onnx.proto gives them. */
class OnnxElementsTest {
  private static byte[] model(int type, int count, OnnxBytes.Fields data) {
    return new OnnxBytes().tensor("w", type, new long[] {count}, data).model();
  }

  private static OnnxBytes.Fields varints(int field, long... values) {
    return out -> {
      byte[] all =
          message(
              inner -> {
                for (long value : values) {
                  inner.writeUInt64NoTag(value);
                }
              });
      out.writeByteArray(field, all);
    };
  }

  private static OnnxBytes.Fields single(int field, long... values) {
    return out -> {
      for (long value : values) {
        out.writeUInt64(field, value);
      }
    };
  }

  /** Types by their numbers in TensorProto.DataType; elements as the field holds them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | 5 | 0 7 255 | 0 7 255",
        "3 | 5 | 0 -7 127 -128 | 0 -7 127 -128",
        "4 | 5 | 65535 1 | 65535 1",
        "5 | 5 | -32768 5 | -32768 5",
        "6 | 5 | -70000 5 | -70000 5",
        "7 | 7 | -70000000 16777216 | -70000000 16777216",
        "9 | 5 | 1 0 1 | 1 0 1",
        "10 | 5 | 15360 1 49152 | 1 5.9604645E-8 -2",
        "12 | 11 | 4294967295 3 | 4294967296 3",
        "13 | 11 | -1 3 | 18446744073709551616 3",
        "16 | 5 | 16256 49225 | 1 -3.140625",
        "17 | 5 | 56 184 126 | 1 -1 448",
        "18 | 5 | 64 192 | 1 -1",
        "19 | 5 | 60 123 | 1 57344",
        "20 | 5 | 64 193 | 1 -1.25",
        "24 | 5 | 127 128 | 1 2",
      })
  void varintsOfEveryType(int type, int field, String stored, String expected) throws IOException {
    String[] texts = expected.split(" ", -1);
    float[] values = new float[texts.length];
    long[] numbers = new long[texts.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.parseFloat(texts[i]);
      numbers[i] = Long.parseLong(stored.split(" ", -1)[i]);
    }
    for (OnnxBytes.Fields data :
        new OnnxBytes.Fields[] {varints(field, numbers), single(field, numbers)}) {
      byte[] file = model(type, values.length, data);
      BytesSource source = new BytesSource("m", file);
      assertRuns(Checkpoint.open(source).tensors().get(0), source, values);
    }
  }

  @Test
  void fourBitsComeTwoToAByteTheLowOnesFirst() throws IOException {
    byte[] bytes = {(byte) 0xA1, 0x0F};
    for (OnnxBytes.Fields data :
        new OnnxBytes.Fields[] {raw(bytes), varints(5, 0xA1, 0x0F), single(5, 0xA1, 0x0F)}) {
      for (int count : new int[] {3, 4}) {
        assertArrayEquals(
            count == 3 ? new float[] {1, 10, 15} : new float[] {1, 10, 15, 0},
            readAll(model(21, count, data), "w"));
      }
      assertArrayEquals(new float[] {1, -6, -1}, readAll(model(22, 3, data), "w"));
      assertArrayEquals(new float[] {0.5f, -1, -6}, readAll(model(23, 3, data), "w"));
    }
    assertMalformed(model(22, 5, raw(bytes)), "'w'", "needs 3 bytes, it has 2");
  }

  @Test
  void doublesPackedAndNot() throws IOException {
    byte[] packed =
        model(
            11,
            3,
            out ->
                out.writeByteArray(
                    10,
                    message(
                        inner -> {
                          for (double value : new double[] {1, 0.5, -3}) {
                            inner.writeDoubleNoTag(value);
                          }
                        })));
    byte[] single =
        model(
            11,
            3,
            out -> {
              for (double value : new double[] {1, 0.5, -3}) {
                out.writeDouble(10, value);
              }
            });
    for (byte[] file : new byte[][] {packed, single}) {
      BytesSource source = new BytesSource("m", file);
      StoredTensor tensor = Checkpoint.open(source).tensors().get(0);
      assertRuns(tensor, source, new float[] {1, 0.5f, -3});
      assertEquals(Extent.Storage.RAW, tensor.extent().storage());
    }
  }

  @Test
  void piecesAreJoined() throws IOException {
    byte[] file =
        model(
            OnnxBytes.FLOAT,
            6,
            out -> {
              packed(0, 1).write(out);
              out.writeFloat(4, 2);
              out.writeString(12, "a text between");
              packed(3, 4, 5).write(out);
            });
    BytesSource source = new BytesSource("m", file);
    assertRuns(Checkpoint.open(source).tensors().get(0), source, ramp(6));
    // A tag of two bytes where one is enough.
    byte[] wide = concat(new byte[] {(byte) 0xA5, 0}, f32(7));
    byte[] tensor =
        concat(
            message(
                out -> {
                  out.writeInt64(1, 2);
                  out.writeInt32(2, 1);
                  out.writeString(8, "w");
                }),
            wide,
            wide);
    assertArrayEquals(new float[] {7, 7}, readAll(new OnnxBytes().field(5, tensor).model(), "w"));
  }

  @Test
  void manyVarintsCrossTheBuffers() throws IOException {
    int count = 50_000;
    long[] numbers = new long[count];
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = i - 25_000L;
      values[i] = i - 25_000;
    }
    byte[] file = model(6, count, varints(5, numbers));
    assertArrayEquals(values, readAll(file, "w"));
    BytesSource source = new BytesSource("m", file);
    StoredTensor tensor = Checkpoint.open(source).tensors().get(0);
    assertArrayEquals(
        new float[] {values[40_000], values[40_001]}, Checkpoint.read(tensor, source, 40_000, 2));
  }

  @Test
  void numbersThatLie() throws IOException {
    assertMalformed(model(6, 5, varints(5, 1, 2)), "needs 5 numbers", "int32_data has 4 bytes");
    assertMalformed(model(6, 3, varints(7, 1, 2, 3)), "I32 elements in int64_data");
    assertMalformed(
        model(
            6,
            2,
            out -> {
              varints(5, 1, 2).write(out);
              varints(7, 1, 2).write(out);
            }),
        "both int32_data and int64_data");
    for (byte[] file :
        new byte[][] {
          model(3, 2, varints(5, 300, 1)),
          model(3, 2, varints(5, -129, 1)),
          model(10, 2, varints(5, 65536, 1)),
          model(6, 2, varints(5, 1000)),
          model(6, 2, varints(5, 1, 2, 3)),
          model(6, 2, out -> out.writeByteArray(5, new byte[] {1, -1})),
          model(
              6,
              2,
              out ->
                  out.writeByteArray(5, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1}))
        }) {
      assertEquals(1, open(file).tensors().size());
      assertMessage(
          assertThrows(MalformedInputException.class, () -> readAll(file, "w")), "tensor 'w'");
    }
  }

  @Test
  void numbersOfAConstantNodeAreAVector() throws IOException {
    byte[] attribute =
        message(
            out -> {
              out.writeString(1, "value_floats");
              for (float value : new float[] {3, 4, 5}) {
                out.writeFloat(7, value);
              }
              out.writeInt32(20, 6);
            });
    byte[] file =
        new OnnxBytes().node("c", "Constant", out -> out.writeByteArray(5, attribute)).model();
    assertArrayEquals(new float[] {3, 4, 5}, readAll(file, "output"));
  }
}
