package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.Fixtures.assertMalformed;
import static dev.tersor.core.checkpoint.Fixtures.assertMessage;
import static dev.tersor.core.checkpoint.Fixtures.f32;
import static dev.tersor.core.checkpoint.Fixtures.npy;
import static dev.tersor.core.checkpoint.Fixtures.open;
import static dev.tersor.core.checkpoint.Fixtures.ramp;
import static dev.tersor.core.checkpoint.Fixtures.safetensors;
import static dev.tersor.core.checkpoint.Fixtures.zip;
import static dev.tersor.core.checkpoint.OnnxBytes.external;
import static dev.tersor.core.checkpoint.OnnxBytes.message;
import static dev.tersor.core.checkpoint.OnnxBytes.raw;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.CodedOutputStream;
import dev.tersor.core.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a checkpoint has and is not read is named, and never passed over. */
class NotReadTest {
  private static byte[] tensor(String name, int type, long... dims) {
    return message(
        out -> {
          for (long dim : dims) {
            out.writeInt64(1, dim);
          }
          out.writeInt32(2, type);
          out.writeString(8, name);
          out.writeByteArray(9, new byte[8]);
        });
  }

  private static OnnxBytes.Fields attribute(int field, byte[] value) {
    return out ->
        out.writeByteArray(
            5,
            message(
                attribute -> {
                  attribute.writeString(1, "value");
                  attribute.writeByteArray(field, value);
                }));
  }

  private static byte[] constant(String node, byte[] tensor) {
    return message(
        out -> {
          out.writeString(2, node + "_output");
          attribute(5, tensor).write(out);
          // The type comes behind the attribute, as no order is prescribed.
          out.writeString(3, node);
          out.writeString(4, "Constant");
        });
  }

  private static List<Checkpoint.Unread> unread(byte[] file) throws IOException {
    return open(file).unread();
  }

  private static List<Checkpoint.Unread> unread(byte[] tensor, String node) throws IOException {
    return unread(new OnnxBytes().field(1, constant(node, tensor)).model());
  }

  @Test
  void weightsInConstantNodesAreNamed() throws IOException {
    Checkpoint.Unread weights = unread(tensor("", 1, 4, 4), "/c").get(0);
    assertEquals(
        new Checkpoint.Unread("/c_output", "FLOAT", Shape.of(4, 4), "a Constant node ('/c')"),
        weights);
    assertEquals(
        "tensor '/c_output', FLOAT of shape 4x4, is in a Constant node ('/c'), which is not read"
            + " yet; expected an initialiser",
        weights.message());
    for (int type : new int[] {1, 10, 11, 14, 16, 17, 20, 23, 24, 99}) {
      assertEquals(1, unread(tensor("", type, 2, 2), "c").size(), "type " + type);
    }
    assertEquals(1, unread(tensor("", 1, 512, 1), "c").size());
    assertEquals(1, unread(tensor("", 1, 8, 1, 3, 3), "c").size());
  }

  @Test
  void whatIsNoWeightIsPassedOver() throws IOException {
    for (int type : new int[] {2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 21, 22}) {
      assertEquals(List.of(), unread(tensor("", type, 20, 20), "c"), "type " + type);
    }
    for (long[] dims : new long[][] {{}, {1}, {5}, {1000}, {1, 1}, {1, 3, 1, 1}, {0, 4}}) {
      assertEquals(List.of(), unread(tensor("", 1, dims), "c"), Shape.of(dims).toString());
    }
  }

  @Test
  void graphsWithinGraphsFunctionsAndSparseOnesAreLookedAt() throws IOException {
    byte[] inner =
        message(
            out -> {
              out.writeByteArray(1, constant("inner", tensor("", 1, 3, 3)));
              out.writeByteArray(5, tensor("own", 10, 2, 5));
              out.writeByteArray(5, tensor("axes", 7, 2, 5));
            });
    byte[] sparse =
        message(
            out -> {
              out.writeByteArray(1, tensor("sparse", 1, 3));
              out.writeByteArray(2, tensor("", 7, 3));
              out.writeInt64(3, 6);
              out.writeInt64(3, 7);
            });
    byte[] graph =
        new OnnxBytes()
            .floats("w", 2, 2)
            .node("if", "If", attribute(6, inner))
            .node("loop", "Loop", attribute(11, inner))
            .node("custom", "Mix", attribute(10, tensor("", 1, 4, 2)))
            .node("s", "Constant", attribute(22, sparse))
            .field(15, sparse)
            .model();
    byte[] function = message(out -> out.writeByteArray(7, constant("f", tensor("", 1, 9, 2))));
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(graph);
    file.writeBytes(message(out -> out.writeByteArray(25, function)));
    List<Checkpoint.Unread> unread = unread(file.toByteArray());
    assertEquals(
        List.of(
            "inner_output", "own", "inner_output", "own", "output", "output", "sparse", "f_output"),
        unread.stream().map(Checkpoint.Unread::name).toList());
    assertEquals("a graph within the graph", unread.get(1).where());
    assertEquals("an attribute of a Mix node ('custom')", unread.get(4).where());
    assertEquals(Shape.of(6, 7), unread.get(6).shape());
    assertEquals("a sparse initialiser", unread.get(6).where());
    assertEquals(1, open(file.toByteArray()).tensors().size());
  }

