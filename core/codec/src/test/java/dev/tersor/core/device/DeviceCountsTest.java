package dev.tersor.core.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.Compression;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.tensor.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Instructions of a Cortex-M55 that decoding takes, counted in QEMU, of layers with random
 * near-normal weights as ResNet8's largest has them. They are the same in every run.
 */
class DeviceCountsTest {
  private static final Shape SHAPE = Shape.of(64, 64, 3, 3);

  /** At 30, 50 and 70 % sparsity the most instructions a weight. */
  private static final Map<String, double[]> MOST =
      Map.of(
          "hybrid", new double[] {1.1, 1.0, 0.8},
          "dcsr", new double[] {1.0, 0.8, 0.7},
          "bitmap", new double[] {1.0, 1.0, 1.0},
          "psr", new double[] {1.0, 0.9, 0.7},
          "relative4", new double[] {4, 4, 4});

  /** Bytes of stack beside the output; what runs the decoder is counted in. */
  private static final int MOST_STACK = 256;

  @TempDir Path folder;

  @Test
  void decodersTakeNoMoreThanPromised() throws Exception {
    for (String program : List.of("make", "arm-none-eabi-gcc", "qemu-system-arm")) {
      CompiledC.assumeThereIs(program);
    }
    Random random = new Random(8);
    float[] weights = new float[(int) SHAPE.size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    double[] sparsities = {0.3, 0.5, 0.7};
    Map<String, Double> most = new LinkedHashMap<>();
    List<NetworkTensor> tensors = new ArrayList<>();
    MOST.forEach(
        (recipe, limits) -> {
          for (int i = 0; i < limits.length; i++) {
            String name = recipe + "_" + i;
            most.put(name, limits[i]);
            tensors.add(
                Compression.DEFAULT
                    .sparsity(sparsities[i])
                    .bits(8)
                    .codebook("uniform")
                    .encoding(recipe)
                    .encode(name, SHAPE, weights));
          }
        });
    DeviceExport exported = DeviceExport.of(tensors, Optional.empty(), Long.MAX_VALUE, false);
    for (Map.Entry<String, byte[]> file : exported.files().entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
    String said = CompiledC.run(List.of("make", "-s", "-C", folder.toString(), "count"));
    List<BoardCount> counts = BoardCount.parse(said);
    for (BoardCount counted : counts) {
      double each = counted.instructionsPerWeight();
      assertTrue(each > 0.1 && each <= most.get(counted.name()), counted + ": " + each);
      assertTrue(counted.stack() <= MOST_STACK, counted::toString);
    }
    assertEquals(tensors.size(), counts.size(), said);
  }
}
