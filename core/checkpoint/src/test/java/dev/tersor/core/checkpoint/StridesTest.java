package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.Fixtures.assertRuns;
import static dev.tersor.core.checkpoint.Fixtures.f32;
import static dev.tersor.core.checkpoint.Fixtures.ramp;
import static dev.tersor.core.checkpoint.Fixtures.u16;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Elements at any strides, compared with their index computed one by one. */
class StridesTest {
  private static final int LEAD = 12;

  /** A tensor over bytes that begin with a few that are not its own. */
  private record View(StoredTensor tensor, BytesSource source) {}

  private static View view(byte[] data, DType dtype, boolean deflated, long[] dims, long[] steps)
      throws IOException {
    byte[] stored = Fixtures.concat(new byte[LEAD], data);
    byte[] file = deflated ? deflate(stored) : stored;
    Extent all =
        new Extent(
            "v",
            0,
            file.length,
            deflated ? Extent.Storage.DEFLATE : Extent.Storage.RAW,
            0,
            1,
            Extent.Order.C);
    Extent extent =
        all.part(
            LEAD,
            data.length,
            dtype.bytes(),
            new Extent.Strides(Arrays.stream(steps).boxed().toList()));
    return new View(
        new StoredTensor("t", "t", dtype, "t", Shape.of(dims), Layout.AS_STORED, extent),
        new BytesSource("v", file));
  }

  private static byte[] deflate(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(9, true);
    try (DeflaterOutputStream stream = new DeflaterOutputStream(out, deflater)) {
      stream.write(bytes);
    } finally {
      deflater.end();
    }
    return out.toByteArray();
  }

  private static float[] oneByOne(float[] stored, long[] dims, long[] steps) {
    int size = (int) Shape.of(dims).size();
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      long rest = i;
      long at = 0;
      for (int axis = dims.length - 1; axis >= 0; axis--) {
        at += rest % dims[axis] * steps[axis];
        rest /= dims[axis];
      }
      values[i] = stored[(int) at];
    }
    return values;
  }

  private static void assertAllRuns(long[] dims, long[] steps) throws IOException {
    int span = 1;
    for (int axis = 0; axis < dims.length; axis++) {
      span += (int) ((dims[axis] - 1) * steps[axis]);
    }
    float[] stored = ramp(span);
    float[] values = oneByOne(stored, dims, steps);
    for (boolean deflated : new boolean[] {false, true}) {
      View view = view(f32(stored), DType.F32, deflated, dims, steps);
      assertRuns(view.tensor(), view.source(), values);
    }
  }

  @Test
  void transposedSlicedRepeatedAndOverlapping() throws IOException {
    assertAllRuns(new long[] {2, 3, 4}, new long[] {12, 1, 3});
    assertAllRuns(new long[] {4, 3, 2}, new long[] {1, 4, 12});
    assertAllRuns(new long[] {3, 4}, new long[] {10, 1});
    assertAllRuns(new long[] {3, 4}, new long[] {7, 2});
    assertAllRuns(new long[] {5, 4}, new long[] {0, 1});
    assertAllRuns(new long[] {5, 4}, new long[] {1, 0});
    assertAllRuns(new long[] {3, 2, 2}, new long[] {0, 0, 0});
    assertAllRuns(new long[] {4, 3}, new long[] {1, 1});
    assertAllRuns(new long[] {1, 5, 1, 2}, new long[] {99, 1, 0, 5});
    assertAllRuns(new long[] {}, new long[] {});
    assertAllRuns(new long[] {1, 1}, new long[] {7, 7});
  }

  @Test
  void anyStrides() throws IOException {
    Random random = new Random(20);
    for (int round = 0; round < 60; round++) {
      int rank = 1 + random.nextInt(4);
      long[] dims = new long[rank];
      long[] steps = new long[rank];
      for (int axis = 0; axis < rank; axis++) {
        dims[axis] = 1L + random.nextInt(rank < 4 ? 4 : 3);
        steps[axis] = random.nextInt(12);
      }
      assertAllRuns(dims, steps);
    }
  }

  /** Widths that do and do not fill a window, steps beyond one. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void largerThanAWindow(boolean deflated) throws IOException {
    Random random = new Random(21);
    int[] halves = IntStream.range(0, 700_000).map(i -> random.nextInt(0x7C00)).toArray();
    byte[] data = u16(halves);
    float[] stored = new float[halves.length];
    DType.F16.decode(data, 0, 2, stored, 0, stored.length);
    List<long[][]> views = new ArrayList<>();
    views.add(new long[][] {{1000, 700}, {1, 1000}});
    views.add(new long[][] {{700, 1000}, {1, 700}});
    views.add(new long[][] {{100, 30, 200}, {200, 20_000, 1}});
    views.add(new long[][] {{3, 7}, {200_000, 40_000}});
    views.add(new long[][] {{600_000}, {1}});
    views.add(new long[][] {{5, 230_000}, {0, 3}});
    for (long[][] one : views) {
      View view = view(data, DType.F16, deflated, one[0], one[1]);
      float[] values = oneByOne(stored, one[0], one[1]);
      int size = values.length;
      for (int[] run : new int[][] {{0, size}, {size / 3, size / 2}, {size - 1, 1}}) {
        assertArrayEquals(
            Arrays.copyOfRange(values, run[0], run[0] + run[1]),
            Checkpoint.read(view.tensor(), view.source(), run[0], run[1]),
            () -> Arrays.toString(one[0]) + Arrays.toString(run));
      }
    }
  }

  /** A row of a large matrix costs its own bytes; the whole of a transposed one is read once. */
  @Test
  void noMoreIsReadThanNeeded() throws IOException {
    int rows = 1000;
    int columns = 200;
    byte[] data = f32(ramp(rows * columns));
    View slice =
        view(data, DType.F32, false, new long[] {rows, columns / 2}, new long[] {columns, 1});
    Checkpoint.read(slice.tensor(), slice.source(), 50L * (columns / 2), columns / 2);
    assertTrue(slice.source().bytesRead() < 2048, slice.source().bytesRead() + " bytes");
    View transposed =
        view(data, DType.F32, false, new long[] {columns, rows}, new long[] {1, columns});
    Checkpoint.read(transposed.tensor(), transposed.source(), 0, rows * columns);
    assertTrue(transposed.source().bytesRead() <= data.length + 1024);
  }

  @Test
  void bytesThatEndEarlyAreSaid() throws IOException {
    View view = view(f32(ramp(4)), DType.F32, false, new long[] {2, 3}, new long[] {1, 2});
    assertThrows(
        MalformedInputException.class, () -> Checkpoint.read(view.tensor(), view.source(), 0, 6));
    assertArrayEquals(new float[] {0, 2}, Checkpoint.read(view.tensor(), view.source(), 0, 2));
  }
}
