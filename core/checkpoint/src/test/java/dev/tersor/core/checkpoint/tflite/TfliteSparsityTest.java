package dev.tersor.core.checkpoint.tflite;

import static dev.tersor.core.checkpoint.Fixtures.assertMalformed;
import static dev.tersor.core.checkpoint.Fixtures.assertMessage;
import static dev.tersor.core.checkpoint.Fixtures.assertRuns;
import static dev.tersor.core.checkpoint.Fixtures.f32;
import static dev.tersor.core.checkpoint.Fixtures.readAll;
import static dev.tersor.core.checkpoint.tflite.TfliteBytes.FLOAT32;
import static dev.tersor.core.checkpoint.tflite.TfliteBytes.INT8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.BytesSource;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.checkpoint.tflite.TfliteBytes.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sparse tensors, against a writer that makes them of dense ones. */
class TfliteSparsityTest {
  private static byte[] file(int[] shape, float[] values, TfliteBytes.Part sparsity) {
    return new TfliteBytes()
        .add(new Tensor("w", FLOAT32, shape).data(f32(values)).sparsity(sparsity))
        .model();
  }

  @Test
  void theExampleOfTheFormat() throws IOException {
    int[][] level = {{0, 1, 3}, {3, 0, 2}};
    for (int width : new int[] {1, 2, 4}) {
      byte[] file =
          file(
              new int[] {2, 4},
              new float[] {7, 8, 9},
              TfliteBytes.sparse(new int[] {0, 1}, new int[0], width, 2, level));
      assertArrayEquals(new float[] {0, 0, 0, 7, 8, 0, 9, 0}, readAll(file, "w"));
    }
  }

  /** An independent writer: it walks all index tuples, and keeps sub-trees that are not zero. */
  private static final class Writer {
    final int[] sizes;
    final int[] strides;
    final boolean[] sparse;
    final float[] dense;
    final List<List<Integer>> segments = new ArrayList<>();
    final List<List<Integer>> indices = new ArrayList<>();
    final List<Float> stored = new ArrayList<>();

    Writer(int[] sizes, int[] strides, boolean[] sparse, float[] dense) {
      this.sizes = sizes;
      this.strides = strides;
      this.sparse = sparse;
      this.dense = dense;
      for (int i = 0; i < sizes.length; i++) {
        segments.add(new ArrayList<>(List.of(0)));
        indices.add(new ArrayList<>());
      }
      write(0, 0);
    }

    private boolean isZero(int level, int base) {
      if (level == sizes.length) {
        return dense[base] == 0;
      }
      for (int i = 0; i < sizes[level]; i++) {
        if (!isZero(level + 1, base + i * strides[level])) {
          return false;
        }
      }
      return true;
    }

    private void write(int level, int base) {
      if (level == sizes.length) {
        stored.add(dense[base]);
        return;
      }
      for (int i = 0; i < sizes[level]; i++) {
        int at = base + i * strides[level];
        if (!sparse[level]) {
          write(level + 1, at);
        } else if (!isZero(level + 1, at)) {
          indices.get(level).add(i);
          write(level + 1, at);
        }
      }
      if (sparse[level]) {
        segments.get(level).add(indices.get(level).size());
      }
    }

    private static int[] array(List<Integer> list) {
      return list.stream().mapToInt(Integer::intValue).toArray();
    }

    TfliteBytes.Part part(int[] order, int[] blockMap) {
      Object[] levels = new Object[sizes.length];
      for (int i = 0; i < levels.length; i++) {
        levels[i] =
            sparse[i]
                ? (Object) new int[][] {array(segments.get(i)), array(indices.get(i))}
                : (Object) sizes[i];
      }
      return TfliteBytes.sparse(order, blockMap, 4, levels);
    }

    float[] values() {
      float[] values = new float[stored.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = stored.get(i);
      }
      return values;
    }
  }

