package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.Fixtures.f32;
import static dev.tersor.core.checkpoint.Fixtures.ramp;
import static dev.tersor.core.checkpoint.OnnxBytes.external;
import static dev.tersor.core.checkpoint.OnnxBytes.intAttribute;
import static dev.tersor.core.checkpoint.OnnxBytes.message;
import static dev.tersor.core.checkpoint.OnnxBytes.packed;
import static dev.tersor.core.checkpoint.OnnxBytes.raw;
import static dev.tersor.core.checkpoint.OnnxBytes.unpacked;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A model without its weights, and with others, wherever they lie in it. */
class OnnxGraphTest {
  private static byte[] constant(String output, int field, byte[] value) {
    return message(
        out -> {
          out.writeString(2, output);
          out.writeString(4, "Constant");
          out.writeByteArray(
              5,
              message(
                  attribute -> {
                    attribute.writeString(1, field == 7 ? "value_floats" : "value");
                    if (field == 7) {
                      attribute.writeRawBytes(value);
                    } else {
                      attribute.writeByteArray(field, value);
                    }
                  }));
        });
  }

  private static byte[] tensor(OnnxBytes.Fields data, long... dims) {
    return message(
        out -> {
          for (long dim : dims) {
            out.writeInt64(1, dim);
          }
          out.writeInt32(2, OnnxBytes.FLOAT);
          data.write(out);
          out.writeString(12, "text behind");
        });
  }

  private static byte[] subgraph(byte[] node) {
    return message(
        out -> {
          out.writeString(2, "if");
          out.writeString(4, "If");
          out.writeByteArray(
              5,
              message(
                  attribute -> {
                    attribute.writeString(1, "then_branch");
                    attribute.writeByteArray(6, message(graph -> graph.writeByteArray(1, node)));
                  }));
        });
  }

  private static Map<String, float[]> values(BytesSource source) throws IOException {
    Map<String, float[]> values = new HashMap<>();
    for (StoredTensor tensor : Checkpoint.open(source).tensors()) {
      values.put(tensor.name(), Checkpoint.read(tensor, source, 0, (int) tensor.shape().size()));
    }
    return values;
  }

  @Test
  void weightsOfNodesGoBackToWhereTheyWere() throws IOException {
    byte[] floats =
        message(
            out -> {
              for (float value : ramp(70)) {
                out.writeFloat(7, value);
              }
            });
    byte[] model =
        new OnnxBytes()
            .field(1, constant("raw", 5, tensor(raw(f32(ramp(100))), 10, 10)))
            .field(1, constant("packed", 5, tensor(packed(ramp(70)), 70)))
            .field(1, constant("unpacked", 5, tensor(unpacked(ramp(80)), 8, 10)))
            .field(1, constant("floats", 7, floats))
            .field(1, subgraph(constant("raw", 5, tensor(raw(f32(ramp(65))), 65))))
            .field(1, constant("few", 5, tensor(raw(f32(ramp(3))), 3)))
            .field(1, constant("scalar", 5, tensor(raw(f32(9)))))
            .model();
    BytesSource source = new BytesSource("m", model);
    OnnxGraph graph = OnnxGraph.read(source);
    assertEquals(
        List.of("raw", "packed", "unpacked", "floats", "if/then_branch/raw", "few"),
        graph.weights().stream().map(OnnxGraph.Weight::name).toList());
    Map<String, float[]> values = values(source);
    // Fields of the model come ahead of its graph; all else is as it was.
    byte[] same = graph.with(values);
    assertEquals(model.length, same.length);
    assertArrayEquals(same, OnnxGraph.read(new BytesSource("m", same)).with(values));
    for (OnnxGraph.Weight weight : graph.weights()) {
      assertEquals(weight.name().equals("few"), graph.isConstant(weight));
      float[] others = values.get(weight.name()).clone();
      for (int i = 0; i < others.length; i++) {
        others[i] = -others[i] - 1;
      }
      values.put(weight.name(), others);
    }
    byte[] changed = graph.with(values);
    assertEquals(model.length, changed.length);
    Map<String, float[]> read = values(new BytesSource("n", changed));
    values.forEach((name, numbers) -> assertArrayEquals(numbers, read.get(name), name));
    values.remove("packed");
    assertThrows(IllegalArgumentException.class, () -> graph.with(values));
  }

