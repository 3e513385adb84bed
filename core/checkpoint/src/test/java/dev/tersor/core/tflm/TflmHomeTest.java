package dev.tersor.core.tflm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Exported models in TensorFlow Lite Micro's own interpreter, where {@code TFLM_HOME} names a build
 * of it. {@code TFLM_NETWORKS} may name a folder of further .tflite files.
 */
@EnabledIfEnvironmentVariable(named = TflmRunner.HOME, matches = ".+")
class TflmHomeTest {
  private static final int INPUTS = 12;
  private static final String NETWORKS = "TFLM_NETWORKS";

  @TempDir static Path folder;
  private static TflmRunner tflm;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    tflm = TflmRunner.compile(folder);
  }

  @Test
  void theOutputsAreTheSameBitForBit() throws IOException, InterruptedException {
    byte[] file = SmallNetwork.file();
    byte[] small = TflmExport.of(file).bytes();
    TflmRunner.Run before = tflm.run(file, INPUTS, 0);
    TflmRunner.Run after = tflm.run(small, INPUTS, 0);
    assertEquals(INPUTS, before.outputs().stream().distinct().count());
    assertEquals(before.outputs(), after.outputs());
    assertTrue(after.arena() > before.arena());
    // Decoded weights in memory of their own, which each DECODE begins from its start.
    TflmRunner.Run beside = tflm.run(small, INPUTS, 17_000);
    assertEquals(before.outputs(), beside.outputs());
    assertTrue(beside.arena() < after.arena());
  }

  @Test
  @EnabledIfEnvironmentVariable(named = NETWORKS, matches = ".+")
  void networksOfAFolder() throws IOException, InterruptedException {
    List<Path> files;
    try (Stream<Path> all = Files.list(Path.of(System.getenv(NETWORKS)))) {
      files = all.filter(file -> file.toString().endsWith(".tflite")).sorted().toList();
    }
    for (Path path : files) {
      byte[] file = Files.readAllBytes(path);
      TflmNetwork exported = TflmExport.of(file);
      TflmRunner.Run before = tflm.run(file, INPUTS, 0);
      TflmRunner.Run after = tflm.run(exported.bytes(), INPUTS, 0);
      assertEquals(before.outputs(), after.outputs(), path.toString());
      changed(file, new TflmSettings(0.5, 0, false));
      changed(file, new TflmSettings(0.5, 4, false));
    }
  }

  @Test
  void changedWeightsAreDecodedAsTheyWereChanged() throws IOException, InterruptedException {
    changed(SmallNetwork.file(), new TflmSettings(0.5, 0, false));
    changed(SmallNetwork.file(), new TflmSettings(0, 2, false));
  }

  /** Each custom type, in the operator that an export writes beside them. */
  @Test
  void customTypes(@TempDir Path own) throws IOException, InterruptedException {
    TflmRunner decoders = TflmRunner.withDecoders(own);
    byte[] file = SmallNetwork.file();
    List<String> outputs = decoders.run(file, INPUTS, 0).outputs();
    for (DecodeEncoding encoding : DecodeEncodings.ALL) {
      TfliteGraph graph = TfliteGraph.read(file);
      TflmPlan plan = new TflmPlan(graph, List.of(encoding), TflmSettings.LOSSLESS);
      assertTrue(plan.byBuffer().values().stream().anyMatch(buffer -> buffer.form() != null));
      DecodeInsertion.insert(graph, plan.byBuffer());
      byte[] small = graph.write();
      assertEquals(outputs, decoders.run(small, INPUTS, 0).outputs(), encoding.name());
      assertEquals(outputs, decoders.run(small, INPUTS, 17_000).outputs(), encoding.name());
    }
  }

  /** A stream that claims more bytes than there are. */
  @Test
  void damagedLayersAreRefused(@TempDir Path own) throws IOException, InterruptedException {
    TflmRunner decoders = TflmRunner.withDecoders(own);
    byte[] file = SmallNetwork.file();
    TfliteGraph graph = TfliteGraph.read(file);
    TflmPlan plan = new TflmPlan(graph, IndexedLayer.ALL.subList(1, 2), TflmSettings.LOSSLESS);
    DecodeInsertion.insert(graph, plan.byBuffer());
    FlatBytes ancillary = graph.buffers().get(graph.buffers().size() - 1).bytes("data");
    ancillary.bytes()[DecodeForm.FRAME + 8] = (byte) 0xFF;
    ancillary.bytes()[DecodeForm.FRAME + 11] = 1;
    IOException e = assertThrows(IOException.class, () -> decoders.run(graph.write(), 1, 0));
    assertTrue(e.getMessage().contains("DECODE: a stream of"), e.getMessage());
  }

  /** The network of the decoded weights, without DECODE, gives the same. */
  private static void changed(byte[] file, TflmSettings settings)
      throws IOException, InterruptedException {
    byte[] small = TflmExport.of(file, settings).bytes();
    TfliteGraph graph = TfliteGraph.read(small);
    DecodeRemoval.remove(graph);
    TflmRunner.Run plain = tflm.run(graph.write(), INPUTS, 0);
    assertEquals(plain.outputs(), tflm.run(small, INPUTS, 0).outputs());
  }
}
