package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.Fixtures.assertMalformed;
import static dev.tersor.core.checkpoint.Fixtures.assertRuns;
import static dev.tersor.core.checkpoint.Fixtures.f32;
import static dev.tersor.core.checkpoint.Fixtures.open;
import static dev.tersor.core.checkpoint.Fixtures.readAll;
import static dev.tersor.core.checkpoint.OnnxBytes.external;
import static dev.tersor.core.checkpoint.OnnxBytes.intAttribute;
import static dev.tersor.core.checkpoint.OnnxBytes.message;
import static dev.tersor.core.checkpoint.OnnxBytes.raw;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Integers behind a DequantizeLinear are weights. */
class OnnxQuantisedTest {
  private static final int INT8 = 3;
  private static final int INT4 = 22;
  private static final byte[] SIX = {-3, -2, -1, 0, 1, 2};

  private static OnnxBytes net() {
    return new OnnxBytes()
        .tensor("q", INT8, new long[] {2, 3}, raw(SIX))
        .tensor("s", OnnxBytes.FLOAT, new long[0], raw(f32(0.5f)))
        .tensor("s2", OnnxBytes.FLOAT, new long[] {2}, raw(f32(0.5f, 2)))
        .tensor("z2", INT8, new long[] {2}, raw(new byte[] {0, -1}))
        .tensor("s3", OnnxBytes.FLOAT, new long[] {3}, raw(f32(1, 10, 100)));
  }

  /** A node with an output of its own. */
  private static byte[] dq(String output, OnnxBytes.Fields more, String... inputs) {
    return message(
        out -> {
          for (String input : inputs) {
            out.writeString(1, input);
          }
          out.writeString(2, output);
          out.writeString(4, "DequantizeLinear");
          more.write(out);
        });
  }

  private static void assertReads(byte[] file, float... values) throws IOException {
    BytesSource source = new BytesSource("m", file);
    StoredTensor tensor = Checkpoint.open(source).find("q").orElseThrow();
    assertTrue(tensor.isWeights());
    assertEquals("INT8", tensor.dtypeName());
    assertRuns(tensor, source, values);
  }

  @Test
  void aScaleForTheTensorAndForAnAxis() throws IOException {
    assertReads(net().field(1, dq("w", out -> {}, "q", "s")).model(), -1.5f, -1, -0.5f, 0, 0.5f, 1);
    assertReads(
        net().field(1, dq("w", intAttribute("axis", 0), "q", "s2", "z2")).model(),
        -1.5f,
        -1,
        -0.5f,
        2,
        4,
        6);
    // The axis that is not given is 1; a negative one counts from the end.
    byte[] last = net().field(1, dq("w", out -> {}, "q", "s3")).model();
    assertReads(last, -3, -20, -100, 0, 10, 200);
    assertReads(
        net().field(1, dq("w", intAttribute("axis", -1), "q", "s3")).model(), readAll(last, "q"));
  }

  @Test
  void aScaleForEachBlock() throws IOException {
    byte[] file =
        new OnnxBytes()
            .tensor("q", INT4, new long[] {2, 4}, raw(new byte[] {0x21, 0x43, 0x65, 0x17}))
            .tensor("s", OnnxBytes.FLOAT, new long[] {2, 2}, raw(f32(1, 10, 100, 1000)))
            .field(
                1,
                dq(
                    "w",
                    out -> {
                      intAttribute("axis", 1).write(out);
                      intAttribute("block_size", 2).write(out);
                    },
                    "q",
                    "s"))
            .model();
    assertArrayEquals(new float[] {1, 2, 30, 40, 500, 600, 7000, 1000}, readAll(file, "q"));
  }

  @Test
  void theConsumerBehindSaysWhatTheyAre() throws IOException {
    byte[] file =
        new OnnxBytes()
            .tensor("onnx::MatMul_7", INT8, new long[] {2, 3}, raw(SIX))
            .tensor("s", OnnxBytes.FLOAT, new long[0], raw(f32(0.5f)))
            .field(1, dq("w", out -> {}, "onnx::MatMul_7", "s"))
            .node("/fc/MatMul", "MatMul", "x", "w")
            .model();
    List<StoredTensor> tensors = open(file).tensors();
    assertEquals(1, tensors.size());
    assertEquals(Layout.IN_OUT, tensors.get(0).layout());
    assertEquals("fc", tensors.get(0).alias());
    assertEquals("s", tensors.get(0).quantisation().scales().name());
  }

