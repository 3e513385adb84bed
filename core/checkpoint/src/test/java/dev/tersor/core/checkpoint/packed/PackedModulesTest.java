package dev.tersor.core.checkpoint.packed;

import static dev.tersor.core.checkpoint.Fixtures.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.Mutations;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.BytesSource;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.Fixtures;
import dev.tersor.core.checkpoint.Layout;
import dev.tersor.core.checkpoint.SafetensorsBytes;
import dev.tersor.core.checkpoint.StoredCodebook;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.exact.Effort;
import dev.tersor.core.network.Networks;
import dev.tersor.core.quantize.Assignment;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackedModulesTest {
  private static BytesSource source(byte[] file, String... configs) {
    Map<String, byte[]> beside = new java.util.HashMap<>();
    for (int i = 0; i < configs.length; i += 2) {
      beside.put(configs[i], configs[i + 1].getBytes(StandardCharsets.UTF_8));
    }
    return new BytesSource("dir/file", file, file.length, beside);
  }

  private static StoredTensor only(BytesSource source) throws IOException {
    List<StoredTensor> tensors = Checkpoint.open(source).tensors();
    assertEquals(1, tensors.size(), tensors::toString);
    assertEquals("m.weight", tensors.get(0).name());
    assertEquals(Layout.OUT_IN, tensors.get(0).layout());
    return tensors.get(0);
  }

  /** Weights are those of the codes, and codes are found again by what the file says of them. */
  private static void assertWhole(PackedBytes module, BytesSource source) throws IOException {
    StoredTensor weight = only(source);
    assertEquals(Shape.of(module.outputs, module.inputs), weight.shape());
    float[] expected = module.weights();
    float[] read = Checkpoint.read(weight, source, 0, expected.length);
    assertArrayEquals(expected, read);
    Random random = new Random(3);
    for (int i = 0; i < 50; i++) {
      int from = random.nextInt(expected.length);
      int count = random.nextInt(expected.length - from + 1);
      assertArrayEquals(
          java.util.Arrays.copyOfRange(expected, from, from + count),
          Checkpoint.read(weight, source, from, count));
    }
    Segment segment = Segment.cut(weight.shape()).get(0);
    Codebook codebook = StoredCodebook.read(weight, segment, source);
    assertEquals(module.bits, codebook.bits());
    assertArrayEquals(
        expected, codebook.weights(weight.shape(), Assignment.codes(expected, codebook)));
  }

  private static void assertRefused(BytesSource source, String... parts) {
    assertMessage(
        assertThrows(MalformedInputException.class, () -> Checkpoint.open(source)), parts);
  }

  @Test
  void gptqOfEveryWidth() throws IOException {
    for (int bits : new int[] {2, 3, 4, 8}) {
      for (int group : new int[] {32, 64, 128}) {
        PackedBytes module = new PackedBytes(bits, 128, 64, group, bits);
        assertWhole(module, source(module.gptq(new SafetensorsBytes(), "m", true).file()));
        assertWhole(
            module,
            source(
                module.gptq(new SafetensorsBytes(), "m", false).file(),
                "config.json",
                "{\"quantization_config\": {\"checkpoint_format\": \"gptq_v2\", \"bits\": %d, \"group_size\": %d}}"
                    .formatted(bits, group)));
      }
    }
  }

  /** A word by hand: 0x76543210 down one column. */
  @Test
  void aWordHasTheFirstCodeInItsLowBits() throws IOException {
    SafetensorsBytes file = new SafetensorsBytes();
    int[] words = new int[8];
    words[0] = 0x76543210;
    file.words("m.qweight", words, 1, 8)
        .words("m.qzeros", new int[] {0x77777777}, 1, 1)
        .add("m.scales", "F16", Fixtures.u16(new int[] {0x3C00, 0, 0, 0, 0, 0, 0, 0x4000}), 1, 8);
    BytesSource source = source(file.file());
    assertArrayEquals(
        new float[] {-8, -7, -6, -5, -4, -3, -2, -1}, Checkpoint.read(only(source), source, 0, 8));
    assertArrayEquals(new float[] {-16}, Checkpoint.read(only(source), source, 63, 1));
  }

  @Test
  void awq() throws IOException {
    for (int group : new int[] {32, 128}) {
      PackedBytes module = new PackedBytes(4, 128, 48, group, 5);
      assertWhole(
          module,
          source(
              module.awq(new SafetensorsBytes(), "m").file(),
              "quant_config.json",
              "{\"zero_point\": true, \"q_group_size\": %d, \"w_bit\": 4, \"version\": \"GEMM\"}"
                  .formatted(group)));
    }
  }

  @Test
  void compressedTensorsOfEveryWidth() throws IOException {
    for (int bits = 2; bits <= 8; bits++) {
      String config =
          "{\"quantization_config\": {\"format\": \"pack-quantized\", \"config_groups\":"
              + " {\"group_0\": {\"targets\": [\"Linear\"], \"weights\": {\"num_bits\": %d}}}}}"
                  .formatted(bits);
      for (boolean dense : new boolean[] {true, false}) {
        for (int group : new int[] {32, 160}) {
          PackedBytes module = new PackedBytes(bits, 160, 11, group, bits);
          assertWhole(
              module,
              source(
                  module.compressed(new SafetensorsBytes(), "m", dense, true).file(),
                  "config.json",
                  config));
          assertWhole(
              module.symmetric(),
              source(
                  module.compressed(new SafetensorsBytes(), "m", dense, false).file(),
                  "config.json",
                  config));
        }
      }
    }
  }

  @Test
  void actOrderGivesEachInputItsGroup() throws IOException {
    PackedBytes module = new PackedBytes(4, 96, 16, 32, 8).shuffled(9);
    BytesSource source = source(module.gptq(new SafetensorsBytes(), "m", true).file());
    StoredTensor weight = only(source);
    float[] expected = module.weights();
    assertArrayEquals(expected, Checkpoint.read(weight, source, 0, expected.length));
    assertArrayEquals(
        java.util.Arrays.copyOfRange(expected, 90, 300), Checkpoint.read(weight, source, 90, 210));
    Segment segment = Segment.cut(weight.shape()).get(0);
    assertMessage(
        assertThrows(
            IllegalArgumentException.class, () -> StoredCodebook.read(weight, segment, source)),
        "m.weight",
        "act order");
  }

  @Test
  void wholeNumbersAndFloatsWithScales() throws IOException {
    byte[] codes = new byte[32];
    new Random(4).nextBytes(codes);
    for (String dtype : new String[] {"I8", "F8_E4M3", "F8_E5M2"}) {
      for (int scales : new int[] {1, 4}) {
        for (int i = 0; i < codes.length; i++) {
          codes[i] &= (byte) (dtype.equals("I8") ? 0xFF : 0xBB); // no NaN
        }
        float[] steps = {0.5f, 0.25f, 3, 0.1f};
        byte[] file =
            new SafetensorsBytes()
                .add("m.weight", dtype, codes, 4, 8)
                .add(
                    "m.weight_scale",
                    "F32",
                    Fixtures.f32(java.util.Arrays.copyOf(steps, scales)),
                    scales == 1 ? new long[] {1} : new long[] {4, 1})
                .file();
        BytesSource source = source(file);
        StoredTensor weight = Checkpoint.open(source).find("m.weight").orElseThrow();
        float[] plain =
            Checkpoint.read(
                Checkpoint.stored(source).find("m.weight").orElseThrow(), source, 0, 32);
        for (int i = 0; i < plain.length; i++) {
          plain[i] = plain[i] * steps[scales == 1 ? 0 : i / 8] + 0f;
        }
        float[] read = Checkpoint.read(weight, source, 0, 32);
        for (int i = 0; i < read.length; i++) {
          read[i] += 0f; // no negative zero
        }
        assertArrayEquals(plain, read);
        Codebook codebook = StoredCodebook.read(weight, Segment.cut(weight.shape()).get(0), source);
        assertArrayEquals(
            plain, codebook.weights(weight.shape(), Assignment.codes(plain, codebook)));
      }
    }
  }

  @Test
  void blocksOfFp8HaveAScaleEach() throws IOException {
    byte[] codes = new byte[4 * 6];
    java.util.Arrays.fill(codes, (byte) 0x38); // 1
    byte[] scales = Fixtures.f32(1, 2, 3, 4);
    SafetensorsBytes file =
        new SafetensorsBytes()
            .add("m.weight", "F8_E4M3", codes, 4, 6)
            .add("m.weight_scale_inv", "F32", scales, 2, 2);
    BytesSource source = source(file.file());
    float[] expected = new float[24];
    for (int i = 0; i < 24; i++) {
      expected[i] = 1 + (i % 6) / 3 + 2 * (i / 12);
    }
    Fixtures.assertRuns(only(source), source, expected);
    byte[] uneven =
        new SafetensorsBytes()
            .add("m.weight", "F8_E4M3", java.util.Arrays.copyOf(codes, 20), 4, 5)
            .add("m.weight_scale_inv", "F32", scales, 2, 2)
            .file();
    Checkpoint refused = Checkpoint.open(source(uneven));
    assertEquals(List.of(), refused.tensors());
    assertMessage(
        new IllegalArgumentException(refused.unread().get(0).message()), "m.weight", "blocks that");
  }

  @Test
  void modulesMayLieInSeveralShards() throws IOException {
    PackedBytes module = new PackedBytes(4, 64, 16, 32, 1);
    Checkpoint all = Checkpoint.stored(source(module.awq(new SafetensorsBytes(), "m").file()));
    Map<String, byte[]> shards = new java.util.HashMap<>();
    StringBuilder map = new StringBuilder();
    BytesSource source = source(module.awq(new SafetensorsBytes(), "m").file());
    for (StoredTensor tensor : all.tensors()) {
      byte[] bytes = new byte[(int) tensor.extent().length()];
      source.readFully(tensor.extent().offset(), bytes, 0, bytes.length);
      shards.put(
          "s" + shards.size(),
          new SafetensorsBytes()
              .add(tensor.name(), tensor.dtypeName(), bytes, tensor.shape().dims())
              .file());
      map.append(map.length() == 0 ? "" : ",")
          .append("\"%s\":\"s%d\"".formatted(tensor.name(), shards.size() - 1));
    }
    byte[] index = ("{\"weight_map\":{" + map + "}}").getBytes(StandardCharsets.UTF_8);
    BytesSource root = new BytesSource("index.json", index, index.length, shards);
    StoredTensor weight = only(root);
    float[] expected = module.weights();
    assertArrayEquals(
        expected, Checkpoint.read(weight, root.other(weight.extent().file()), 0, expected.length));
  }

  @Test
  void partsAreStillFoundAndOtherTensorsStay() throws IOException {
    SafetensorsBytes file = new SafetensorsBytes().add("b", "F32", Fixtures.f32(1, 2), 2);
    new PackedBytes(4, 32, 8, 32, 1).gptq(file, "m", true).add("m.bias", "F32", Fixtures.f32(3), 1);
    Checkpoint checkpoint = Checkpoint.open(source(file.file()));
    assertEquals(
        List.of("b", "m.weight", "m.bias"),
        checkpoint.tensors().stream().map(StoredTensor::name).toList());
    assertTrue(checkpoint.find("m.qweight").isPresent());
    assertTrue(checkpoint.notes().get(0).contains("less one"), checkpoint.notes()::toString);
    assertTrue(
        Checkpoint.open(
                source(file.file(), "config.json", "{\"quantization_config\":{\"bits\":4}}"))
            .notes()
            .isEmpty());
    assertFalse(Checkpoint.stored(source(file.file())).find("m.weight").isPresent());
  }

  @Test
  void theFileComesBackByteForByte(@TempDir Path folder) throws IOException {
    byte[] gptq = new PackedBytes(4, 256, 64, 32, 1).gptq(new SafetensorsBytes(), "m", true).file();
    Path file = Files.write(folder.resolve("m.safetensors"), gptq);
    Networks.compressExact(file, folder.resolve("m.tersor"), Effort.FAST);
    Networks.decompress(folder.resolve("m.tersor"), folder.resolve("again"));
    assertArrayEquals(gptq, Files.readAllBytes(folder.resolve("again")));
    assertArrayEquals(
        new PackedBytes(4, 256, 64, 32, 1).weights(),
        Networks.open(folder.resolve("m.tersor")).weights("m.weight"));
  }

  @Test
  void whatContradictsIsRefused() {
    PackedBytes module = new PackedBytes(4, 64, 16, 32, 1);
    byte[] gptq = module.gptq(new SafetensorsBytes(), "m", true).file();
    assertRefused(
        source(gptq, "quantize_config.json", "{\"bits\": 3, \"group_size\": 32}"),
        "dir/file: tensor 'm.qweight'",
        "has 4 bits",
        "quantize_config.json says 3");
    assertRefused(
        source(gptq, "quantize_config.json", "{\"bits\": 4, \"group_size\": 64}"),
        "64 inputs in 2 groups",
        "groups of 64");
    assertRefused(
        source(gptq, "quantize_config.json", "{\"bits\": \"four\"}"),
        "quantize_config.json",
        "bits is 'four'");
    assertRefused(source(gptq, "config.json", "{\"quantization_config\": "), "config.json");
    assertRefused(
        source(new SafetensorsBytes().words("m.qweight", new int[4], 2, 2).file()),
        "m.qweight",
        "has no m.scales");
    SafetensorsBytes both = module.gptq(new SafetensorsBytes(), "m", true);
    assertRefused(
        source(both.add("m.weight", "F32", Fixtures.f32(1), 1).file()), "lies beside m.weight");
    assertRefused(
        source(
            new SafetensorsBytes()
                .words("m.qweight", new int[16], 4, 4)
                .words("m.qzeros", new int[3], 1, 3)
                .add("m.scales", "F32", Fixtures.f32(new float[8]), 1, 8)
                .file()),
        "m.qweight",
        "8 columns of GPTQ or 3 of AWQ");
    assertRefused(
        source(
            module.compressed(new SafetensorsBytes(), "m", true, false).file(),
            "config.json",
            "{\"quantization_config\":{\"config_groups\":{\"g\":{\"weights\":{\"num_bits\":3}}}}}"),
        "m.weight_packed",
        "8 words for rows of 64",
        "says bits [3]");
  }

  @Test
  void damagedConfigurations() {
    PackedBytes module = new PackedBytes(4, 64, 16, 32, 1);
    byte[] file = module.gptq(new SafetensorsBytes(), "m", true).file();
    byte[] config =
        "{\"quantization_config\": {\"bits\": 4, \"group_size\": 32, \"x\": [{}]}}"
            .getBytes(StandardCharsets.UTF_8);
    Mutations.run(
        "configurations",
        1000,
        seed -> Mutations.damage(config, new Random(seed)),
        seed -> {
          byte[] damaged = Mutations.damage(config, new Random(seed));
          try {
            Checkpoint.open(
                new BytesSource("f", file, file.length, Map.of("config.json", damaged)));
          } catch (MalformedInputException e) {
            assertTrue(e.getMessage().contains("config.json"), e::getMessage);
          }
        });
  }

  @Test
  void otherPackingsAreNotReadAndSaidToBe() throws IOException {
    PackedBytes module = new PackedBytes(4, 64, 16, 32, 1);
    byte[] awq = module.awq(new SafetensorsBytes(), "m").file();
    Checkpoint checkpoint =
        Checkpoint.open(
            source(awq, "config.json", "{\"quantization_config\": {\"version\": \"gemv\"}}"));
    assertTrue(
        checkpoint.unread().get(0).message().contains("tensor 'm.weight'"),
        checkpoint.unread().get(0)::message);
    assertTrue(checkpoint.unread().get(0).message().contains("'gemv'"));
  }
}
