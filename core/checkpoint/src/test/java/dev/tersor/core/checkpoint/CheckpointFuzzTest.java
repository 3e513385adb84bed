package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.Fixtures.concat;
import static dev.tersor.core.checkpoint.Fixtures.f32;
import static dev.tersor.core.checkpoint.Fixtures.npy;
import static dev.tersor.core.checkpoint.Fixtures.ramp;
import static dev.tersor.core.checkpoint.Fixtures.safetensors;
import static dev.tersor.core.checkpoint.Fixtures.u16;
import static dev.tersor.core.checkpoint.Fixtures.zip;
import static dev.tersor.core.checkpoint.OnnxBytes.external;
import static dev.tersor.core.checkpoint.OnnxBytes.intAttribute;
import static dev.tersor.core.checkpoint.OnnxBytes.message;
import static dev.tersor.core.checkpoint.OnnxBytes.packed;
import static dev.tersor.core.checkpoint.OnnxBytes.raw;
import static dev.tersor.core.checkpoint.OnnxBytes.unpacked;

import dev.tersor.core.Mutations;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.packed.PackedBytes;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Damages small files at random: whatever comes of it, opening and reading either works or says
 * that the input is malformed.
 */
class CheckpointFuzzTest {
  private static final int FORMATS = 18;
  private static final Map<String, byte[]> BESIDE =
      Map.of("w.bin", new byte[64], "1", shard("a"), "2", shard("b"));

  private static final TorchBytes.Stored FOUR = new TorchBytes.Stored("0", 4, f32(ramp(4)));
  private static final String TORCH =
      TorchBytes.dict(
          TorchBytes.text("w"),
          TorchBytes.tensor(
              TorchBytes.storage("FloatStorage", "0", 4), 0, new long[] {2, 2}, new long[] {1, 2}),
          TorchBytes.text("b"),
          TorchBytes.tensor(
              TorchBytes.storage("FloatStorage", "0", 4), 1, new long[] {3}, new long[] {1}));

  static Stream<Arguments> files() throws IOException {
    byte[] matrix = npy("<f4", false, "(3, 4)", f32(ramp(12)));
    byte[] columns = npy("<f2", true, "(2, 2, 2)", u16(1, 2, 3, 4, 5, 6, 7, 8));
    return Stream.of(
        Arguments.of(
            "safetensors",
            safetensors(
                """
                {"__metadata__":{"a":"b"},"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},
                "h":{"dtype":"F16","shape":[2],"data_offsets":[16,20]},
                "b":{"dtype":"BF16","shape":[1,2],"data_offsets":[20,24]}}""",
                concat(f32(ramp(4)), u16(1, 2, 3, 4)))),
        Arguments.of(
            "onnx",
            new OnnxBytes()
                .node("/a/MatMul", "MatMul", "x", "onnx::MatMul_1")
                .node("/b/Gemm", "Gemm", intAttribute("transB", 1), "x", "g", "p")
                .floats("onnx::MatMul_1", 2, 3)
                .floats("g", 2, 3)
                .tensor("p", OnnxBytes.FLOAT, new long[] {3}, packed(ramp(3)))
                .tensor("u", OnnxBytes.FLOAT, new long[] {3}, unpacked(ramp(3)))
                .tensor(
                    "e",
                    OnnxBytes.FLOAT16,
                    new long[] {4},
                    external("location", "w.bin", "offset", "16", "length", "8"))
                .model()),
        Arguments.of("onnx with constants", onnxOfNodes()),
        Arguments.of("stored npz", zip(false, "w.npy", matrix, "f.npy", columns)),
        Arguments.of("deflated npz", zip(true, "w.npy", matrix, "f.npy", columns)),
        Arguments.of("zip64", Zip64Bytes.of("w.npy", columns)),
        Arguments.of("npy", columns),
        Arguments.of("torch", TorchBytes.zip(TORCH, FOUR)),
        Arguments.of("deflated torch", TorchBytes.zip(true, "big", TorchBytes.pickle(TORCH), FOUR)),
        Arguments.of("gguf", GgufBytes.small(false)),
        Arguments.of("big-endian gguf", GgufBytes.small(true)),
        Arguments.of("shards", index("[{}]")),
        Arguments.of("deep index", index(deep())),
        Arguments.of(
            "deep safetensors",
            safetensors(
                """
                {"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"deep":%s}"""
                    .formatted(deep()),
                f32(ramp(2)))),
        Arguments.of(
            "gptq",
            new PackedBytes(3, 64, 32, 32, 1).gptq(new SafetensorsBytes(), "m", true).file()),
        Arguments.of(
            "awq", new PackedBytes(4, 64, 16, 32, 2).awq(new SafetensorsBytes(), "m").file()),
        Arguments.of(
            "compressed-tensors",
            new PackedBytes(4, 64, 9, 32, 3)
                .compressed(new SafetensorsBytes(), "m", true, true)
                .add("n.weight", "I8", new byte[16], 4, 4)
                .add("n.weight_scale", "F32", f32(1, 2, 3, 4), 4, 1)
                .file()),
        Arguments.of("old torch", TorchBytes.old(TorchBytes.pickle(TORCH), FOUR)));
  }

