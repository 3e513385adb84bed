package dev.tersor.core.tflm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.Mutations;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.BytesSource;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.tflm.ModelBuilder.Operator;
import dev.tersor.core.tflm.TfliteGraph.Subgraph;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TflmExportTest {
  private static Map<String, ExportedTensor> byName(TflmNetwork network) {
    return network.tensors().stream()
        .collect(Collectors.toMap(ExportedTensor::name, tensor -> tensor));
  }

  @Test
  void eachTensorGetsItsSmallestForm() {
    byte[] file = SmallNetwork.file();
    TflmNetwork network = TflmExport.of(file);
    Map<String, ExportedTensor> tensors = byName(network);
    assertEquals("pruning", tensors.get("conv/filter").encoding());
    assertEquals("lookup", tensors.get("few/weights").encoding());
    assertEquals("huffman", tensors.get("steep/weights").encoding());
    assertEquals("-", tensors.get("noise/weights").encoding());
    assertTrue(tensors.get("noise/weights").note().startsWith("not smaller: "));
    assertEquals(
        "operand 1 of RESHAPE, which cannot be a decoded tensor", tensors.get("shape").note());
    assertEquals(16384, tensors.get("few/weights").bytes());
    assertEquals(16384 * 3 / 8 + 16 + 8, tensors.get("few/weights").stored());
    int saved = 0;
    for (ExportedTensor tensor : network.tensors()) {
      saved += (int) (tensor.bytes() - tensor.stored());
    }
    assertEquals(file.length - saved, network.bytes().length, 1000);
  }

  @Test
  void everyUseIsDecodedRightBeforeIt() {
    TfliteGraph graph = TfliteGraph.read(TflmExport.of(SmallNetwork.file()).bytes());
    Subgraph subgraph = graph.subgraphs().get(0);
    List<String> names = subgraph.operators().stream().map(graph::operator).toList();
    assertEquals(
        List.of(
            "TFLM_DECODE",
            "CONV_2D",
            "TFLM_DECODE",
            "CONV_2D",
            "ADD",
            "RESHAPE",
            "TFLM_DECODE",
            "FULLY_CONNECTED",
            "TFLM_DECODE",
            "FULLY_CONNECTED",
            "FULLY_CONNECTED"),
        names);
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equals("TFLM_DECODE")) {
        int[] decoded = subgraph.operators().get(i).bytes("outputs").ints();
        int[] used = subgraph.operators().get(i + 1).bytes("inputs").ints();
        assertEquals(used[1], decoded[0]);
      }
    }
    int first = subgraph.operators().get(0).bytes("outputs").ints()[0];
    int second = subgraph.operators().get(2).bytes("outputs").ints()[0];
    assertEquals("conv/filter", subgraph.name(first));
    assertEquals("conv/filter", subgraph.name(second));
    assertTrue(second > first);
    assertArrayEquals(
        subgraph.operators().get(0).bytes("inputs").ints(),
        subgraph.operators().get(2).bytes("inputs").ints());
  }

  /** The bytes of version 1 stay as they are. */
  @Test
  void golden() throws IOException {
    try (InputStream in = TflmExportTest.class.getResourceAsStream("/golden/tflm/small.tflite")) {
      assertArrayEquals(in.readAllBytes(), TflmExport.of(SmallNetwork.file()).bytes());
    }
  }

  @Test
  void theOperatorsTakenOutGiveTheModelBack() {
    byte[] file = SmallNetwork.file();
    TfliteGraph graph = TfliteGraph.read(TflmExport.of(file).bytes());
    DecodeRemoval.remove(graph);
    assertEquals(
        Optional.empty(), FlatComparison.difference(TfliteGraph.read(file).model(), graph.model()));
  }

  /** A model of one layer with a byte of zeros in many, changed before it is written. */
  private static byte[] model(Consumer<ModelBuilder> change) {
    ModelBuilder model = new ModelBuilder();
    FlatNode step = ModelBuilder.quantization(0, new float[] {0.5f}, 0);
    int input = model.tensor("input", ModelBuilder.INT8, 0, step, 1, 64);
    int buffer = model.buffer(new byte[64 * 64]);
    int weights = model.tensor("weights", ModelBuilder.INT8, buffer, step, 64, 64);
    int output = model.tensor("output", ModelBuilder.INT8, 0, step, 1, 64);
    model.operator(Operator.FULLY_CONNECTED, Map.of(), output, input, weights, -1);
    change.accept(model);
    return model.file(input, output);
  }

  private static String note(Consumer<ModelBuilder> change) {
    byte[] file = model(change);
    TflmNetwork network = TflmExport.of(file);
    assertArrayEquals(file, network.bytes());
    return byName(network).values().iterator().next().note();
  }

  @Test
  void whatSpeaksAgainstADecodedTensorIsSaid() {
    assertEquals(
        "operand 0 of SOFTMAX, which cannot be a decoded tensor",
        note(model -> model.operator(Operator.SOFTMAX, Map.of(), 2, 1)));
    assertEquals(
        "operand 0 of OWN, which cannot be a decoded tensor",
        note(model -> model.custom("OWN", 2, 1)));
    assertEquals("metadata has the same buffer", note(model -> model.metadata("mine", 1)));
    assertEquals("DECODE writes no UINT8", note(model -> model.tensor(1).set("type", 3L)));
    assertEquals("a variable", note(model -> model.tensor(1).set("is_variable", 1L)));
    assertEquals(
        "no operator uses it",
        note(
            model ->
                model.tensor(
                    "other", ModelBuilder.INT8, 1, model.tensor(1).node("quantization"), 64, 64)));
  }

  @Test
  void tensorsOfABufferNeedTheSameChannels() {
    Consumer<ModelBuilder> again =
        model -> {
          int other =
              model.tensor(
                  "other", ModelBuilder.INT8, 1, model.tensor(1).node("quantization"), 64, 64);
          model.operator(Operator.FULLY_CONNECTED, Map.of(), 2, 2, other, -1);
        };
    TflmNetwork shared = TflmExport.of(model(again));
    assertEquals("weights and 1 more", shared.tensors().get(0).name());
    assertTrue(shared.tensors().get(0).isEncoded());
    assertEquals(
        "shares its buffer with a tensor of another type or other channels",
        note(
            model -> {
              again.accept(model);
              float[] scales = new float[64];
              Arrays.fill(scales, 1);
              model.tensor(3).set("quantization", ModelBuilder.quantization(0, scales, 0));
            }));
  }

  /** Encoded bytes are no weights; what is stored plainly is read as before. */
  @Test
  void aCheckpointOfItNamesWhatIsEncoded() throws IOException {
    byte[] small = TflmExport.of(SmallNetwork.file()).bytes();
    Checkpoint checkpoint = Checkpoint.open(new BytesSource("small.tflite", small));
    assertEquals(
        Set.of("bytes that TensorFlow Lite Micro's DECODE reads"),
        checkpoint.unread().stream().map(Checkpoint.Unread::where).collect(Collectors.toSet()));
    assertEquals(6, checkpoint.unread().size());
    assertEquals(
        Set.of("conv/bias", "shape", "noise/weights"),
        checkpoint.tensors().stream().map(StoredTensor::name).collect(Collectors.toSet()));
  }

  @Test
  void prunedByMagnitude() {
    byte[] file = SmallNetwork.file();
    byte[] small = TflmExport.of(file, new TflmSettings(0.75, 0, false)).bytes();
    byte[] noise = weights(file, "noise/weights");
    byte[] pruned = weights(small, "noise/weights");
    int zeros = 0;
    int largest = 0;
    for (int i = 0; i < noise.length; i++) {
      zeros += pruned[i] == 0 ? 1 : 0;
      largest = pruned[i] == 0 ? Math.max(largest, Math.abs(noise[i])) : largest;
    }
    assertEquals(noise.length * 3 / 4, zeros);
    for (int i = 0; i < noise.length; i++) {
      assertTrue(pruned[i] == noise[i] || pruned[i] == 0);
      assertTrue(pruned[i] != 0 || Math.abs(noise[i]) <= largest);
    }
  }

  @Test
  void scalesAlongAMiddleAxisKeepTheirWeights() {
    Consumer<ModelBuilder> change =
        model -> {
          model.tensor(1).set("shape", FlatBytes.ints(8, 64, 8));
          model.tensor(1).set("quantization", ModelBuilder.quantization(1, new float[64], 0));
        };
    ExportedTensor lossless = TflmExport.of(model(change)).tensors().get(0);
    assertEquals("huffman", lossless.encoding());
    ExportedTensor changed =
        TflmExport.of(model(change), new TflmSettings(0.5, 0, false)).tensors().get(0);
    assertTrue(changed.note().startsWith("not changed: "), changed::toString);
  }

  @Test
  void fewValuesWithTheirError() {
    byte[] file = SmallNetwork.file();
    TflmNetwork network = TflmExport.of(file, new TflmSettings(0, 3, false));
    byte[] noise = weights(file, "noise/weights");
    byte[] changed = weights(network.bytes(), "noise/weights");
    double error = 0;
    double all = 0;
    for (int i = 0; i < noise.length; i++) {
      error += Math.pow(noise[i] - changed[i], 2);
      all += Math.pow(noise[i], 2);
    }
    ExportedTensor tensor = byName(network).get("noise/weights");
    assertTrue(tensor.isEncoded());
    assertEquals(Math.sqrt(error / all), tensor.error(), 1e-6);
    // Eight steps of a uniform spread leave a sixteenth of it or so.
    assertTrue(tensor.error() > 0.08 && tensor.error() < 0.2, () -> "" + tensor.error());
    assertTrue(IntStream.range(0, noise.length).map(i -> changed[i]).distinct().count() <= 8);
    assertEquals(0, byName(network).get("few/weights").error());
  }

  private static byte[] weights(byte[] file, String name) {
    TfliteGraph graph = TfliteGraph.read(file);
    DecodeRemoval.remove(graph);
    Subgraph subgraph = graph.subgraphs().get(0);
    return IntStream.range(0, subgraph.tensors().size())
        .filter(tensor -> subgraph.name(tensor).equals(name))
        .mapToObj(tensor -> graph.data(subgraph.tensors().get(tensor)).bytes())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatCannotBeExportedIsRefused() {
    assertEquals(
        "compressed already: it has the operator TFLM_DECODE",
        assertThrows(
                IllegalArgumentException.class,
                () -> TflmExport.of(TflmExport.of(SmallNetwork.file()).bytes()))
            .getMessage());
    refused("compressed already", model -> model.metadata("COMPRESSION_METADATA", 1));
    refused("its arena is planned already", model -> model.metadata("OfflineMemoryAllocation", 1));
    refused(
        "tensor weights is stored sparse",
        model -> model.tensor(1).set("sparsity", TfliteGraph.node("SparsityParameters")));
    refused("tensor weights has its data in", model -> model.tensor(1).set("external_buffer", 3L));
  }

  private static void refused(String message, Consumer<ModelBuilder> change) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> TflmExport.of(model(change)));
    assertTrue(e.getMessage().startsWith(message), e.getMessage());
  }

  @Test
  void damageIsToldWithItsPlace() {
    malformed("tensor weights has 4096 bytes, and its shape takes 8192", shape(64, 128));
    malformed("tensor weights has the shape [-1, 64]", shape(-1, 64));
    malformed("a buffer 9 of 2", model -> model.tensor(1).set("buffer", 9L));
    malformed("a tensor 7 of 3", model -> model.operator(Operator.ADD, Map.of(), 2, 7, 1));
    MalformedInputException e =
        assertThrows(MalformedInputException.class, () -> TflmExport.of(new byte[3]));
    assertTrue(e.getMessage().startsWith("no .tflite file"), e.getMessage());
  }

  private static Consumer<ModelBuilder> shape(int... extents) {
    return model -> model.tensor(1).set("shape", FlatBytes.ints(extents));
  }

  private static void malformed(String message, Consumer<ModelBuilder> change) {
    MalformedInputException e =
        assertThrows(MalformedInputException.class, () -> TflmExport.of(model(change)));
    assertTrue(e.getMessage().startsWith(message), e.getMessage());
  }

  @Test
  void whatLiesBehindTheModelIsCounted() {
    byte[] file = SmallNetwork.file();
    TflmNetwork network = TflmExport.of(Arrays.copyOf(file, file.length + 100));
    assertTrue(network.behind() >= 97 && network.behind() <= 100);
    assertArrayEquals(TflmExport.of(file).bytes(), network.bytes());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void damaged(boolean isExported) {
    byte[] file = SmallNetwork.file();
    byte[] source = isExported ? TflmExport.of(file).bytes() : file;
    Mutations.run(
        "a model for TensorFlow Lite Micro",
        Mutations.third() / 60,
        seed -> damaged(source, seed),
        seed -> {
          try {
            if (isExported) {
              DecodeRemoval.remove(TfliteGraph.read(damaged(source, seed)));
            } else {
              TflmSettings lossy = new TflmSettings(0.5, 1 + seed % 7, false);
              TflmExport.of(damaged(source, seed), seed % 2 == 0 ? TflmSettings.LOSSLESS : lossy);
            }
          } catch (MalformedInputException e) {
            // As it should be.
          } catch (IllegalArgumentException e) {
            assertTrue(
                e.getMessage().matches(".*( already| is stored| has its data).*"), e::toString);
          }
        });
  }

  /** Most of the file is weights, which any bytes are; what is damaged is the rest. */
  private static byte[] damaged(byte[] file, int seed) {
    Random random = new Random(seed);
    byte[] damaged = file.clone();
    for (int i = random.nextInt(3); i >= 0; i--) {
      boolean isHead = random.nextBoolean();
      int at = isHead ? random.nextInt(2600) : file.length - 1 - random.nextInt(2600);
      damaged[Math.max(8, at)] = (byte) (random.nextBoolean() ? random.nextInt(256) : 0xFF);
    }
    return seed % 20 == 0 ? Arrays.copyOf(damaged, random.nextInt(file.length)) : damaged;
  }
}
