package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.Fixtures.assertRuns;
import static dev.tersor.core.checkpoint.Fixtures.concat;
import static dev.tersor.core.checkpoint.Fixtures.f32;
import static dev.tersor.core.checkpoint.Fixtures.npy;
import static dev.tersor.core.checkpoint.Fixtures.npyPrefix;
import static dev.tersor.core.checkpoint.Fixtures.open;
import static dev.tersor.core.checkpoint.Fixtures.ramp;
import static dev.tersor.core.checkpoint.Fixtures.readAll;
import static dev.tersor.core.checkpoint.Fixtures.u16;
import static dev.tersor.core.checkpoint.Fixtures.zip;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumpyTest {
  /** 0..23 of shape 2x3x4 as a column-major file holds them: the first axis is fastest. */
  private static float[] columnMajor() {
    float[] values = new float[24];
    for (int i = 0, at = 0; i < 4; i++) {
      for (int j = 0; j < 3; j++) {
        for (int k = 0; k < 2; k++, at++) {
          values[at] = k * 12 + j * 4 + i;
        }
      }
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void npz(boolean deflated) throws IOException {
    byte[] file =
        zip(
            deflated,
            "layer/w.npy",
            npy("<f4", false, "(2, 3, 4)", f32(ramp(24))),
            "f.npy",
            npy("<f4", true, "(2, 3, 4)", f32(columnMajor())),
            "h.npy",
            npy("<f2", true, "(2, 2)", u16(0x3C00, 0x0001, 0x7C00, 0xC000)),
            "bias.npy",
            npy("<f4", true, "(3,)", f32(ramp(3))),
            "scalar.npy",
            npy("<f4", false, "()", f32(9)),
            "empty.npy",
            npy("<f4", true, "(4, 0)", new byte[0]),
            "ids.npy",
            npy("<i8", false, "(2,)", new byte[16]),
            "readme.txt",
            new byte[] {1, 2, 3},
            "é.npy",
            npy("<f4", false, "(1,)", f32(5)));
    BytesSource source = new BytesSource("m.npz", file);
    Checkpoint checkpoint = Checkpoint.open(source);
    assertEquals(Checkpoint.Format.NPZ, checkpoint.format());
    assertEquals(
        List.of("layer/w", "f", "h", "bias", "scalar", "empty", "ids", "é"),
        checkpoint.tensors().stream().map(StoredTensor::name).toList());
    for (String name : new String[] {"layer/w", "f"}) {
      StoredTensor tensor = checkpoint.find(name).orElseThrow();
      assertEquals(Shape.of(2, 3, 4), tensor.shape());
      assertRuns(tensor, source, ramp(24));
    }
    assertEquals(Extent.Order.FORTRAN, checkpoint.find("f").orElseThrow().extent().order());
    assertEquals(Extent.Order.C, checkpoint.find("bias").orElseThrow().extent().order());
    assertArrayEquals(new float[] {1, Float.POSITIVE_INFINITY, 0x1p-24f, -2}, readAll(file, "h"));
    assertArrayEquals(ramp(3), readAll(file, "bias"));
    assertArrayEquals(new float[] {9}, readAll(file, "scalar"));
    assertEquals(0, readAll(file, "empty").length);
    assertArrayEquals(new float[] {5}, readAll(file, "é"));
    assertFalse(checkpoint.find("ids").orElseThrow().isWeights());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void largerThanTheReadersChunks(boolean deflated) throws IOException {
    int rows = 30_000;
    float[] values = new float[3 * rows];
    float[] transposed = new float[3 * rows];
    Random random = new Random(7);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
      transposed[i % 3 * rows + i / 3] = values[i];
    }
    byte[] file =
        zip(
            deflated,
            "c.npy",
            npy("<f4", false, "(30000, 3)", f32(values)),
            "f.npy",
            npy("<f4", true, "(30000, 3)", f32(transposed)),
            "wide.npy",
            npy("<f4", true, "(3, 30000)", f32(values)));
    assertArrayEquals(values, readAll(file, "c"));
    assertArrayEquals(values, readAll(file, "f"));
    assertArrayEquals(transposed, readAll(file, "wide"));
    BytesSource source = new BytesSource("x", file);
    StoredTensor tensor = Checkpoint.open(source).find("f").orElseThrow();
    float[] run = Checkpoint.read(tensor, source, 50_000, 20_000);
    for (int i = 0; i < run.length; i++) {
      assertEquals(values[50_000 + i], run[i]);
    }
  }

  @Test
  void aStoredRunReadsItsOwnBytesAlone() throws IOException {
    byte[] head = npy("<f4", false, "(1000000000, 4)", new byte[0]);
    BytesSource source =
        new BytesSource("a/big.npy", head, head.length + 16_000_000_000L, Map.of());
    StoredTensor tensor = Checkpoint.open(source).find("big").orElseThrow();
    assertArrayEquals(new float[4], Checkpoint.read(tensor, source, 3_999_999_996L, 4));
    assertTrue(source.bytesRead() < 1000, source.bytesRead() + " bytes read");
  }

  @Test
  void npyVersionsAndSpellings() throws IOException {
    String dict = "{\"shape\":(2L,),'fortran_order':False , 'descr':'<f4'}   \n";
    byte[] text = dict.getBytes(StandardCharsets.US_ASCII);
    assertArrayEquals(
        ramp(2), readAll(concat(npyPrefix(1), u16(text.length), text, f32(ramp(2))), "file"));
    for (int version = 2; version <= 3; version++) {
      byte[] file = concat(npyPrefix(version), u16(text.length, 0), text, f32(ramp(2)));
      assertEquals(Checkpoint.Format.NPY, open(file).format());
      assertArrayEquals(ramp(2), readAll(file, "file"));
    }
  }

  @Test
  void structuredArraysAreListed() throws IOException {
    String fields = "[('a]', '<f4'), ('b', [('c', '<i4', (2,))])]";
    byte[] structured =
        npy("{'descr': " + fields + ", 'fortran_order': False, 'shape': (1,)}", new byte[12]);
    assertEquals(fields, open(structured).tensors().get(0).dtypeName());
    assertEquals(DType.OTHER, open(structured).tensors().get(0).dtype());
  }

  @Test
  void numbersOfEitherByteOrderAndIntegersAreRead() throws IOException {
    byte[] one = {0, 0, 0, 0, 0, 0, (byte) 0xF0, 0x3F};
    assertArrayEquals(new float[] {1}, readAll(npy("<f8", false, "(1,)", one), "file"));
    byte[] turned = {0x3F, (byte) 0x80, 0, 0, 0x40, 0, 0, 0};
    assertArrayEquals(new float[] {1, 2}, readAll(npy(">f4", false, "(2,)", turned), "file"));
    assertArrayEquals(
        new float[] {258, -1},
        readAll(npy(">i2", false, "(2,)", new byte[] {1, 2, -1, -1}), "file"));
    assertArrayEquals(
        new float[] {1, 0}, readAll(npy("|b1", false, "(2,)", new byte[] {1, 0}), "file"));
    for (String integers : new String[] {"<i8", ">u4", "|i1", "|b1"}) {
      StoredTensor tensor = open(npy(integers, false, "(0,)", new byte[0])).tensors().get(0);
      assertTrue(tensor.holdsNoWeights(), integers);
      assertFalse(tensor.isWeights(), integers);
    }
  }

  @Test
  void zip64() throws IOException {
    byte[] file = Zip64Bytes.of("w.npy", npy("<f4", false, "(3,)", f32(ramp(3))));
    assertArrayEquals(ramp(3), readAll(file, "w"));
  }

  @Test
  void anEmptyNpzHasNoTensors() throws IOException {
    byte[] file = new byte[22];
    System.arraycopy(new byte[] {'P', 'K', 5, 6}, 0, file, 0, 4);
    assertEquals(List.of(), open(file).tensors());
  }
}
