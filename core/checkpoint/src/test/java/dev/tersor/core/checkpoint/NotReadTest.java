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
  /** A tensor of zeros; of bytes where it is not known what its elements take. */
  private static byte[] tensor(String name, int type, long... dims) {
    return message(
        out -> {
          for (long dim : dims) {
            out.writeInt64(1, dim);
          }
          out.writeInt32(2, type);
          out.writeString(8, name);
          DType dtype = OnnxTypes.dtype(type);
          out.writeByteArray(9, new byte[(int) dtype.bytesOf(Shape.of(dims).size())]);
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

  private static Checkpoint constants(byte[] tensor) throws IOException {
    return open(new OnnxBytes().field(1, constant("/c", tensor)).model());
  }

  private static byte[] sparse(String name) {
    return message(
        out -> {
          out.writeByteArray(1, tensor(name, 1, 3));
          out.writeByteArray(2, tensor("", 7, 3));
          out.writeInt64(3, 6);
          out.writeInt64(3, 7);
        });
  }

  @Test
  void weightsInConstantNodesAreTensorsUnderTheNamesOfOutputs() throws IOException {
    for (int type : new int[] {1, 10, 11, 14, 16, 17, 20, 23, 24, 99}) {
      List<StoredTensor> found = constants(tensor("own", type, 2, 2)).tensors();
      assertEquals("/c_output", found.get(0).name(), "type " + type);
      assertEquals(Shape.of(2, 2), found.get(0).shape());
      assertEquals(type != 14 && type != 99, found.get(0).isWeights(), "type " + type);
    }
    for (long[] dims : new long[][] {{1}, {5}, {1000}, {1, 1}, {1, 3, 1, 1}}) {
      assertEquals(1, constants(tensor("", 1, dims)).tensors().size());
    }
  }

  @Test
  void whatBelongsToTheGraphIsPassedOver() throws IOException {
    for (int type : new int[] {2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 21, 22}) {
      Checkpoint checkpoint = constants(tensor("", type, 20, 20));
      assertEquals(List.of(), checkpoint.tensors(), "type " + type);
      assertEquals(List.of(), checkpoint.unread(), "type " + type);
    }
    for (long[] dims : new long[][] {{}, {0, 4}}) {
      assertEquals(List.of(), constants(tensor("", 1, dims)).tensors());
    }
  }

  @Test
  void sparseOnesAndAttributesOfOtherNodesAreNamed() throws IOException {
    byte[] graph =
        new OnnxBytes()
            .floats("w", 2, 2)
            .node("custom", "Mix", attribute(10, tensor("", 1, 4, 2)))
            .node("s", "Constant", attribute(22, sparse("")))
            .model();
    List<Checkpoint.Unread> unread = unread(graph);
    assertEquals(
        List.of("output", "output"), unread.stream().map(Checkpoint.Unread::name).toList());
    assertEquals("an attribute of a Mix node ('custom')", unread.get(0).where());
    assertEquals("a sparse tensor of a Constant node ('s')", unread.get(1).where());
    assertEquals(Shape.of(6, 7), unread.get(1).shape());
    assertEquals(
        "tensor 'output', FLOAT of shape 6x7, is in a sparse tensor of a Constant node ('s'), which"
            + " is not read yet; expected an initialiser",
        unread.get(1).message());
    assertEquals(1, open(graph).tensors().size());
  }

  @Test
  void graphsWithinGraphsAndFunctionsAreRead() throws IOException {
    byte[] inner =
        message(
            out -> {
              out.writeByteArray(1, constant("inner", tensor("", 1, 3, 3)));
              out.writeByteArray(5, tensor("own", 10, 2, 5));
              out.writeByteArray(5, tensor("axes", 7, 2, 5));
            });
    byte[] graph =
        new OnnxBytes()
            .node("if", "If", attribute(6, inner))
            .node("loop", "Loop", attribute(11, inner))
            .node("loop", "Loop", attribute(11, inner))
            .floats("own", 2, 2)
            .model();
    byte[] function =
        message(
            out -> {
              out.writeByteArray(7, constant("inner", tensor("", 1, 9, 2)));
              out.writeString(1, "f");
            });
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(graph);
    file.writeBytes(message(out -> out.writeByteArray(25, function)));
    Checkpoint checkpoint = open(file.toByteArray());
    assertEquals(List.of(), checkpoint.unread());
    assertEquals(
        List.of(
            "inner_output",
            "if/value/own",
            "loop/value/inner_output",
            "loop/value/own",
            "loop/value/inner_output#1",
            "loop/value/own#1",
            "own",
            "f/inner_output"),
        checkpoint.tensors().stream().map(StoredTensor::name).toList());
    assertEquals(Shape.of(9, 2), checkpoint.find("f/inner_output").orElseThrow().shape());
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
