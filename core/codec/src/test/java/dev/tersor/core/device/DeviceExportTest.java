package dev.tersor.core.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.Compression;
import dev.tersor.core.encode.Encoding;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.tensor.IntegerFormat;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exported folders build, here and for a board, and decode to what Java decodes. */
class DeviceExportTest {
  private static final String ALL_SAME = "all layers are the same\n";

  @TempDir Path folder;

  private static float[] weights(int count, long seed) {
    Random random = new Random(seed);
    float[] weights = new float[count];
    for (int i = 0; i < count; i++) {
      weights[i] = (float) (random.nextGaussian() * 0.1);
    }
    return weights;
  }

  private static NetworkTensor coded(String name, String codebook, int bits, String recipe) {
    Shape shape = Shape.of(24, 10, 3, 3);
    return Compression.DEFAULT
        .sparsity(0.6)
        .bits(bits)
        .codebook(codebook)
        .encoding(recipe)
        .encode(name, shape, weights((int) shape.size(), name.hashCode()));
  }

  /** A layer for each kind of decoder and of codebook, and tensors of plain numbers. */
  private static List<NetworkTensor> network() {
    List<NetworkTensor> tensors = new ArrayList<>();
    int layer = 0;
    for (String recipe :
        List.of(
            "dense",
            "bitmap",
            "relative4",
            "relative5/huffman",
            "gap4/rans",
            "psr",
            "dcsr",
            "dcsr/rans",
            "hybrid",
            "hybrid(sizes=16+8)",
            "hybrid-bitmap/huffman",
            "groupwise",
            "groupwise/wavelet-fast",
            "bitmap/wavelet")) {
      tensors.add(coded("layer" + layer++ + ".weight", "uniform", 8, recipe));
      tensors.add(coded("narrow" + layer + "/w", layer % 2 == 0 ? "exact" : "lsq", 3, recipe));
    }
    tensors.add(coded("rows", "uniform-channel", 4, "bitmap"));
    tensors.add(coded("groups", "uniform-group(n=16)", 5, "hybrid/huffman"));
    tensors.add(
        new NetworkTensor.Plain("a.bias", Shape.of(3), new float[] {1, -0.1f, 1e-30f}, false));
    byte[] longs = new byte[16];
    longs[0] = 7;
    longs[15] = -1;
    tensors.add(new NetworkTensor.Integers("steps", Shape.of(2), IntegerFormat.I64, longs));
    return tensors;
  }

  private Path write(DeviceExport exported) throws IOException {
    Path to = Files.createDirectory(folder.resolve("device" + exported.hashCode()));
    for (Map.Entry<String, byte[]> file : exported.files().entrySet()) {
      Files.write(to.resolve(file.getKey()), file.getValue());
    }
    return to;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theTestOfAFolderPasses(boolean isBinary) throws Exception {
    CompiledC.assumeThereIs("gcc");
    CompiledC.assumeThereIs("make");
    Path to = write(DeviceExport.of(network(), Optional.empty(), Long.MAX_VALUE, isBinary));
    String said = CompiledC.run(List.of("make", "-s", "-C", to.toString(), "CC=gcc", "test"));
    assertTrue(said.endsWith(ALL_SAME), said);
    assertEquals(30, said.lines().filter(line -> line.startsWith("same ")).count());
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "no"})
  void aBoardDecodesTheSame(String vectors) throws Exception {
    for (String program : List.of("make", "arm-none-eabi-gcc", "qemu-system-arm")) {
      CompiledC.assumeThereIs(program);
    }
    Path to = write(DeviceExport.of(network(), Optional.empty(), Long.MAX_VALUE, false));
    String said =
        CompiledC.run(List.of("make", "-s", "-C", to.toString(), "MVE=" + vectors, "run-board"));
    assertTrue(said.endsWith(ALL_SAME), said);
    assertEquals(30, said.lines().filter(line -> line.startsWith("same ")).count());
  }

