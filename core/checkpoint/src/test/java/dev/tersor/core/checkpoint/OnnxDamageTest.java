package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.Fixtures.assertMalformed;
import static dev.tersor.core.checkpoint.Fixtures.assertMessage;
import static dev.tersor.core.checkpoint.Fixtures.concat;
import static dev.tersor.core.checkpoint.Fixtures.f32;
import static dev.tersor.core.checkpoint.Fixtures.ramp;
import static dev.tersor.core.checkpoint.OnnxBytes.external;
import static dev.tersor.core.checkpoint.OnnxBytes.message;
import static dev.tersor.core.checkpoint.OnnxBytes.packed;
import static dev.tersor.core.checkpoint.OnnxBytes.raw;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.MalformedInputException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class OnnxDamageTest {
  private static final long[] SIX = {2, 3};

  private static byte[] one(int type, long[] dims, OnnxBytes.Fields data) {
    return new OnnxBytes().tensor("w", type, dims, data).model();
  }

  private static byte[] one(OnnxBytes.Fields data) {
    return one(OnnxBytes.FLOAT, SIX, data);
  }

  @Test
  void everyTruncationOfAGraphThatEndsTheFile() {
    byte[] graph =
        message(
            out ->
                out.writeByteArray(
                    7,
                    message(
                        g ->
                            g.writeByteArray(
                                5,
                                message(
                                    t -> {
                                      t.writeInt64(1, 1);
                                      t.writeInt32(2, 1);
                                      t.writeString(8, "w");
                                      t.writeFloat(4, 1);
                                    })))));
    for (int length = 0; length < graph.length; length++) {
      assertMalformed(Arrays.copyOf(graph, length));
    }
  }

  @Test
  void elementsThatDoNotMatchTheShape() {
    assertMalformed(one(raw(new byte[23])), "'w'", "2x3 of FLOAT needs 24 bytes, it has 23");
    assertMalformed(one(packed(1, 2)), "'w'", "needs 24 bytes, it has 8");
    assertMalformed(one(OnnxBytes.unpacked(1, 2)), "'w'", "needs 24 bytes, it has 8");
    assertMalformed(one(out -> {}), "'w'", "needs 24 bytes, it has 0");
    assertMalformed(one(OnnxBytes.FLOAT16, SIX, raw(new byte[24])), "'w'", "FLOAT16 needs 12");
    assertMalformed(one(OnnxBytes.FLOAT16, SIX, packed(1, 2, 3)), "'w'", "float_data");
    assertMalformed(
        one(
            out -> {
              raw(f32(ramp(6))).write(out);
              packed(ramp(6)).write(out);
            }),
        "'w'",
        "both raw_data and float_data");
    assertMalformed(
        one(
            out -> {
              raw(f32(ramp(6))).write(out);
              raw(f32(ramp(6))).write(out);
            }),
        "'w'",
        "twice");
  }

  @Test
  void impossibleShapesAndNames() {
    assertMalformed(one(OnnxBytes.FLOAT, new long[] {-1}, raw(new byte[4])), "'w'", "negative");
    assertMalformed(
        one(OnnxBytes.FLOAT, new long[] {1L << 62, 4}, raw(new byte[4])), "'w'", "2^63");
    assertMalformed(one(OnnxBytes.FLOAT, new long[] {1L << 62}, raw(new byte[4])), "'w'", "2^63");
    assertMalformed(one(OnnxBytes.FLOAT, new long[65], raw(new byte[4])), "dimensions");
    assertMalformed(new OnnxBytes().floats("", 1).model(), "without a name");
    assertMalformed(new OnnxBytes().floats("w", 1).floats("w", 1).model(), "'w'", "twice");
    assertMalformed(new OnnxBytes().floats("n".repeat(70_000), 1).model(), "70000 bytes");
  }

  @Test
  void lengthsAndVarintsThatLie() {
    // A graph of 2^31 - 1 bytes, one of negative length, a varint of eleven bytes, a field 0.
    for (byte[] tail :
        new byte[][] {
          {0x3A, -1, -1, -1, -1, 7, 0},
          {0x3A, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1},
          {0x3A, 12, 0x2A, 10, 8, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1},
          {0x3A, 4, 0x2A, 100, 0, 0},
          {0x00, 0x00},
          {0x3A, 2, 0x00, 0x00},
          {0x3A, 1, 0x3B},
          {0x0C, 0x0C},
        }) {
      assertMalformed(concat(new byte[] {8, 8}, tail));
    }
  }

  @Test
  void groupsWithinGroupsEnd() {
    byte[] deep = new byte[1_000_000];
    Arrays.fill(deep, (byte) 0x53);
    assertMalformed(concat(new byte[] {8, 8}, deep));
    assertMalformed(new OnnxBytes().field(5, deep).model());
  }

  @Test
  void modelsWithoutOneGraph() {
    assertMalformed(message(out -> out.writeInt64(1, 8)), "no graph");
    byte[] model = new OnnxBytes().floats("w", 1).model();
    assertMalformed(concat(model, model), "two graphs");
    MalformedInputException e =
        assertThrows(
            MalformedInputException.class,
            () -> Checkpoint.open(new BytesSource("big.onnx", model, 3_000_000_000L, Map.of())));
    assertMessage(e, "big.onnx", "3000000000 bytes", "2 GiB", "external");
  }

  /** Many weights ahead of many uses: what is behind a name is found once. */
  @Test
  void usesDoNotMultiply() {
    OnnxBytes model = new OnnxBytes();
    byte[] weight = f32(1);
    for (int i = 0; i < 6_000; i++) {
      String name = "onnx::MatMul_" + i;
      model.tensor(name, OnnxBytes.FLOAT, new long[] {1, 1}, raw(weight)).node("c", "Cast", name);
    }
    for (int i = 0; i < 50_000; i++) {
      model.node("/n" + i + "/MatMul", "MatMul", "x", "output");
    }
    assertQuick(model, tensors -> Layout.IN_OUT == tensors.get(5_999).layout());
  }

  @Test
  void theNameOfAGraphIsNotRepeatedWithoutEnd() {
    byte[] constant =
        message(
            out -> {
              out.writeString(2, "w");
              out.writeString(4, "Constant");
              out.writeByteArray(
                  5,
                  message(
                      attribute -> {
                        attribute.writeString(1, "value");
                        attribute.writeByteArray(
                            5,
                            message(
                                tensor -> {
                                  tensor.writeInt64(1, 1);
                                  tensor.writeInt32(2, OnnxBytes.FLOAT);
                                  raw(f32(1)).write(tensor);
                                }));
                      }));
            });
    byte[] inner =
        message(
            graph -> {
              for (int i = 0; i < 1_000; i++) {
                graph.writeByteArray(1, constant);
              }
            });
    OnnxBytes.Fields branch =
        out ->
            out.writeByteArray(
                5,
                message(
                    attribute -> {
                      attribute.writeString(1, "g");
                      attribute.writeByteArray(6, inner);
                    }));
    assertMalformed(
        new OnnxBytes().node("p".repeat(60_000), "If", branch).model(), "characters of names");
  }

  @Test
  void refusedTensorsDoNotMultiply() {
    OnnxBytes model = new OnnxBytes();
    for (int i = 0; i < 50_000; i++) {
      model
          .tensor("w" + i, 3, new long[] {1}, raw(new byte[1]))
          .node("", "DequantizeLinear", "w" + i, "none");
    }
    assertQuick(model, tensors -> tensors.size() == 50_000);
  }

  private static void assertQuick(OnnxBytes model, Predicate<List<StoredTensor>> expected) {
    byte[] file = model.model();
    assertTrue(
        expected.test(
            assertTimeoutPreemptively(Duration.ofSeconds(8), () -> Fixtures.open(file).tensors())));
  }

  @Test
  void externalDataStaysInTheFolder() {
    for (String location :
        new String[] {
          "",
          "/etc/hosts",
          "../w.bin",
          "a/../../w.bin",
          "a/..",
          "C:w.bin",
          "file:///w",
          "..\\w",
          "w\0.bin",
          "a\nb"
        }) {
      assertMalformed(one(external("location", location)), "'w'", "not within the folder");
    }
    assertMalformed(one(external("offset", "0")), "'w'", "not within the folder");
  }

  @Test
  void externalDataThatLies() {
    Map<String, byte[]> beside = Map.of("w.bin", new byte[24]);
    for (String[] lie :
        new String[][] {
          {"offset", "1", "24 bytes at byte 1 of external data w.bin, which has 24"},
          {"offset", "-1", "'-1' is not a number"},
          {"offset", "", "'' is not a number"},
          {"offset", "99999999999999999999", "is not a number"},
          {"offset", "999999999999999999", "w.bin"},
          {"length", "20", "needs 24 bytes, it has 20"},
          {"length", "25", "25 bytes at byte 0"},
          {"location", "w.bin", "location twice"},
        }) {
      byte[] file = one(external("location", "w.bin", lie[0], lie[1]));
      MalformedInputException e =
          assertThrows(
              MalformedInputException.class,
              () -> Checkpoint.open(new BytesSource("m.onnx", file, file.length, beside)));
      assertMessage(e, "m.onnx", "'w'", lie[2]);
    }
    assertMalformed(
        one(
            out -> {
              raw(f32(ramp(6))).write(out);
              external("location", "w.bin").write(out);
            }),
        "'w'",
        "both here and in an external file");
  }
}
