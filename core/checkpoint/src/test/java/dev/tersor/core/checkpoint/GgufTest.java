package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.Fixtures.assertMalformed;
import static dev.tersor.core.checkpoint.Fixtures.assertMessage;
import static dev.tersor.core.checkpoint.Fixtures.assertRuns;
import static dev.tersor.core.checkpoint.Fixtures.concat;
import static dev.tersor.core.checkpoint.Fixtures.f32;
import static dev.tersor.core.checkpoint.Fixtures.open;
import static dev.tersor.core.checkpoint.Fixtures.ramp;
import static dev.tersor.core.checkpoint.Fixtures.readAll;
import static dev.tersor.core.checkpoint.GgufBytes.ARRAY;
import static dev.tersor.core.checkpoint.GgufBytes.STRING;
import static dev.tersor.core.checkpoint.GgufBytes.UINT32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufTest {
  /** Four blocks of Q8_0 with the scales 1, 2, 0.5 and -1, codes 0 to 31 and on. */
  private static byte[] q8(boolean bigEndian) {
    int[] scales = {0x3C00, 0x4000, 0x3800, 0xBC00};
    byte[] bytes = new byte[4 * 34];
    for (int block = 0; block < 4; block++) {
      int low = 34 * block + (bigEndian ? 1 : 0);
      bytes[low] = (byte) scales[block];
      bytes[34 * block + 34 * block + 1 - low] = (byte) (scales[block] >> 8);
      for (int i = 0; i < 32; i++) {
        bytes[34 * block + 2 + i] = (byte) (32 * block + i);
      }
    }
    return bytes;
  }

  private static float[] q8Values() {
    float[] scales = {1, 2, 0.5f, -1};
    float[] values = ramp(128);
    for (int i = 0; i < 128; i++) {
      values[i] *= scales[i / 32];
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tensorsOfNumbersAndOfBlocks(boolean bigEndian) throws IOException {
    GgufBytes writer = new GgufBytes(bigEndian);
    byte[] floats = concat(writer.number(Float.floatToIntBits(1.5f), 4), writer.number(0, 4));
    byte[] file =
        writer
            .alignment(64)
            .tensor("f", 0, floats, 2)
            .tensor("q", 8, q8(bigEndian), 64, 2)
            .tensor("i", 25, writer.number(513, 2))
            .tensor("empty", 0, new byte[0], 0, 7)
            .bytes();
    BytesSource source = new BytesSource("dir/file", file);
    Checkpoint checkpoint = Checkpoint.open(source);
    assertEquals(Checkpoint.Format.GGUF, checkpoint.format());
    StoredTensor q = checkpoint.find("q").orElseThrow();
    assertEquals(Shape.of(2, 64), q.shape());
    assertEquals("Q8_0", q.dtypeName());
    assertTrue(q.isWeights());
    assertEquals(0, q.extent().offset() % 64);
    assertRuns(q, source, q8Values());
    assertArrayEquals(new float[] {1.5f, 0}, readAll(file, "f"));
    assertArrayEquals(new float[] {513}, readAll(file, "i"));
    assertFalse(checkpoint.find("i").orElseThrow().isWeights());
    assertEquals(Shape.of(7, 0), checkpoint.find("empty").orElseThrow().shape());
  }

  @Test
  void version2IsTheSame() throws IOException {
    byte[] file = new GgufBytes(false).version(2).tensor("w", 0, f32(ramp(6)), 3, 1, 2).bytes();
    assertEquals(Shape.of(2, 1, 3), open(file).tensors().get(0).shape());
    assertArrayEquals(ramp(6), readAll(file, "w"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void metadataIsText(boolean bigEndian) throws IOException {
    GgufBytes w = new GgufBytes(bigEndian);
    byte[] nested =
        concat(
            w.number(ARRAY, 4),
            w.number(2, 8),
            w.number(0, 4),
            w.number(3, 8),
            new byte[3],
            w.number(STRING, 4),
            w.number(1, 8),
            w.text("x"));
    byte[] file =
        w.value("general.architecture", STRING, w.text("llama"))
            .value("general.name", STRING, w.text("Größe"))
            .value("u8", 0, new byte[] {-1})
            .value("i8", 1, new byte[] {-1})
            .value("u16", 2, w.number(-1, 2))
            .value("i16", 3, w.number(-1, 2))
            .value("u32", UINT32, w.number(-1, 4))
            .value("i32", 5, w.number(-1, 4))
            .value("f32", 6, w.number(Float.floatToIntBits(1e-5f), 4))
            .value("bool", 7, new byte[] {1})
            .value("u64", 10, w.number(-1, 8))
            .value("i64", 11, w.number(-1, 8))
            .value("f64", 12, w.number(Double.doubleToLongBits(0.1), 8))
            .value("array", ARRAY, nested)
            .value("template", STRING, w.text("x".repeat(2000)))
            .tensor("w", 0, new byte[4], 1)
            .bytes();
    assertEquals(
        Map.ofEntries(
            Map.entry("general.architecture", "llama"),
            Map.entry("general.name", "Größe"),
            Map.entry("u8", "255"),
            Map.entry("i8", "-1"),
            Map.entry("u16", "65535"),
            Map.entry("i16", "-1"),
            Map.entry("u32", "4294967295"),
            Map.entry("i32", "-1"),
            Map.entry("f32", "1.0E-5"),
            Map.entry("bool", "true"),
            Map.entry("u64", "18446744073709551615"),
            Map.entry("i64", "-1"),
            Map.entry("f64", "0.1")),
        open(file).metadata());
  }

  @Test
  void typesThatAreNotReadAreNamed() throws IOException {
    byte[] file =
        new GgufBytes(false)
            .tensor("old", 31, new byte[0], 32)
            .tensor("new", 99, new byte[32], 32)
            .tensor("w", 0, new byte[4], 1)
            .bytes();
    Checkpoint checkpoint = open(file);
    assertEquals(
        List.of("Q4_0_4_4 (removed from ggml)", "ggml type 99", "F32"),
        checkpoint.tensors().stream().map(StoredTensor::dtypeName).toList());
    assertFalse(checkpoint.tensors().get(0).holdsNoWeights());
    assertMessage(
        assertThrows(IllegalArgumentException.class, () -> readAll(file, "new")),
        "'new'",
        "ggml type 99 is not supported");
  }

  @Test
  void countsThatLieAreRefused() {
    GgufBytes w = new GgufBytes(false).tensor("w", 0, new byte[4], 1);
    assertMalformed(w.bytes(1L << 40, 0), "tensors of 1099511627776");
    assertMalformed(w.bytes(-1, 0), "tensors of 18446744073709551615");
    assertMalformed(w.bytes(1, 1L << 40), "1099511627776 values of metadata");
    assertMalformed(w.bytes(1, -1), "values of metadata");
    assertMalformed(w.bytes(2, 0));
    for (long count : new long[] {1L << 40, -1, Long.MIN_VALUE, 1L << 61}) {
      for (int type : new int[] {0, 10, STRING, ARRAY}) {
        GgufBytes lying = new GgufBytes(false);
        assertMalformed(
            lying.value("a", ARRAY, lying.number(type, 4), lying.number(count, 8)).bytes(),
            "an array of " + Long.toUnsignedString(count));
      }
      GgufBytes lying = new GgufBytes(false);
      assertMalformed(lying.value("a", STRING, lying.number(count, 8)).bytes(), "a text of");
      assertMalformed(
          new GgufBytes(false).tensorAt(count & -32, "w", 0, new byte[4], 1).bytes(),
          count == Long.MIN_VALUE || count == -1 ? "offset" : "within");
    }
    GgufBytes deep = new GgufBytes(false);
    byte[] nested = new byte[0];
    for (int i = 0; i < 20; i++) {
      nested = concat(deep.number(ARRAY, 4), deep.number(1, 8), nested);
    }
    assertMalformed(deep.value("a", ARRAY, nested).bytes(), "deeper than 8");
  }

  @Test
  void tensorsThatLieAreRefused() {
    byte[] four = new byte[4];
    assertMalformed(new GgufBytes(false).tensor("w", 0, four, 99).bytes(), "'w'", "396 bytes");
    assertMalformed(new GgufBytes(false).tensor("w", 0, four, -1).bytes(), "negative dimension");
    assertMalformed(
        new GgufBytes(false).tensor("w", 0, four, 1L << 32, 1L << 32).bytes(), "2^63 elements");
    assertMalformed(new GgufBytes(false).tensor("w", 28, four, 1L << 61).bytes(), "2^63 bytes");
    assertMalformed(
        new GgufBytes(false).tensor("w", 2, new byte[36], 2, 32).bytes(),
        "rows of 2 elements",
        "32 of a block of Q4_0");
    assertMalformed(new GgufBytes(false).tensor("w", 2, new byte[18]).bytes(), "rows of 1");
    assertMalformed(new GgufBytes(false).tensorAt(4, "w", 0, four, 1).bytes(), "multiple of 32");
    assertMalformed(
        new GgufBytes(false).tensor("w", 0, four, 1).tensorAt(0, "v", 0, four, 1).bytes(),
        "'v'",
        "overlaps");
    assertMalformed(
        new GgufBytes(false).tensor("w", 0, four, 1).tensor("w", 0, four, 1).bytes(),
        "named twice");
    assertMalformed(
        new GgufBytes(false).tensor("w", 0, four, new long[65]).bytes(), "65 dimensions");
    assertMalformed(new GgufBytes(false).tensor("", 0, four, 1).bytes(), "an empty name");
  }

  @Test
  void otherDamageIsRefused() {
    GgufBytes w = new GgufBytes(false);
    assertMalformed(new GgufBytes(false).version(1).bytes(), "version 1");
    assertMalformed(new GgufBytes(false).version(4).bytes(), "version 4");
    assertMalformed(w.value("a", 13, new byte[8]).bytes(), "the type 13");
    assertMalformed(
        new GgufBytes(false).value("a", 0, new byte[1]).value("a", 0, new byte[1]).bytes(),
        "given twice");
    for (long alignment : new long[] {0, 24, -1}) {
      GgufBytes odd = new GgufBytes(false);
      assertMalformed(
          odd.value("general.alignment", UINT32, odd.number(alignment, 4)).bytes(), "power of two");
    }
    assertMalformed(
        new GgufBytes(false).value("general.alignment", 0, new byte[] {32}).bytes(),
        "power of two");
    GgufBytes notText = new GgufBytes(false);
    assertMalformed(
        notText.value("a", STRING, notText.number(1, 8), new byte[] {-1}).bytes(), "not UTF-8");
    byte[] whole = GgufBytes.small(false);
    for (int length = 4; length < whole.length; length += 5) {
      byte[] cut = Arrays.copyOf(whole, length);
      try {
        open(cut);
        assertTrue(length > whole.length - 32, "only padding may be left out");
      } catch (MalformedInputException e) {
        assertMessage(e, "dir/file");
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }
}
