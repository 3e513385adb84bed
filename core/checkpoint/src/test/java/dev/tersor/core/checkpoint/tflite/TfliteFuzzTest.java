package dev.tersor.core.checkpoint.tflite;

import static dev.tersor.core.checkpoint.Fixtures.f32;
import static dev.tersor.core.checkpoint.Fixtures.ramp;
import static dev.tersor.core.checkpoint.tflite.TfliteBytes.CONV_2D;
import static dev.tersor.core.checkpoint.tflite.TfliteBytes.FLOAT32;
import static dev.tersor.core.checkpoint.tflite.TfliteBytes.INT8;

import dev.tersor.core.Mutations;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.BytesSource;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.checkpoint.tflite.TfliteBytes.Tensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TfliteFuzzTest {
  @Test
  void damaged() {
    int[][] level = {{0, 1, 3}, {3, 0, 2}};
    byte[] file =
        new TfliteBytes()
            .add(new Tensor("w", INT8, 2, 2).data(new byte[4]).scales(1, 2).zeros(0, 0))
            .add(new Tensor("f", FLOAT32, 2, 1, 1, 3).data(f32(ramp(6))))
            .add(
                new Tensor("s", FLOAT32, 2, 4)
                    .data(f32(ramp(3)))
                    .sparsity(TfliteBytes.sparse(new int[] {0, 1}, new int[0], 2, 2, level)))
            .operator(CONV_2D, 7, 6, 1)
            .subgraph("body")
            .add(new Tensor("w", FLOAT32, 1).data(f32(1)))
            .model();
    // The identifier stays: what lacks it is a file of no format.
    byte[] head = Arrays.copyOf(file, 8);
    Mutations.run(
        "tflite",
        Mutations.third() / 4,
        seed -> damaged(file, head, seed),
        seed -> {
          byte[] bytes = damaged(file, head, seed);
          try {
            openAndRead(new BytesSource("fuzzed", bytes));
          } catch (MalformedInputException e) {
            // As it should be.
          }
        });
  }

  private static byte[] damaged(byte[] file, byte[] head, int seed) {
    byte[] damaged = Mutations.damage(file, new Random(seed));
    System.arraycopy(
        head,
        4,
        damaged,
        Math.min(4, damaged.length),
        Math.max(0, Math.min(4, damaged.length - 4)));
    return damaged;
  }

  private static void openAndRead(BytesSource source) throws IOException {
    for (StoredTensor tensor : Checkpoint.open(source).tensors()) {
      long size = tensor.shape().size();
      if (tensor.dtype().isKnown() && size > 0) {
        Checkpoint.read(tensor, source, 0, 1);
        Checkpoint.read(tensor, source, size - 1, 1);
        Checkpoint.read(tensor, source, 0, (int) Math.min(size, 1 << 16));
      }
    }
  }
}
