package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.Fixtures.assertMalformed;
import static dev.tersor.core.checkpoint.Fixtures.assertMessage;
import static dev.tersor.core.checkpoint.Fixtures.assertRuns;
import static dev.tersor.core.checkpoint.Fixtures.concat;
import static dev.tersor.core.checkpoint.Fixtures.f32;
import static dev.tersor.core.checkpoint.Fixtures.open;
import static dev.tersor.core.checkpoint.Fixtures.ramp;
import static dev.tersor.core.checkpoint.Fixtures.readAll;
import static dev.tersor.core.checkpoint.Fixtures.safetensors;
import static dev.tersor.core.checkpoint.Fixtures.u16;
import static dev.tersor.core.checkpoint.Fixtures.u64;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tensor.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SafetensorsTest {
  private static byte[] written() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Map<String, Shape> shapes =
        Map.of(
            "b.weight", Shape.of(3, 4),
            "a \"quoted\" é", Shape.of(5),
            "c.scalar", Shape.of(),
            "b.empty", Shape.of(0, 7));
    try (SafetensorsWriter writer =
        new SafetensorsWriter(out, shapes, Map.of("format", "pt", "by", "test"))) {
      writer.write("a \"quoted\" é", new float[] {5, 4, 3, 2, 1});
      float[] values = ramp(14);
      writer.write("b.weight", values, 1, 5);
      writer.write("b.weight", values, 6, 7);
      writer.write("c.scalar", new float[] {-0.5f});
    }
    return out.toByteArray();
  }

  @Test
  void roundTrip() throws IOException {
    byte[] file = written();
    BytesSource source = new BytesSource("x", file);
    Checkpoint checkpoint = Checkpoint.open(source);
    assertEquals(Checkpoint.Format.SAFETENSORS, checkpoint.format());
    assertEquals(Map.of("format", "pt", "by", "test"), checkpoint.metadata());
    assertEquals(
        List.of("a \"quoted\" é", "b.empty", "b.weight", "c.scalar"),
        checkpoint.tensors().stream().map(StoredTensor::name).toList());
    StoredTensor weight = checkpoint.find("b.weight").orElseThrow();
    assertEquals(Shape.of(3, 4), weight.shape());
    assertEquals(Layout.AS_STORED, weight.layout());
    assertRuns(weight, source, Arrays.copyOfRange(ramp(14), 1, 13));
    assertArrayEquals(new float[] {-0.5f}, readAll(file, "c.scalar"));
    assertArrayEquals(new float[] {5, 4, 3, 2, 1}, readAll(file, "a \"quoted\" é"));
    assertEquals(0, readAll(file, "b.empty").length);
    assertTrue(checkpoint.find("b").isEmpty());
  }

  @Test
  void writerIsDeterministicAndAligned() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (SafetensorsWriter writer =
        new SafetensorsWriter(out, Map.of("wt", Shape.of(2, 1)), Map.of())) {
      writer.write("wt", new float[] {1, 2});
    }
    String json = "{\"wt\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]}}       ";
    assertEquals(0, json.length() % 8);
    assertArrayEquals(safetensors(json, f32(1, 2)), out.toByteArray());
    assertArrayEquals(written(), written());
  }

  @Test
  void writerRefusesWhatDoesNotFit() throws IOException {
    Map<String, Shape> shapes = Map.of("a", Shape.of(2), "b", Shape.of(1));
    SafetensorsWriter writer = new SafetensorsWriter(new ByteArrayOutputStream(), shapes, Map.of());
    assertThrows(IllegalArgumentException.class, () -> writer.write("b", ramp(1)));
    assertThrows(IllegalArgumentException.class, () -> writer.write("a", ramp(3)));
    assertThrows(IllegalArgumentException.class, () -> writer.write("z", ramp(0)));
    writer.write("a", ramp(2));
    assertMessage(assertThrows(IllegalStateException.class, writer::close), "1 values", "'b'");
    writer.write("b", ramp(1));
    writer.close();
    assertThrows(IllegalArgumentException.class, () -> writer.write("b", ramp(1)));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new SafetensorsWriter(
                new ByteArrayOutputStream(), Map.of("__metadata__", Shape.of(1)), Map.of()));
  }

  @Test
  void everyReadableDtypeAndOthers() throws IOException {
    byte[] file =
        safetensors(
            """
            {"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},
             "b":{"dtype":"BF16","shape":[2],"data_offsets":[4,8],"later":{"x":[1]}},
             "i":{"dtype":"I64","shape":[1],"data_offsets":[8,16]},
             "q":{"dtype":"F4","shape":[4],"data_offsets":[16,18]},
             "n":{"dtype":"NEW","shape":[4],"data_offsets":[18,19]}}""",
            concat(u16(0x3C00, 0x0001, 0x3F80, 0xC049), new byte[11]));
    assertArrayEquals(new float[] {1, 0x1p-24f}, readAll(file, "h"));
    assertArrayEquals(new float[] {1, -3.140625f}, readAll(file, "b"));
    assertEquals(DType.I64, open(file).find("i").orElseThrow().dtype());
    assertArrayEquals(new float[1], readAll(file, "i"));
    assertArrayEquals(new float[4], readAll(file, "q"));
    assertEquals(DType.OTHER, open(file).find("n").orElseThrow().dtype());
    assertEquals("NEW", open(file).find("n").orElseThrow().dtypeName());
    assertMessage(
        assertThrows(IllegalArgumentException.class, () -> readAll(file, "n")),
        "'n'",
        "dir/file",
        "dtype NEW is not supported");
  }

  @Test
  void tensorsAreListedInFileOrder() throws IOException {
    byte[] file =
        safetensors(
            """
            {"late":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},
             "early":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""",
            f32(1, 2));
    assertEquals("early", open(file).tensors().get(0).name());
    assertArrayEquals(new float[] {2}, readAll(file, "late"));
  }

  @Test
  void opensAndReadsTheEndOfATensorOfManyGigabytes() throws IOException {
    long rows = 1L << 33;
    String json =
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[%d,2],\"data_offsets\":[0,%d]}}"
            .formatted(rows, 8 * rows);
    byte[] head = safetensors(json, new byte[0]);
    BytesSource source = new BytesSource("big", head, head.length + 8 * rows, Map.of());
    StoredTensor tensor = Checkpoint.open(source).tensors().get(0);
    assertArrayEquals(new float[3], Checkpoint.read(tensor, source, 2 * rows - 3, 3));
    assertTrue(source.bytesRead() < 1000, source.bytesRead() + " bytes read");
  }

  @Test
  void readRefusesRunsOutsideAndOtherFiles() throws IOException {
    byte[] file = written();
    BytesSource source = new BytesSource("x", file);
    StoredTensor weight = Checkpoint.open(source).find("b.weight").orElseThrow();
    for (long[] run : new long[][] {{-1, 1}, {12, 1}, {0, 13}, {Long.MAX_VALUE, 1}, {0, -1}}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> Checkpoint.read(weight, source, run[0], (int) run[1]));
    }
    assertMessage(
        assertThrows(
            IllegalArgumentException.class,
            () -> Checkpoint.read(weight, new BytesSource("y", file), 0, 1)),
        "lies in x, not in y");
    BytesSource shorter = new BytesSource("x", Arrays.copyOf(file, file.length - 5));
    assertMessage(
        assertThrows(MalformedInputException.class, () -> Checkpoint.read(weight, shorter, 0, 12)),
        "x: tensor 'b.weight'");
  }

  @Test
  void storedTensorsTravel() throws Exception {
    StoredTensor tensor = open(written()).tensors().get(2);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(tensor);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertEquals(tensor, in.readObject());
    }
  }

  @Test
  void lyingHeaderLengths() {
    byte[] file = safetensors(one("[1]", "[0,4]"), f32(1));
    for (long length : new long[] {1L << 62, -1, 1000, 1, 0, 100_000_001}) {
      System.arraycopy(u64(length), 0, file, 0, 8);
      assertMalformed(file, "safetensors header of");
    }
    byte[] head = Arrays.copyOf(file, 20);
    System.arraycopy(u64(200_000_000), 0, head, 0, 8);
    MalformedInputException e =
        assertThrows(
            MalformedInputException.class,
            () -> Checkpoint.open(new BytesSource("f", head, 1L << 40, Map.of())));
    assertMessage(e, "200000000 bytes", "100000000");
  }

  @Test
  void everyTruncation() {
    byte[] file = safetensors(one("[2]", "[0,8]"), f32(1, 2));
    for (int length = 0; length < file.length; length++) {
      assertMalformed(Arrays.copyOf(file, length));
    }
    assertMalformed(Arrays.copyOf(file, file.length + 1), "the file at");
  }

  @Test
  void offsetsThatLie() {
    assertMalformed(safetensors(one("[1]", "[0,8]"), f32(1, 2)), "'w'", "needs 4 bytes, it has 8");
    assertMalformed(safetensors(one("[1]", "[4,0]"), f32(1)), "'w'", "data_offsets [4, 0]");
    assertMalformed(safetensors(one("[1]", "[0,8]"), f32(1)), "'w'", "4 bytes of data are there");
    assertMalformed(safetensors(one("[1]", "[-4,0]"), f32(1)), "'w'", "data_offsets");
    assertMalformed(safetensors(one("[1]", "[0]"), f32(1)), "'w'", "data_offsets");
    assertMalformed(safetensors(one("[1]", "[0,4,8]"), f32(1)), "'w'", "data_offsets");
    assertMalformed(safetensors(one("[1]", "[4,8]"), f32(1, 2)), "'w'", "gap");
    assertMalformed(
        safetensors(
            """
            {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},
             "b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""",
            f32(1, 2, 3)),
        "'b'",
        "overlaps");
  }

  @Test
  void impossibleShapes() {
    assertMalformed(safetensors(one("[-1]", "[0,4]"), f32(1)), "'w'", "negative");
    assertMalformed(safetensors(one("[4611686018427387904,4]", "[0,4]"), f32(1)), "'w'", "2^63");
    assertMalformed(safetensors(one("[4611686018427387904]", "[0,4]"), f32(1)), "'w'", "2^63");
    assertMalformed(safetensors(one("[99999999999999999999]", "[0,4]"), f32(1)), "header");
    assertMalformed(safetensors(one("[1.5]", "[0,4]"), f32(1)), "shape of 'w'");
    assertMalformed(safetensors(one("[" + "1,".repeat(64) + "1]", "[0,4]"), f32(1)), "'w'", "64");
  }

  @Test
  void badJson() {
    String entry = "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}";
    for (String json :
        new String[] {
          "{\"w\":" + entry,
          "{\"w\":" + entry + "} x",
          "{\"w\":" + entry + "}{}",
          "{\"w\":[]}",
          "{\"w\":{\"dtype\":\"F32\",\"shape\":[1]}}",
          "{\"w\":{\"dtype\":1,\"shape\":[1],\"data_offsets\":[0,4]}}",
          "{\"w\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
          "{\"__metadata__\":{\"a\":1},\"w\":" + entry + "}",
          "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":"
              + "[".repeat(100_000),
          "{\"w\":{\"deep\":" + "[".repeat(17) + "]".repeat(17) + "}}",
          "{\0\0\0\"\0\0\0",
        }) {
      assertMalformed(safetensors(json, f32(1)));
    }
    assertMalformed(
        safetensors("{\"w\":" + entry + ",\"w\":" + entry + "}", f32(1)), "'w'", "twice");
    byte[] notUtf8 = safetensors("{\"??\":" + entry + "}", f32(1));
    notUtf8[10] = (byte) 0xC3;
    assertMalformed(notUtf8, "not UTF-8");
  }

  @Test
  void namesThatCollideCostNoMore() throws IOException {
    // "Aa" and "BB" have the same hash, so have all strings of them.
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < 1 << 12; i++) {
      StringBuilder name = new StringBuilder();
      for (int bit = 0; bit < 12; bit++) {
        name.append((i >>> bit & 1) == 0 ? "Aa" : "BB");
      }
      json.append(i > 0 ? "," : "")
          .append('"')
          .append(name)
          .append("\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}");
    }
    byte[] file = safetensors(json.append('}').toString(), new byte[0]);
    assertEquals(1 << 12, open(file).tensors().size());
  }

  private static String one(String shape, String offsets) {
    return "{\"w\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":%s}}".formatted(shape, offsets);
  }
}
