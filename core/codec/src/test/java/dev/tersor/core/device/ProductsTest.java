package dev.tersor.core.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.Compression;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.tensor.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Products straight from stored weights are those of the dense codes. */
class ProductsTest {
  private static final String[] RECIPES = {
    "dcsr", "hybrid", "hybrid(sizes=16+8)", "groupwise", "hybrid(sizes=5+3)"
  };

  private static final double[] SPARSITIES = {0, 0.3, 0.7, 0.95, 0.998};

  @TempDir Path folder;

  /** Rows that are short, long, of whole vectors or not, at every sparsity. */
  private static List<NetworkTensor> network() {
    List<NetworkTensor> tensors = new ArrayList<>();
    Random random = new Random(3);
    int number = 0;
    for (String recipe : RECIPES) {
      for (double sparsity : SPARSITIES) {
        for (int columns : new int[] {1, 7, 48, 301}) {
          int rows = 1 + random.nextInt(2400 / columns);
          float[] weights = new float[rows * columns];
          for (int i = 0; i < weights.length; i++) {
            // No weight is so small that it is kept and rounded to 0.
            double drawn = random.nextGaussian();
            weights[i] = (float) (drawn + Math.signum(drawn));
          }
          tensors.add(
              Compression.DEFAULT
                  .sparsity(sparsity)
                  .bits(8)
                  .codebook("uniform")
                  .encoding(recipe)
                  .encode("w" + number++, Shape.of(rows, columns), weights));
        }
      }
    }
    return tensors;
  }

  private void write(List<NetworkTensor> tensors) throws Exception {
    DeviceExport exported = DeviceExport.of(tensors, Optional.empty(), Long.MAX_VALUE, false, true);
    for (Map.Entry<String, byte[]> file : exported.files().entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
  }

  private static void assertAllTheSame(String said, int layers) {
    assertEquals(layers, said.lines().filter(line -> line.endsWith(" same")).count(), said);
    assertFalse(said.contains("WRONG"), said);
  }

  @Test
  void productsAreThoseOfDenseCodes() throws Exception {
    CompiledC.assumeThereIs("gcc");
    CompiledC.assumeThereIs("make");
    List<NetworkTensor> tensors = network();
    write(tensors);
    List<String> make =
        List.of(
            "make",
            "-s",
            "-C",
            folder.toString(),
            "CC=gcc",
            "OPTIMISE=-O1 -pedantic -Werror -fsanitize=address,undefined -fno-sanitize-recover");
    List<String> products = new ArrayList<>(make);
    products.add("products-test");
    assertAllTheSame(CompiledC.run(products), tensors.size());
    // And what is stored once decodes to the same codes.
    List<String> test = new ArrayList<>(make);
    test.add("test");
    assertTrue(CompiledC.run(test).endsWith("all layers are the same\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "no"})
  void andOnTheBoard(String vectors) throws Exception {
    for (String program : List.of("make", "arm-none-eabi-gcc", "qemu-system-arm")) {
      CompiledC.assumeThereIs(program);
    }
    List<NetworkTensor> tensors = network();
    write(tensors);
    String said =
        CompiledC.run(List.of("make", "-s", "-C", folder.toString(), "MVE=" + vectors, "products"));
    assertAllTheSame(said, tensors.size());
  }

  @Test
  void whatIsNotStoredSoIsLeftOut() throws Exception {
    CompiledC.assumeThereIs("gcc");
    CompiledC.assumeThereIs("make");
    List<NetworkTensor> tensors = new ArrayList<>();
    float[] weights = {1, -2, 3, 4, 5, 6};
    for (String recipe : List.of("bitmap", "dcsr/huffman", "hybrid(remainder=bitmap)")) {
      tensors.add(coded("w" + tensors.size(), recipe, 8, "uniform", weights));
    }
    tensors.add(coded("narrow", "dcsr", 4, "uniform", weights));
    tensors.add(coded("table", "dcsr", 8, "exact", weights));
    write(tensors);
    String said =
        CompiledC.run(List.of("make", "-s", "-C", folder.toString(), "CC=gcc", "products-test"));
    assertEquals(5, said.lines().filter(line -> line.startsWith("left out ")).count(), said);
  }

  private static NetworkTensor coded(
      String name, String recipe, int bits, String codebook, float[] weights) {
    return Compression.DEFAULT
        .bits(bits)
        .codebook(codebook)
        .encoding(recipe)
        .encode(name, Shape.of(2, 3), weights);
  }

  @Test
  void aWeightIsStoredOnce() {
    NetworkTensor.Coded tensor = (NetworkTensor.Coded) network().get(RECIPES.length * 4 + 7);
    DeviceLayer layer = DeviceLayer.of(tensor.segments().get(0), tensor.recipe());
    DeviceLayer single = SingleValues.of(layer, tensor.shape());
    int kept = tensor.segments().get(0).nonZeros();
    assertEquals(kept, values(single));
    assertTrue(values(layer) > kept, "no weight was stored twice");
    assertArrayEquals(
        layer.streams().get(1).payload(), single.streams().get(1).payload(), "places moved");
  }

  private static int values(DeviceLayer layer) {
    int values = 0;
    for (DeviceStream stream : layer.streams()) {
      if (stream.name().startsWith("lanes-") || stream.name().equals("values")) {
        for (byte value : stream.payload()) {
          values += value == 0 ? 0 : 1;
        }
      }
    }
    return values + layer.remainder().map(ProductsTest::values).orElse(0);
  }
}