  @Test
  void everyOrderBlocksAndLevels() throws IOException {
    Random random = new Random(5);
    // Axes of a 4x6 matrix, then blocks of 2x3 of it: sizes and strides in order of traversal.
    int[][][] forms = {
      {{0, 1}, {}, {4, 6}, {6, 1}},
      {{1, 0}, {}, {6, 4}, {1, 6}},
      {{0, 1, 2, 3}, {0, 1}, {2, 2, 2, 3}, {12, 3, 6, 1}},
      {{1, 0, 3, 2}, {0, 1}, {2, 2, 3, 2}, {3, 12, 1, 6}},
      {{0, 1, 2}, {1}, {4, 2, 3}, {6, 3, 1}},
      {{0, 1, 2, 3}, {1, 0}, {2, 2, 3, 2}, {12, 3, 1, 6}},
    };
    for (int[][] form : forms) {
      for (int mask = 0; mask < 4; mask++) {
        float[] dense = new float[24];
        for (int i = 0; i < dense.length; i++) {
          dense[i] = random.nextInt(4) == 0 ? i + 1 : 0;
        }
        boolean[] sparse = new boolean[form[2].length];
        sparse[0] = (mask & 1) != 0;
        sparse[1] = (mask & 2) != 0;
        Writer writer = new Writer(form[2], form[3], sparse, dense);
        byte[] file = file(new int[] {4, 6}, writer.values(), writer.part(form[0], form[1]));
        BytesSource source = new BytesSource("m", file);
        StoredTensor tensor = Checkpoint.open(source).tensors().get(0);
        assertEquals(writer.stored.size(), tensor.extent().sparsity().stored());
        assertRuns(tensor, source, dense);
      }
    }
  }

  @Test
  void integersWithScales() throws IOException {
    int[][] level = {{0, 1, 3}, {1, 0, 1}};
    byte[] file =
        new TfliteBytes()
            .add(
                new Tensor("w", INT8, 2, 2)
                    .data((byte) 2, (byte) 3, (byte) -4)
                    .scales(0.5f, 10)
                    .zeros(0, 0)
                    .sparsity(TfliteBytes.sparse(new int[] {0, 1}, new int[0], 1, 2, level)))
            .model();
    assertArrayEquals(new float[] {0, 1, 30, -40}, readAll(file, "w"));
  }

  @Test
  void aShapeFarBeyondWhatIsStored() throws IOException {
    int[][] level = {{0, 1}, {7}};
    TfliteBytes.Part one = TfliteBytes.sparse(new int[] {0}, new int[0], 1, (Object) level);
    assertMalformed(
        file(new int[] {Integer.MAX_VALUE}, new float[] {7}, one), "'w'", "1 weights are stored");
    assertMalformed(file(new int[] {(1 << 24) + (1 << 12)}, new float[] {7}, one), "'w'");
    BytesSource source = new BytesSource("m", file(new int[] {1 << 24}, new float[] {7}, one));
    StoredTensor tensor = Checkpoint.open(source).tensors().get(0);
    assertArrayEquals(new float[] {0, 7, 0}, Checkpoint.read(tensor, source, 6, 3));
  }

  @Test
  void levelsThatLie() {
    float[] three = {7, 8, 9};
    int[] order = {0, 1};
    Object[][] bad = {
      {3, new int[][] {{0, 1, 3}, {3, 0, 2}}},
      {2, new int[][] {{0, 3}, {3, 0, 2}}},
      {2, 4},
      {2},
    };
    for (Object[] levels : bad) {
      assertMalformed(
          file(new int[] {2, 4}, three, TfliteBytes.sparse(order, new int[0], 4, levels)), "'w'");
    }
    Object[] good = {2, new int[][] {{0, 1, 3}, {3, 0, 2}}};
    for (int[] orders : new int[][] {{0, 0}, {0, 2}, {-1, 0}, {0}}) {
      assertMalformed(
          file(new int[] {2, 4}, three, TfliteBytes.sparse(orders, new int[0], 4, good)), "'w'");
    }
    for (int[] blocks : new int[][] {{0}, {7}, {-1}}) {
      assertMalformed(
          file(
              new int[] {2, 4},
              three,
              TfliteBytes.sparse(new int[] {0, 1, 2}, blocks, 4, 2, good[1], 3)),
          "'w'");
    }
    for (int[][] level :
        new int[][][] {
          {{0, 1, 3}, {3, 0, 4}},
          {{0, 1, 3}, {3, 0, -1}},
          {{0, 2, 1}, {3, 0, 2}},
          {{1, 1, 3}, {3, 0, 2}},
          {{0, 1, 4}, {3, 0, 2}},
          {{0, 1, 2}, {3, 0, 2}},
        }) {
      byte[] file =
          file(new int[] {2, 4}, three, TfliteBytes.sparse(order, new int[0], 4, 2, level));
      assertMessage(
          assertThrows(MalformedInputException.class, () -> readAll(file, "w")), "'w'", "sparse");
    }
  }
}