  /** A change of a byte in flash is found by checks, or by the checksum. */
  @Test
  void aDamagedFolderDoesNotPass() throws Exception {
    CompiledC.assumeThereIs("gcc");
    CompiledC.assumeThereIs("make");
    Path to = write(DeviceExport.of(network(), Optional.empty(), Long.MAX_VALUE, true));
    byte[] flash = Files.readAllBytes(to.resolve("weights.bin"));
    flash[flash.length / 2] ^= 4;
    Files.write(to.resolve("weights.bin"), flash);
    AssertionError failed =
        assertThrows(
            AssertionError.class,
            () -> CompiledC.run(List.of("make", "-s", "-C", to.toString(), "CC=gcc", "test")));
    assertTrue(failed.getMessage().contains("WRONG "), failed.getMessage());
  }

  @Test
  void onlyDecodersInUseAreThere() {
    List<NetworkTensor> one = List.of(coded("w", "uniform", 8, "bitmap"));
    Map<String, byte[]> files =
        DeviceExport.of(one, Optional.empty(), Long.MAX_VALUE, false).files();
    assertTrue(files.containsKey("tersor_bitmap_mve.c"));
    assertFalse(files.containsKey("tersor_huffman.c"));
    assertFalse(files.containsKey("tersor_groups.c"));
  }

  /** Code at -Os for a Cortex-M55: what the documentation promises. */
  @Test
  void decodersAreSmall() throws Exception {
    CompiledC.assumeThereIs("arm-none-eabi-gcc");
    CompiledC.assumeThereIs("arm-none-eabi-size");
    Pattern text = Pattern.compile("\\n\\s*(\\d+)\\s+(\\d+)\\s+(\\d+)");
    for (String vectors : List.of("", "_mve")) {
      for (Path source : CompiledC.sources("tersor_.*" + vectors + "[.]c")) {
        String name = source.getFileName().toString();
        Path object = folder.resolve(name + ".o");
        CompiledC.run(
            List.of(
                "arm-none-eabi-gcc",
                "-std=c99",
                "-Os",
                "-mcpu=cortex-m55",
                "-mthumb",
                "-mfloat-abi=hard",
                "-c",
                source.toString(),
                "-o",
                object.toString()));
        Matcher size =
            text.matcher(CompiledC.run(List.of("arm-none-eabi-size", object.toString())));
        assertTrue(size.find());
        int most =
            name.matches("tersor_(bitmap|relative|psr).*")
                ? 1024
                : name.startsWith("tersor_products") ? 4096 : 2048;
        assertTrue(Integer.parseInt(size.group(1)) <= most, name + ": " + size.group(1));
        assertEquals("0", size.group(3), name + " has memory of its own");
      }
    }
  }

  @Test
  void memoryDecidesTheRecipe() {
    List<NetworkTensor> one = List.of(coded("w", "uniform", 8, "hybrid"));
    Optional<Encoding> any = Optional.of(Encoding.parse("auto(access=parallel)"));
    assertTrue(
        DeviceExport.of(one, any, 90, false).layers().get("w").scheme().isByRows(), "not by rows");
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> DeviceExport.of(one, Optional.empty(), 2159, false));
    assertTrue(
        refusal
            .getMessage()
            .startsWith(
                "tensor 'w': hybrid/packed takes 2160 bytes of memory for codes, there are 2159;"
                    + " 2160 bytes hold them all, and a row of 90 at a time those of dense, "),
        refusal.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> DeviceExport.of(one, any, 89, false).files());
  }

  @Test
  void namesThatCannotBeAreTold() {
    for (String[] names : new String[][] {{"a.b", "a_b"}, {"größe"}, {""}}) {
      List<NetworkTensor> tensors = new ArrayList<>();
      for (String name : names) {
        tensors.add(new NetworkTensor.Plain(name, Shape.of(1), new float[1], false));
      }
      assertThrows(
          IllegalArgumentException.class,
          () -> DeviceExport.of(tensors, Optional.empty(), Long.MAX_VALUE, false));
    }
  }

  @Test
  void whatHasNoDecoderNamesTheTensor() {
    for (NetworkTensor tensor :
        List.of(
            coded("w", "uniform", 8, "rice"),
            coded("w", "uniform", 8, "dense/zstd"),
            coded("w", "nf4", 4, "dense"))) {
      IllegalArgumentException refusal =
          assertThrows(
              IllegalArgumentException.class,
              () -> DeviceExport.of(List.of(tensor), Optional.empty(), Long.MAX_VALUE, false));
      assertTrue(refusal.getMessage().startsWith("tensor 'w': "), refusal.getMessage());
    }
  }
}
