package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.Fixtures.assertMessage;
import static dev.tersor.core.checkpoint.Fixtures.assertRuns;
import static dev.tersor.core.checkpoint.Fixtures.concat;
import static dev.tersor.core.checkpoint.Fixtures.f32;
import static dev.tersor.core.checkpoint.Fixtures.open;
import static dev.tersor.core.checkpoint.Fixtures.ramp;
import static dev.tersor.core.checkpoint.Fixtures.readAll;
import static dev.tersor.core.checkpoint.Fixtures.u16;
import static dev.tersor.core.checkpoint.OnnxBytes.external;
import static dev.tersor.core.checkpoint.OnnxBytes.intAttribute;
import static dev.tersor.core.checkpoint.OnnxBytes.message;
import static dev.tersor.core.checkpoint.OnnxBytes.packed;
import static dev.tersor.core.checkpoint.OnnxBytes.raw;
import static dev.tersor.core.checkpoint.OnnxBytes.unpacked;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.CodedOutputStream;
import dev.tersor.core.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxTest {
  private static final long[] SIX = {2, 3};

  @Test
  void everyWayOfStoringFloats() throws IOException {
    byte[] file =
        new OnnxBytes()
            .tensor("raw", OnnxBytes.FLOAT, SIX, raw(f32(ramp(6))))
            .tensor("packed", OnnxBytes.FLOAT, SIX, packed(ramp(6)))
            .tensor("unpacked", OnnxBytes.FLOAT, SIX, unpacked(ramp(6)))
            .tensor("half", OnnxBytes.FLOAT16, new long[] {2}, raw(u16(0x3C00, 1)))
            .tensor("brain", OnnxBytes.BFLOAT16, new long[] {2}, raw(u16(0x3F80, 0xC049)))
            .tensor("scalar", OnnxBytes.FLOAT, new long[0], unpacked(7))
            .tensor("empty", OnnxBytes.FLOAT, new long[] {0}, out -> {})
            .field(
                5,
                message(
                    out -> {
                      out.writeByteArray(1, new byte[] {3, 1});
                      out.writeByteArray(9, f32(1, 2, 3));
                      out.writeString(8, "packed dims, name last");
                      out.writeInt32(2, OnnxBytes.FLOAT);
                    }))
            .model();
    BytesSource source = new BytesSource("m.onnx", file);
    Checkpoint checkpoint = Checkpoint.open(source);
    assertEquals(Checkpoint.Format.ONNX, checkpoint.format());
    assertEquals(8, checkpoint.tensors().size());
    for (String name : new String[] {"raw", "packed", "unpacked"}) {
      StoredTensor tensor = checkpoint.find(name).orElseThrow();
      assertEquals(Shape.of(2, 3), tensor.shape());
      assertRuns(tensor, source, ramp(6));
    }
    assertArrayEquals(new float[] {1, 0x1p-24f}, readAll(file, "half"));
    assertArrayEquals(new float[] {1, -3.140625f}, readAll(file, "brain"));
    assertArrayEquals(new float[] {7}, readAll(file, "scalar"));
    assertEquals(0, readAll(file, "empty").length);
    assertArrayEquals(new float[] {1, 2, 3}, readAll(file, "packed dims, name last"));
    assertEquals(Shape.of(3, 1), checkpoint.find("packed dims, name last").orElseThrow().shape());
  }

  @Test
  void manyUnpackedFloatsCrossTheReadersChunks() throws IOException {
    float[] values = ramp(40_000);
    byte[] file =
        new OnnxBytes().tensor("w", OnnxBytes.FLOAT, new long[] {40_000}, unpacked(values)).model();
    assertArrayEquals(values, readAll(file, "w"));
  }

  @Test
  void otherTypesAreListedAndNotRead() throws IOException {
    byte[] file =
        new OnnxBytes()
            .tensor("complex", 14, SIX, raw(new byte[48]))
            .tensor("new", 99, SIX, raw(new byte[1]))
            .tensor("cut", OnnxBytes.FLOAT, SIX, out -> out.writeByteArray(3, new byte[0]))
            .model();
    for (String[] expected :
        new String[][] {
          {"complex", "COMPLEX64"},
          {"new", "data type 99"},
          {"cut", "FLOAT in segments"},
        }) {
      StoredTensor tensor = open(file).find(expected[0]).orElseThrow();
      assertEquals(DType.OTHER, tensor.dtype());
      assertEquals(expected[1], tensor.dtypeName());
      assertMessage(
          assertThrows(IllegalArgumentException.class, () -> readAll(file, expected[0])),
          expected[0],
          expected[1] + " is not supported");
    }
  }

  @Test
  void layoutsComeFromTheConsumingNode() throws IOException {
    byte[] file =
        new OnnxBytes()
            .node("m", "MatMul", "x", "matmul")
            .node("l", "MatMul", "left", "x")
            .node("g", "Gemm", intAttribute("transB", 0), "x", "gemm", "gemm.bias")
            .node("t", "Gemm", intAttribute("transB", 1), "x", "gemmT")
            .node("a", "Gemm", intAttribute("transA", 1), "x", "gemmA")
            .node("c", "Conv", "x", "conv", "conv.bias")
            .node("e", "Gather", "tied", "x")
            .node("d", "MatMul", "x", "tied")
            .node("p", "MatMul", "x", "torn")
            .node("q", "Gemm", intAttribute("transB", 1), "x", "torn")
            .node("f", "MatMul", out -> out.writeString(7, "com.example"), "x", "foreign")
            .node("b", "MatMul", "x", "batched")
            .node("u", "ConvTranspose", "x", "up")
            .floats("matmul", 2, 3)
            .floats("left", 2, 3)
            .floats("gemm", 2, 3)
            .floats("gemm.bias", 3)
            .floats("gemmT", 2, 3)
            .floats("gemmA", 2, 3)
            .floats("conv", 2, 3, 1, 1)
            .floats("conv.bias", 2)
            .floats("tied", 2, 3)
            .floats("torn", 2, 3)
            .floats("foreign", 2, 3)
            .floats("batched", 2, 2, 3)
            .floats("up", 2, 3, 1, 1)
            .floats("unused", 2, 3)
            .model();
    Map<String, Layout> said =
        Map.of(
            "matmul", Layout.IN_OUT,
            "gemm", Layout.IN_OUT,
            "gemmA", Layout.IN_OUT,
            "gemmT", Layout.OUT_IN,
            "conv", Layout.OUT_IN,
            "tied", Layout.IN_OUT);
    for (StoredTensor tensor : open(file).tensors()) {
      assertEquals(
          said.getOrDefault(tensor.name(), Layout.AS_STORED), tensor.layout(), tensor.name());
    }
  }

  @Test
  void madeUpNamesGetTheNodesPath() throws IOException {
    byte[] file =
        new OnnxBytes()
            // Nodes come before and behind the initialisers.
            .node("/encoder/layer.0/attention/self/query/MatMul", "MatMul", "x", "onnx::MatMul_1")
            .node("/encoder/layer.0/dense/MatMul_12", "MatMul", "x", "onnx::MatMul_2")
            .node("/features/0/Conv", "Conv", "x", "onnx::Conv_3", "onnx::Conv_4")
            .floats("onnx::MatMul_1", 2, 3)
            .floats("onnx::MatMul_2", 2, 3)
            .floats("onnx::Conv_3", 2, 3, 1, 1)
            .floats("onnx::Conv_4", 2)
            .floats("onnx::MatMul_5", 2, 3)
            .floats("onnx::MatMul_6", 2, 3)
            .floats("onnx::MatMul_7", 2, 3)
            .floats("onnx::MatMul_8", 2, 3)
            .floats("head.weight", 2, 3)
            .floats("taken", 2, 3)
            .node("/MatMul", "MatMul", "x", "onnx::MatMul_5")
            .node("/head/MatMulNBits", "MatMul", "x", "onnx::MatMul_6")
            .node("/taken/MatMul", "MatMul", "x", "onnx::MatMul_7")
            .node("/head/MatMul", "MatMul", "x", "head.weight")
            .model();
    Checkpoint checkpoint = open(file);
    for (String[] alias :
        new String[][] {
          {"onnx::MatMul_1", "encoder.layer.0.attention.self.query"},
          {"onnx::MatMul_2", "encoder.layer.0.dense"},
          {"onnx::Conv_3", "features.0"},
          {"onnx::Conv_4", "features.0.bias"},
          {"onnx::MatMul_5", "onnx::MatMul_5"},
          {"onnx::MatMul_6", "head.MatMulNBits"},
          {"onnx::MatMul_7", "onnx::MatMul_7"},
          {"onnx::MatMul_8", "onnx::MatMul_8"},
          {"head.weight", "head.weight"},
        }) {
      assertEquals(alias[1], checkpoint.find(alias[0]).orElseThrow().alias());
      assertEquals(alias[0], checkpoint.find(alias[1]).orElseThrow().name());
    }
    assertEquals("taken", checkpoint.find("taken").orElseThrow().name());
  }

  @Test
  void externalDataBesideTheModel(@TempDir Path folder) throws IOException {
    byte[] file =
        new OnnxBytes()
            .tensor(
                "w",
                OnnxBytes.FLOAT,
                SIX,
                external("location", "data/w.bin", "offset", "8", "length", "24", "checksum", "x"))
            .tensor("v", OnnxBytes.FLOAT, new long[] {2}, external("location", "data/w.bin"))
            .model();
    Path model = folder.resolve("m.onnx");
    Path data = folder.resolve("data").resolve("w.bin");
    Files.write(model, file);
    try (FileSource source = FileSource.open(model)) {
      assertMessage(assertThrows(IOException.class, () -> Checkpoint.open(source)), "w.bin");
      Files.createDirectory(data.getParent());
      Files.write(data, concat(f32(-1, -2), f32(ramp(6))));
      Checkpoint checkpoint = Checkpoint.open(source);
      StoredTensor w = checkpoint.find("w").orElseThrow();
      assertEquals(data.toString(), w.extent().file());
      try (FileSource held = FileSource.open(Path.of(w.extent().file()))) {
        assertRuns(w, held, ramp(6));
        assertArrayEquals(
            new float[] {-1, -2}, Checkpoint.read(checkpoint.find("v").orElseThrow(), held, 0, 2));
      }
      assertMessage(
          assertThrows(IllegalArgumentException.class, () -> Checkpoint.read(w, source, 0, 1)),
          "lies in " + data);
    }
  }

  @Test
  void weightsOfTwoGigabytesAreSkippedUnread() throws IOException {
    int rawBytes = 2_000_000_000;
    // The graph's one initialiser ends with its raw_data, which ends the file.
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    byte[] named =
        message(
            tensor -> {
              tensor.writeInt64(1, rawBytes / 4);
              tensor.writeInt32(2, OnnxBytes.FLOAT);
              tensor.writeString(8, "w");
              tensor.writeTag(9, 2);
              tensor.writeUInt32NoTag(rawBytes);
            });
    out.writeTag(7, 2);
    int tensorBytes = named.length + rawBytes;
    out.writeUInt32NoTag(1 + CodedOutputStream.computeUInt32SizeNoTag(tensorBytes) + tensorBytes);
    out.writeTag(5, 2);
    out.writeUInt32NoTag(tensorBytes);
    out.writeRawBytes(named);
    out.flush();
    byte[] head = bytes.toByteArray();
    BytesSource source = new BytesSource("big", head, head.length + (long) rawBytes, Map.of());
    StoredTensor tensor = Checkpoint.open(source).tensors().get(0);
    assertEquals(rawBytes, tensor.extent().length());
    assertArrayEquals(new float[2], Checkpoint.read(tensor, source, rawBytes / 4 - 2, 2));
    assertTrue(source.bytesRead() < 200_000, source.bytesRead() + " bytes read");
  }
}