  @Test
  void nestingHasAnEnd() {
    byte[] nested = new byte[0];
    for (int i = 0; i < 40; i++) {
      byte[] within = nested;
      byte[] node = message(out -> attribute(6, within).write(out));
      nested = message(out -> out.writeByteArray(1, node));
    }
    byte[] all = nested;
    assertMalformed(message((CodedOutputStream out) -> out.writeByteArray(7, all)), "deeper than");
  }

  @Test
  void aMissingDataFileIsNamed() {
    byte[] file =
        new OnnxBytes()
            .tensor("w", OnnxBytes.FLOAT, new long[] {2, 2}, external("location", "nope.bin"))
            .model();
    MissingDataException e = assertThrows(MissingDataException.class, () -> open(file));
    assertMessage(e, "dir/file", "tensor 'w'", "data file 'nope.bin'", "cannot be read");
  }

  /** What safetensors and network files hold no tensor of. */
  @Test
  void namesThatAreNoneAreRefused() throws IOException {
    byte[] npy = npy("<f4", false, "(1,)", f32(1));
    assertMalformed(zip(true, "__metadata__.npy", npy), "'__metadata__'", "keeps for itself");
    assertMalformed(zip(false, ".npy", npy), "tensor ''", "an empty name");
    assertMalformed(new OnnxBytes().floats("__metadata__", 2, 2).model(), "keeps for itself");
    for (String[] name :
        new String[][] {
          {"", "an empty name"},
          {"a\\u0000b", "U+0000"},
          {"\\ud800", "no Unicode text"}
        }) {
      String json =
          "{\"%s\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}".formatted(name[0]);
      assertMalformed(safetensors(json, f32(1)), name[1]);
    }
    String longest = "x".repeat(65_535);
    assertEquals(longest, open(new OnnxBytes().floats(longest, 1).model()).tensors().get(0).name());
    assertMalformed(new OnnxBytes().floats(longest + "x", 1).model(), "more than 65535 bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "C64",
        "NEW",
        ">f4",
        "<f8",
        "<c8",
        "|V2",
        "[('a', '<f4')]",
        "|O",
        "DOUBLE",
        "COMPLEX64",
        "FLOAT8E4M3FN",
        "FLOAT4E2M1",
        "FLOAT8E8M0",
        "FLOAT16 in int32_data",
        "FLOAT in segments",
        "data type 99",
        "UNDEFINED"
      })
  void whatMayBeWeightsIsNotPassedOver(String dtype) {
    assertFalse(stored(dtype).holdsNoWeights());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "I8",
        "I16",
        "I32",
        "I64",
        "U8",
        "U16",
        "U32",
        "U64",
        "BOOL",
        "<i8",
        ">i2",
        "|u1",
        "|b1",
        "<U5",
        "|S3",
        "INT4",
        "UINT4",
        "INT8",
        "UINT64",
        "INT64 in segments",
        "STRING"
      })
  void integersFlagsAndTextAreNoWeights(String dtype) {
    assertTrue(stored(dtype).holdsNoWeights());
  }

  private static StoredTensor stored(String dtype) {
    Extent extent = Extent.raw("f", 0, 0, DType.OTHER);
    return new StoredTensor("t", "t", DType.OTHER, dtype, Shape.of(2), Layout.AS_STORED, extent);
  }

  @Test
  void weightsThatAreReadAreWeights() throws IOException {
    byte[] file =
        new OnnxBytes().tensor("w", OnnxBytes.FLOAT, new long[] {2}, raw(f32(ramp(2)))).model();
    assertFalse(open(file).tensors().get(0).holdsNoWeights());
  }
}