  private static byte[] shard(String tensor) {
    return safetensors(
        """
        {"%s":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"""
            .formatted(tensor),
        f32(ramp(2)));
  }

  private static byte[] index(String metadata) {
    return """
        {"metadata": {"x": %s}, "weight_map": {"b": "2", "a": "1"}}"""
        .formatted(metadata)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Arrays in arrays and objects, more than a parser on the stack of calls could follow. */
  private static String deep() {
    return "[{\"d\":".repeat(600) + "[".repeat(600) + "]".repeat(600) + "}]".repeat(600);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void damaged(String format, byte[] file) {
    Mutations.run(
        format,
        Mutations.third() / FORMATS,
        seed -> Mutations.damage(file, new Random(seed)),
        seed -> {
          byte[] damaged = Mutations.damage(file, new Random(seed));
          try {
            BytesSource source = new BytesSource("fuzzed", damaged, damaged.length, BESIDE);
            openAndRead(source);
            if (format.startsWith("onnx")) {
              readGraph(source);
            }
          } catch (MalformedInputException | FileNotFoundException e) {
            // As it should be: the second is external data of a name that was changed.
          }
        });
  }

  /** Constants of nodes and of graphs within them, varints, four bits, integers with scales. */
  private static byte[] onnxOfNodes() {
    byte[] floats =
        message(
            out -> {
              out.writeInt64(1, 2);
              out.writeInt32(2, OnnxBytes.FLOAT);
              packed(1).write(out);
              unpacked(2).write(out);
            });
    byte[] inner =
        message(
            out -> {
              out.writeByteArray(
                  5,
                  message(
                      tensor -> {
                        tensor.writeInt64(1, 3);
                        tensor.writeInt32(2, OnnxBytes.FLOAT);
                        tensor.writeString(8, "w");
                        raw(f32(ramp(3))).write(tensor);
                      }));
            });
    return new OnnxBytes()
        .node(
            "c",
            "Constant",
            out ->
                out.writeByteArray(
                    5,
                    message(
                        attribute -> {
                          attribute.writeString(1, "value");
                          attribute.writeByteArray(5, floats);
                        })))
        .node(
            "if",
            "If",
            out ->
                out.writeByteArray(
                    5,
                    message(
                        attribute -> {
                          attribute.writeString(1, "then_branch");
                          attribute.writeByteArray(6, inner);
                        })))
        .tensor("w", 10, new long[] {3}, out -> out.writeByteArray(5, new byte[] {1, -128, 7, 2}))
        .tensor("n", 22, new long[] {3}, raw(new byte[] {0x12, 3}))
        .tensor("q", 3, new long[] {2, 2}, raw(new byte[] {1, 2, 3, 4}))
        .tensor("s", OnnxBytes.FLOAT, new long[] {2}, raw(f32(0.5f, 2)))
        .tensor("z", 3, new long[] {2}, raw(new byte[] {1, 2}))
        .node("d", "DequantizeLinear", intAttribute("axis", 0), "q", "s", "z")
        .model();
  }

  private static void readGraph(BytesSource source) throws IOException {
    try {
      OnnxGraph.read(source);
    } catch (IllegalArgumentException e) {
      // A weight lies in pieces, or what is no FLOAT in another file.
      Fixtures.assertMessage(e, "fuzzed: tensor");
    }
  }

  static void openAndRead(BytesSource source) throws IOException {
    for (StoredTensor tensor : Checkpoint.open(source).tensors()) {
      long size = tensor.shape().size();
      if (!tensor.dtype().isKnown() || size == 0) {
        continue;
      }
      try (ByteSource holder =
          tensor.extent().file().equals(source.name())
              ? source
              : source.sibling(tensor.extent().file())) {
        Checkpoint.read(tensor, holder, 0, 1);
        Checkpoint.read(tensor, holder, size - 1, 1);
        Checkpoint.read(tensor, holder, 0, (int) Math.min(size, 1 << 16));
      }
    }
  }
}