  @Test
  void scalesThatSomethingElseNeedsStay() throws IOException {
    byte[] file =
        net()
            .field(1, dq("w", intAttribute("axis", 0), "q", "s2", "z2"))
            .node("m", "Mul", "x", "s2")
            .model();
    Checkpoint checkpoint = open(file);
    assertTrue(checkpoint.find("s2").isPresent());
    assertTrue(checkpoint.find("z2").isEmpty());
    assertTrue(checkpoint.find("s").isPresent());
  }

  @Test
  void constantsOfNodesAreIntegersToo() throws IOException {
    byte[] tensor =
        message(
            out -> {
              out.writeInt64(1, 2);
              out.writeInt32(2, INT8);
              out.writeByteArray(9, new byte[] {4, 6});
            });
    byte[] constant =
        message(
            out -> {
              out.writeString(2, "q");
              out.writeString(4, "Constant");
              out.writeByteArray(
                  5,
                  message(
                      attribute -> {
                        attribute.writeString(1, "value");
                        attribute.writeByteArray(5, tensor);
                      }));
            });
    byte[] file =
        new OnnxBytes()
            .field(1, constant)
            .tensor("s", OnnxBytes.FLOAT, new long[0], raw(f32(0.5f)))
            .field(1, dq("w", out -> {}, "q", "s"))
            .model();
    assertArrayEquals(new float[] {2, 3}, readAll(file, "q"));
  }

  @Test
  void whatCannotBeToldIsNamed() throws IOException {
    byte[] moving = net().field(1, dq("w", out -> {}, "q", "x")).model();
    assertEquals("q", open(moving).unread().get(0).name());
    assertTrue(open(moving).unread().get(0).where().contains("not constant"));
    byte[] two =
        net()
            .field(1, dq("w", out -> {}, "q", "s"))
            .field(1, dq("v", out -> {}, "q", "s3"))
            .model();
    assertTrue(open(two).unread().get(0).where().contains("different scales"));
    assertNull(open(two).find("q").orElseThrow().quantisation());
    assertFalse(open(two).find("q").orElseThrow().isWeights());
    // The same twice is one.
    byte[] same =
        net().field(1, dq("w", out -> {}, "q", "s")).field(1, dq("v", out -> {}, "q", "s")).model();
    assertEquals(List.of(), open(same).unread());
  }

  /** Integers, scales and zero points in the model, beside it, and in folders below it. */
  @Test
  void eachPartMayLieInAFileOfItsOwn(@TempDir Path folder) throws IOException {
    String[] places = {null, "beside", "data/a/below"};
    Files.createDirectories(folder.resolve("data/a"));
    for (int which = 0; which < 27; which++) {
      OnnxBytes model = new OnnxBytes();
      String[] names = {"q", "s", "z"};
      int[] types = {INT8, OnnxBytes.FLOAT, INT8};
      byte[][] bytes = {{1, 2, 3, 4, 5, 6}, f32(0.5f, 2), {1, -1}};
      Map<String, byte[]> beside = new HashMap<>();
      for (int i = 0, rest = which; i < 3; i++, rest /= 3) {
        String place = places[rest % 3];
        long[] dims = i == 0 ? new long[] {2, 3} : new long[] {2};
        if (place == null) {
          model.tensor(names[i], types[i], dims, raw(bytes[i]));
        } else {
          String file = place + "-" + names[i];
          model.tensor(names[i], types[i], dims, external("location", file));
          beside.put(file, bytes[i]);
          Files.write(folder.resolve(file), bytes[i]);
        }
      }
      byte[] file = model.field(1, dq("w", intAttribute("axis", 0), "q", "s", "z")).model();
      float[] expected = {0, 0.5f, 1, 10, 12, 14};
      Path path = Files.write(folder.resolve("m.onnx"), file);
      assertArrayEquals(expected, OpenCheckpoint.of(path).weights("q"));
      BytesSource source = new BytesSource("m.onnx", file, file.length, beside);
      StoredTensor tensor = Checkpoint.open(source).find("q").orElseThrow();
      try (ByteSource holder = source.other(tensor.extent().file())) {
        assertArrayEquals(expected, Checkpoint.read(tensor, holder, 0, 6));
      }
    }
  }

  @Test
  void scalesThatDoNotFit() {
    assertMalformed(
        net().field(1, dq("w", out -> {}, "q", "s2")).model(), "'q'", "scales of shape 2 for");
    assertMalformed(
        net().field(1, dq("w", intAttribute("axis", 5), "q", "s2")).model(), "'q'", "axis 5");
    assertMalformed(
        net().field(1, dq("w", intAttribute("axis", 0), "q", "s2", "s3")).model(), "'q'");
    assertMalformed(net().field(1, dq("w", out -> {}, "q", "z2")).model(), "'q'", "INT8");
    assertMalformed(
        net().field(1, dq("w", intAttribute("block_size", 2), "q", "s2")).model(), "'q'");
  }
}
