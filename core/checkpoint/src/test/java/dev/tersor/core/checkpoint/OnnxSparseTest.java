package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.Fixtures.assertMessage;
import static dev.tersor.core.checkpoint.Fixtures.f32;
import static dev.tersor.core.checkpoint.OnnxBytes.FLOAT;
import static dev.tersor.core.checkpoint.OnnxBytes.message;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tersor.core.Mutations;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sparse initialisers of ONNX (onnx.proto, SparseTensorProto). */
class OnnxSparseTest {
  private static final int INT64 = 7;
  private static final float[] DENSE = {0, 0, 0, 1, 2, 0, 3, 0};

  private static byte[] tensor(String name, int type, byte[] raw, boolean fields, long... dims) {
    return message(
        out -> {
          for (long dim : dims) {
            out.writeInt64(1, dim);
          }
          out.writeInt32(2, type);
          out.writeString(8, name);
          if (fields) {
            for (int i = 0; i < raw.length; i += 8) {
              out.writeInt64(7, raw[i]);
            }
          } else {
            out.writeByteArray(9, raw);
          }
        });
  }

  private static byte[] sparse(boolean fields, long[] indices, long[] dims, long[] shape) {
    return message(
        out -> {
          out.writeByteArray(1, tensor("w", FLOAT, f32(1, 2, 3), false, 3));
          out.writeByteArray(2, tensor("", INT64, SafetensorsBytes.i64(indices), fields, dims));
          for (long dim : shape) {
            out.writeInt64(3, dim);
          }
        });
  }

  private static byte[] model(byte[] sparse) {
    return new OnnxBytes()
        .field(15, sparse)
        .floats("dense", 2, 2)
        .node("/m", "MatMul", "x", "w")
        .model();
  }

  private static byte[] linear(long... indices) {
    return model(sparse(false, indices, new long[] {3}, new long[] {2, 4}));
  }

  private static byte[] rows(long... indices) {
    return model(sparse(false, indices, new long[] {3, 2}, new long[] {2, 4}));
  }

  @Test
  void indicesAreLinearOrByAxis() throws IOException {
    long[] linear = {3, 4, 6};
    byte[] inFields = model(sparse(true, linear, new long[] {3}, new long[] {2, 4}));
    for (byte[] file : List.of(linear(linear), inFields, rows(0, 3, 1, 0, 1, 2))) {
      BytesSource source = new BytesSource("dir/file", file);
      Checkpoint checkpoint = Checkpoint.open(source);
      assertEquals(List.of(), checkpoint.unread());
      StoredTensor tensor = checkpoint.find("w").orElseThrow();
      assertEquals(Shape.of(2, 4), tensor.shape());
      Fixtures.assertRuns(tensor, source, DENSE);
    }
  }

  /** A graph gets the weights as a dense initialiser. */
  @Test
  void theGraphTakesThemDense() throws IOException {
    OnnxGraph graph = OnnxGraph.read(new BytesSource("m", linear(3, 4, 6)));
    assertEquals(
        List.of("w", "dense"), graph.weights().stream().map(OnnxGraph.Weight::name).toList());
    byte[] model = graph.with(Map.of("w", DENSE, "dense", new float[4]));
    assertArrayEquals(DENSE, Fixtures.readAll(model, "w"));
  }

  @Test
  void whatIsNoIndexIsRefused() {
    for (byte[] file :
        List.of(
            linear(3, 4, 8),
            linear(4, 3, 6),
            linear(3, 3, 6),
            linear(-1, 3, 6),
            rows(0, 3, 1, 0, 1, 4),
            rows(0, 3, 1, 0, 0, 3))) {
      assertMessage(
          assertThrows(MalformedInputException.class, () -> Fixtures.readAll(file, "w")),
          "dir/file: tensor 'w'",
          "sparse, with index");
    }
    Fixtures.assertMalformed(
        model(sparse(false, new long[] {1, 2}, new long[] {2}, new long[] {2, 4})),
        "tensor 'w'",
        "sparse, FLOAT of shape 3");
    Fixtures.assertMalformed(
        model(sparse(false, new long[3], new long[] {3}, new long[] {1 << 20, 1 << 20})),
        "tensor 'w'",
        "of which 3 weights are stored");
  }

  @Test
  void damaged() {
    byte[] file = rows(0, 3, 1, 0, 1, 2);
    Mutations.run(
        "sparse initialisers",
        2000,
        seed -> Mutations.damage(file, new Random(seed)),
        seed -> {
          byte[] bytes = Mutations.damage(file, new Random(seed));
          try {
            BytesSource source = new BytesSource("fuzzed", bytes);
            CheckpointFuzzTest.openAndRead(source);
            OnnxGraph.read(source);
          } catch (MalformedInputException | MissingDataException e) {
            // As it should be.
          } catch (IllegalArgumentException e) {
            assertMessage(e, "fuzzed: tensor");
          }
        });
  }
}
