package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.Fixtures.assertMalformed;
import static dev.tersor.core.checkpoint.Fixtures.assertMessage;
import static dev.tersor.core.checkpoint.Fixtures.concat;
import static dev.tersor.core.checkpoint.Fixtures.f32;
import static dev.tersor.core.checkpoint.Fixtures.npy;
import static dev.tersor.core.checkpoint.Fixtures.npyPrefix;
import static dev.tersor.core.checkpoint.Fixtures.ramp;
import static dev.tersor.core.checkpoint.Fixtures.u16;
import static dev.tersor.core.checkpoint.Fixtures.u64;
import static dev.tersor.core.checkpoint.Fixtures.zip;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class NumpyDamageTest {
  private static final byte[] W = npy("<f4", false, "(2, 3)", f32(ramp(6)));

  private static byte[] two(boolean deflated) throws IOException {
    return zip(deflated, "w.npy", W, "v.npy", npy("<f4", true, "(2,)", f32(ramp(2))));
  }

  /** A copy with a 16- or 32-bit field overwritten. */
  private static byte[] with(byte[] file, int at, byte[] field) {
    byte[] copy = file.clone();
    System.arraycopy(field, 0, copy, at, field.length);
    return copy;
  }

  private static int find(byte[] file, int signature, int from) {
    int at = from;
    while (LittleEndian.getInt(file, at) != signature) {
      at++;
    }
    return at;
  }

  @Test
  void everyTruncation() throws IOException {
    for (byte[] file : new byte[][] {W, two(false), two(true)}) {
      for (int length = 0; length < file.length; length++) {
        assertMalformed(Arrays.copyOf(file, length));
      }
    }
    assertMalformed(Arrays.copyOf(W, W.length + 1), "'file'", "needs 24 bytes, it has 25");
  }

  @Test
  void npyHeadersThatLie() {
    assertMalformed(npy("<f4", false, "(3, 3)", f32(ramp(6))), "3x3 of <f4 needs 36 bytes");
    assertMalformed(npy("<f2", false, "(2, 3)", f32(ramp(6))), "2x3 of <f2 needs 12 bytes");
    assertMalformed(npy("<i8", false, "(2, 3)", f32(ramp(6))), "2x3 of <i8 needs 48 bytes");
    assertMalformed(npy("<f4", false, "(-2, -3)", f32(ramp(6))), "negative");
    assertMalformed(npy("<f4", false, "(4611686018427387904, 4)", f32(1)), "2^63");
    assertMalformed(npy("<f4", false, "(4611686018427387904,)", f32(1)), "2^63");
    assertMalformed(npy("<f4", false, "(99999999999999999999,)", f32(1)), "dimension");
    assertMalformed(npy("<f4", false, "(" + "1,".repeat(65) + ")", f32(1)), "64");
    assertMalformed(concat(npyPrefix(4), u16(2), new byte[2]), "npy version 4.0");
    assertMalformed(concat(npyPrefix(2), u16(0xFFFF, 0x7FFF), new byte[9]), "2147483647 bytes");
    assertMalformed(concat(npyPrefix(2), u16(0xFFFF, 0xFFFF), new byte[9]), "4294967295 bytes");
  }

  @Test
  void npyDictionariesThatAreNone() {
    String good = "'descr': '<f4', 'fortran_order': False, 'shape': (1,)";
    for (String dict :
        new String[] {
          "",
          "{",
          good,
          "{" + good,
          "{" + good + "} x",
          "{" + good + "}\0",
          "{" + good + ", 'more': 1}",
          "{" + good + ", 'shape': (1,)}",
          "{'descr': '<f4', 'shape': (1,)}",
          "{'descr': '<f4' 'fortran_order': False, 'shape': (1,)}",
          "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}",
          "{'descr': '<f4', 'fortran_order': False, 'shape': (1)}",
          "{'descr': '<f4', 'fortran_order': False, 'shape': 1}",
          "{'descr': '<f4', 'fortran_order': False, 'shape': (1 1)}",
          "{'descr': '<f4', 'fortran_order': False, 'shape': (,)}",
          "{'descr': '<f4', 'fortran_order': False, 'shape': (+1,)}",
          "{'descr': '<f4', 'fortran_order': False, 'shape': (1,",
          "{'descr': '<f4, 'fortran_order': False, 'shape': (1,)}",
          "{'descr': " + "[".repeat(50_000) + ", 'fortran_order': False, 'shape': (1,)}",
          "{descr: '<f4', 'fortran_order': False, 'shape': (1,)}",
        }) {
      assertMalformed(npy(dict, f32(1)), "'file'", "npy header");
    }
  }

  @Test
  void zipSizesThatLie() throws IOException {
    byte[] stored = two(false);
    int record = find(stored, 0x02014b50, 0);
    for (int field : new int[] {20, 24}) {
      assertMalformed(with(stored, record + field, u16(9, 0)), "'w'", "cannot hold");
    }
    byte[] both = with(with(stored, record + 20, u16(9, 1)), record + 24, u16(9, 1));
    assertMalformed(both, "'w'", "runs into the directory");
    byte[] less = with(with(stored, record + 20, u16(93, 0)), record + 24, u16(93, 0));
    assertMalformed(less, "'w'", "needs 24 bytes");

    byte[] deflated = two(true);
    int deflatedRecord = find(deflated, 0x02014b50, 0);
    assertMalformed(with(deflated, deflatedRecord + 24, u16(0, 0x7FFF)), "'w'", "cannot hold");
    assertMalformed(with(deflated, deflatedRecord + 24, u16(99, 0)), "'w'", "needs 24 bytes");
    assertMalformed(with(deflated, deflatedRecord + 20, u16(3, 0)), "'w'");
  }

  @Test
  void zipDirectoriesThatLie() throws IOException {
    byte[] file = two(false);
    int record = find(file, 0x02014b50, 0);
    int second = find(file, 0x02014b50, record + 1);
    int end = find(file, 0x06054b50, 0);
    assertMalformed(with(file, end + 10, u16(1)), "2 entries, its end record says 1");
    assertMalformed(with(file, end + 10, u16(0xFFFF)), "says 65535");
    assertMalformed(with(file, end + 12, u16(1, 0)), "does not reach");
    assertMalformed(with(file, end + 16, u16(0xFFFF, 0xFFFF)), "does not reach");
    assertMalformed(with(file, end + 20, u16(1)), "end record");
    assertMalformed(with(file, record, u16(0)), "no zip directory record");
    assertMalformed(with(file, record + 8, u16(1)), "'w'", "encrypted");
    assertMalformed(with(file, record + 10, u16(8)), "'w'", "not that of the directory");
    assertMalformed(with(file, record + 28, u16(0xFFFF)), "ends early");
    assertMalformed(with(file, record + 42, u16(1, 0)), "'w'", "not that of the directory");
    assertMalformed(with(file, record + 42, u16(0xFFFF, 0x7FFF)), "'w'", "starts at byte");
    assertMalformed(with(file, second + 42, u16(0, 0)), "'v'", "overlaps");
    assertMalformed(with(file, 28, u16(0xFFFF)), "'w'", "runs into the directory");
    byte[] lzma = with(with(file, record + 10, u16(14)), 8, u16(14));
    assertMalformed(lzma, "'w'", "zip method 14, expected 0 or 8");
    // Both files named v.npy, in the directory and before their contents.
    byte[] twice = with(with(file, 30, new byte[] {'v'}), record + 46, new byte[] {'v'});
    assertMalformed(twice, "'v'", "twice");
  }

  @Test
  void zip64ThatLies() {
    byte[] file = Zip64Bytes.of("w.npy", W);
    int end64 = find(file, 0x06064b50, 0);
    int locator = find(file, 0x07064b50, 0);
    int record = find(file, 0x02014b50, 0);
    assertMalformed(with(file, locator + 8, u64(-1)), "18446744073709551615");
    assertMalformed(with(file, locator + 8, u64(3)), "no zip64 end record");
    assertMalformed(with(file, end64 + 32, u64(1L << 62)), "says 4611686018427387904");
    assertMalformed(with(file, end64 + 40, u64(1L << 62)), "does not reach");
    assertMalformed(with(file, end64 + 48, u64(-1)), "does not reach");
    assertMalformed(with(file, record + 46 + 5 + 6 + 2, u16(8)), "'w.npy'", "zip64");
    assertMalformed(with(file, record + 46 + 5 + 6 + 4, u64(-1)), "'w.npy'", "2^63");
    assertMalformed(with(file, record + 46 + 5 + 2, u16(999)), "'w.npy'", "extra");
  }

  @Test
  void zipsOfOtherThings() throws IOException {
    assertMalformed(zip(true, "archive/other.pkl", new byte[9]), "not a NumPy .npz");
    assertMalformed(zip(true, "w.npy", new byte[99]), "'w'", "no npy header");
  }

  @Test
  void compressedBytesThatAreDamagedOrTooMany() throws IOException {
    byte[] npy = npy("<f4", false, "(20000,)", f32(ramp(20_000)));
    byte[] file = zip(true, "w.npy", npy);
    BytesSource source = new BytesSource("f", file);
    StoredTensor tensor = Checkpoint.open(source).tensors().get(0);
    byte[] damaged = file.clone();
    Arrays.fill(damaged, file.length / 2, file.length / 2 + 50, (byte) 0xFF);
    MalformedInputException e =
        assertThrows(
            MalformedInputException.class,
            () -> Checkpoint.read(tensor, new BytesSource("f", damaged), 0, 20_000));
    assertMessage(e, "f: tensor 'w'", "damaged or end early");

    // The header and the directory agree on fewer elements than the stream holds.
    byte[] more = zip(true, "w.npy", concat(W, new byte[8]));
    byte[] lying = with(more, find(more, 0x02014b50, 0) + 24, u16(W.length, 0));
    BytesSource lyingSource = new BytesSource("f", lying);
    StoredTensor shorter = Checkpoint.open(lyingSource).tensors().get(0);
    Checkpoint.read(shorter, lyingSource, 0, 5);
    assertMessage(
        assertThrows(
            MalformedInputException.class, () -> Checkpoint.read(shorter, lyingSource, 0, 6)),
        "inflates to more");
  }
}