  @Test
  void numbersInPiecesInANodeAreRefusedByName() {
    OnnxBytes.Fields pieces =
        out -> {
          packed(1, 2).write(out);
          packed(3, 4).write(out);
        };
    byte[] model = new OnnxBytes().field(1, constant("w", 5, tensor(pieces, 4))).model();
    Fixtures.assertMessage(
        assertThrows(
            IllegalArgumentException.class, () -> OnnxGraph.read(new BytesSource("m", model))),
        "'w'",
        "in pieces");
  }

  @Test
  void integersBecomeTheNumbersTheyStandFor() throws IOException {
    byte[] model =
        new OnnxBytes()
            .tensor("q", 3, new long[] {2, 3}, raw(new byte[] {1, 2, 3, 4, 5, 6}))
            .tensor("s", OnnxBytes.FLOAT, new long[0], raw(f32(0.5f)))
            .node("d", "DequantizeLinear", "q", "s")
            .node("m", "MatMul", "x", "output")
            .model();
    BytesSource source = new BytesSource("m", model);
    OnnxGraph graph = OnnxGraph.read(source);
    assertEquals(List.of("q"), graph.weights().stream().map(OnnxGraph.Weight::name).toList());
    byte[] with = graph.with(Map.of("q", new float[] {9, 8, 7, 6, 5, 4}));
    BytesSource made = new BytesSource("n", with);
    StoredTensor q = Checkpoint.open(made).find("q").orElseThrow();
    assertEquals(DType.F32, q.dtype());
    assertEquals(Layout.IN_OUT, q.layout());
    assertArrayEquals(new float[] {9, 8, 7, 6, 5, 4}, Checkpoint.read(q, made, 0, 6));
    // Nothing needs the scales any more.
    assertTrue(Checkpoint.open(made).find("s").isEmpty());
    assertFalse(latin(with).contains("Dequant"));
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static OnnxBytes ofIntegers(OnnxBytes.Fields scale, int type, OnnxBytes.Fields more) {
    return new OnnxBytes()
        .tensor("q", 3, new long[] {2, 3}, raw(new byte[] {1, 2, 3, 4, 5, 6}))
        .tensor("s", type, new long[0], scale)
        .node("d", "DequantizeLinear", more, "q", "s");
  }

  @Test
  void scalesMayLieInAnotherFile() throws IOException {
    Map<String, byte[]> beside = Map.of("data/s", f32(0.5f));
    OnnxBytes.Fields scale = external("location", "data/s");
    byte[] alone = ofIntegers(scale, OnnxBytes.FLOAT, out -> {}).model();
    OnnxGraph graph = OnnxGraph.read(new BytesSource("m", alone, alone.length, beside));
    byte[] with = graph.with(Map.of("q", new float[] {9, 8, 7, 6, 5, 4}));
    assertArrayEquals(new float[] {9, 8, 7, 6, 5, 4}, Fixtures.readAll(with, "q"));
    assertEquals(
        List.of("q"), Fixtures.open(with).tensors().stream().map(StoredTensor::name).toList());
    // What something else needs stays: an operand, an output of the graph.
    byte[] both =
        ofIntegers(raw(f32(0.5f)), OnnxBytes.FLOAT, out -> {}).node("m", "Mul", "x", "s").model();
    byte[] given =
        ofIntegers(raw(f32(0.5f)), OnnxBytes.FLOAT, out -> {})
            .field(12, message(out -> out.writeString(1, "s")))
            .model();
    for (byte[] model : new byte[][] {both, given}) {
      BytesSource source = new BytesSource("m", model);
      byte[] made = OnnxGraph.read(source).with(Map.of("q", new float[6], "s", new float[] {2}));
      assertTrue(Fixtures.open(made).find("s").isPresent());
    }
  }

  /** What was of 16 bits behind the node still is. */
  @Test
  void numbersAreOfTheTypeThatTheyWere() throws IOException {
    Map<OnnxBytes, Integer> types = new HashMap<>();
    types.put(ofIntegers(raw(Fixtures.u16(0x3800)), OnnxBytes.FLOAT16, out -> {}), 10);
    types.put(ofIntegers(raw(Fixtures.u16(0x3F00)), OnnxBytes.BFLOAT16, out -> {}), 16);
    types.put(ofIntegers(raw(f32(1)), OnnxBytes.FLOAT, intAttribute("output_dtype", 10)), 10);
    for (Map.Entry<OnnxBytes, Integer> one : types.entrySet()) {
      BytesSource source = new BytesSource("m", one.getKey().model());
      String made = latin(OnnxGraph.read(source).with(Map.of("q", new float[6])));
      assertTrue(made.contains("Cast"));
      assertFalse(made.contains("Identity"));
      assertTrue(made.contains(latin(message(intAttribute("to", one.getValue())))));
    }
  }
}
