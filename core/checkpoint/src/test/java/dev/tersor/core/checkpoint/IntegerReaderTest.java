package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.Fixtures.assertMessage;
import static dev.tersor.core.checkpoint.Fixtures.npy;
import static dev.tersor.core.checkpoint.Fixtures.zip;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tensor.IntegerFormat;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class IntegerReaderTest {
  private static byte[] read(byte[] file, String tensor) throws IOException {
    BytesSource source = new BytesSource("dir/file", file);
    return IntegerReader.read(Checkpoint.open(source).find(tensor).orElseThrow(), source);
  }

  @Test
  void numbersComeInRowMajorOrderAndLittleEndian() throws IOException {
    byte[] columns = {1, 0, 4, 0, 2, 0, 5, 0, 3, 0, 6, 0};
    byte[] rows = {1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0};
    for (boolean deflated : new boolean[] {false, true}) {
      byte[] file =
          zip(
              deflated,
              "c.npy",
              npy("<i2", false, "(2, 3)", rows),
              "f.npy",
              npy("<u2", true, "(2, 3)", columns),
              "b.npy",
              npy(">i4", false, "(1,)", new byte[] {1, 2, 3, 4}));
      assertArrayEquals(rows, read(file, "c"));
      assertArrayEquals(rows, read(file, "f"));
      assertArrayEquals(new byte[] {4, 3, 2, 1}, read(file, "b"));
    }
  }

  @Test
  void viewsAreReadAtTheirStrides() throws IOException {
    // Rows of three columns, every second of six numbers, each row twice.
    Extent extent =
        new Extent("f", 2, 10, Extent.Storage.RAW, 0, 2, new Extent.Strides(List.of(0L, 2L)));
    StoredTensor view =
        new StoredTensor("t", "t", DType.I16, "I16", Shape.of(2, 3), Layout.AS_STORED, extent);
    byte[] file = {9, 9, 1, 2, 9, 9, 3, 4, 9, 9, 5, 6};
    assertArrayEquals(
        new byte[] {1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6},
        IntegerReader.read(view, new BytesSource("f", file)));
  }

  @Test
  void fourBitsBecomeEight() throws IOException {
    for (DType dtype : new DType[] {DType.I4, DType.U4}) {
      StoredTensor tensor = tensor(dtype, 3);
      byte[] read = IntegerReader.read(tensor, new BytesSource("f", new byte[] {0x2F, 0x08}));
      byte[] expected = dtype == DType.I4 ? new byte[] {-1, 2, -8} : new byte[] {15, 2, 8};
      assertArrayEquals(expected, read);
      assertEquals(
          dtype == DType.I4 ? IntegerFormat.I8 : IntegerFormat.U8, tensor.integers().orElseThrow());
    }
  }

  @Test
  void whatHoldsNoIntegersIsRefused() {
    assertMessage(
        assertThrows(
            IllegalArgumentException.class,
            () -> IntegerReader.read(tensor(DType.F16, 1), new BytesSource("f", new byte[2]))),
        "dtype F16 is no integer");
    byte[] file = npy("<i2", false, "(3,)", new byte[6]);
    BytesSource cut = new BytesSource("dir/file", Arrays.copyOf(file, file.length - 1));
    assertThrows(
        MalformedInputException.class,
        () ->
            IntegerReader.read(
                Checkpoint.open(new BytesSource("dir/file", file)).tensors().get(0), cut));
  }

  private static StoredTensor tensor(DType dtype, int count) {
    Extent extent = Extent.raw("f", 0, dtype.bytesOf(count), dtype);
    return new StoredTensor(
        "t", "t", dtype, dtype.name(), Shape.of(count), Layout.AS_STORED, extent);
  }
}
