package dev.tersor.jobs.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.FileSource;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.data.ImageShape;
import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.OnnxExport;
import dev.tersor.core.prune.Magnitude;
import dev.tersor.core.quantize.Assignment;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.data.DataCatalog;
import dev.tersor.jobs.data.DataSets;
import dev.tersor.jobs.source.ModelCatalog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trained networks give from their stored tensors what they give from dense weights. */
class StoredInferenceTest {
  private static final int IMAGES = 3;

  @TempDir Path folder;

  /** The trained weights, nine tenths of each tensor's pruned, in four bits. */
  private static List<NetworkTensor> tensors(String model) throws IOException {
    List<NetworkTensor> tensors = new ArrayList<>();
    try (FileSource source =
        FileSource.open(Path.of("../conf/weights/" + model + ".safetensors"))) {
      for (StoredTensor tensor : Checkpoint.open(source).tensors()) {
        Shape shape = tensor.shape();
        float[] values = Checkpoint.read(tensor, source, 0, (int) shape.size());
        tensors.add(
            shape.rank() < 2
                ? new NetworkTensor.Plain(tensor.name(), shape, values, false)
                : coded(tensor.name(), shape, values));
      }
    }
    return tensors;
  }

  private static NetworkTensor.Coded coded(String name, Shape shape, float[] weights) {
    float[] pruned =
        Magnitude.threshold(weights, Magnitude.count(0.9, weights.length)).apply(weights, weights);
    Codebook codebook = CodebookFitters.ALL.get("linear").fit(shape, pruned, 4, 1);
    Codes codes = new Codes(shape, Assignment.codes(pruned, codebook), codebook);
    return new NetworkTensor.Coded(name, shape, Recipe.parse("bitmap"), List.of(codes));
  }

  private static Architecture architecture(String model) {
    return new ModelCatalog("../conf/models").get(model);
  }

  /** Digits that come with this project; of colour images, which do not, random ones. */
  private static LabelledImages images(Architecture architecture, Path folder) {
    List<Long> dims = architecture.input();
    if (dims.get(0) == 1) {
      DataCatalog catalog = new DataCatalog("../conf/data");
      return new DataSets(folder).test(catalog.get("mnist")).first(IMAGES);
    }
    ImageShape shape =
        new ImageShape(dims.get(0).intValue(), dims.get(1).intValue(), dims.get(2).intValue());
    byte[] pixels = new byte[IMAGES * shape.size()];
    new Random(7).nextBytes(pixels);
    List<String> classes = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    return new LabelledImages("random", shape, classes, pixels, new byte[IMAGES]);
  }

  private static float[][] inputs(Architecture architecture, LabelledImages images) {
    TestNetwork network = TestNetwork.of(architecture);
    float[][] levels =
        new Normalisation(network.mean(), network.deviation()).inputs(images.shape(), "test");
    int size = images.shape().size();
    int area = images.shape().height() * images.shape().width();
    float[][] inputs = new float[images.count()][size];
    for (int image = 0; image < inputs.length; image++) {
      for (int i = 0; i < size; i++) {
        inputs[image][i] = levels[i / area][images.pixel(image, i)];
      }
    }
    return inputs;
  }

  private static float[] engine(
      Architecture architecture, List<NetworkTensor> tensors, float[][] inputs, ImageShape shape) {
    Map<String, float[]> values = new HashMap<>();
    tensors.forEach(tensor -> values.put(tensor.name(), tensor.values()));
    FloatBuffer buffer =
        ByteBuffer.allocateDirect(Float.BYTES * inputs.length * shape.size())
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    for (float[] input : inputs) {
      buffer.put(input);
    }
    byte[] model = OnnxExport.of(architecture).with(values);
    try (OnnxNetwork network = Engine.open(architecture.name(), model)) {
      return network.outputs(buffer.flip(), inputs.length, shape);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lenet300", "lenet5", "resnet8"})
  void everyFormGivesTheScoresOfDenseWeightsAndOfAnotherEngine(String model) throws IOException {
    Architecture architecture = architecture(model);
    List<NetworkTensor> tensors = tensors(model);
    LabelledImages images = images(architecture, folder);
    float[][] inputs = inputs(architecture, images);
    float[] expected = engine(architecture, tensors, inputs, images.shape());
    for (String recipe :
        List.of(
            "dense/packed",
            "dense/huffman",
            "bitmap/packed",
            "csr/packed",
            "gap8/packed",
            "hybrid/rans",
            "ras-block/wavelet",
            "ras-block-sparse/wavelet-matrix",
            "sequence/wavelet-quad",
            "sequence/wavelet-rrr")) {
      StoredInference inference = new StoredInference(architecture, tensors, Storage.parse(recipe));
      for (int image = 0; image < inputs.length; image++) {
        float[] scores = inference.scores(inputs[image]);
        float[] dense = inference.denseScores(inputs[image]);
        double scale = 1;
        for (float score : dense) {
          scale = Math.max(scale, Math.abs(score));
        }
        for (int i = 0; i < scores.length; i++) {
          String what = model + " " + recipe + ", image " + image + ", score " + i;
          assertEquals(dense[i], scores[i], 1e-5 * scale, what);
          assertEquals(expected[scores.length * image + i], scores[i], 1e-4 * scale, what);
        }
      }
    }
  }

  @Test
  void aRunSaysWhatEachLayerTook() throws IOException {
    Architecture architecture = architecture("lenet300");
    LabelledImages images = images(architecture, folder);
    StoredInference.Result result =
        new StoredInference(architecture, tensors("lenet300"), new Storage.Own()).run(images);
    assertEquals(IMAGES, result.accuracy().images());
    assertEquals(result.denseAccuracy(), result.accuracy());
    assertTrue(result.difference() <= 1e-5 * result.scale(), result::toString);
    assertTrue(result.nanos() > 0 && result.denseNanos() > 0, result::toString);
    assertEquals(3, result.layers().size());
    StoredInference.LayerResult first = result.layers().get(0);
    assertEquals("bitmap/packed", first.form());
    assertEquals(4 * 784 * 300, first.dense());
    assertTrue(first.stored().orElseThrow() > 784 * 300 / 8);
    assertTrue(first.stored().orElseThrow() < first.dense() / 10);
    assertTrue(first.opened() > 784 * 300 / 8 && first.opened() < first.dense() / 5);
    assertTrue(first.ratio() > 0);
  }

  @Test
  void oneSequenceSaysWhatItsSelectsCost() throws IOException {
    Architecture architecture = architecture("lenet300");
    LabelledImages images = images(architecture, folder);
    StoredInference.Result result =
        new StoredInference(
                architecture, tensors("lenet300"), Storage.parse("sequence/wavelet-fast"))
            .run(images);
    StoredInference.SequenceResult sequence = result.sequence().orElseThrow();
    // Three layers have a border and a flag each, and there is one border after them.
    assertEquals(784 * 300 + 300 * 100 + 100 * 10 + 7, sequence.symbols());
    assertTrue(sequence.placeNanos() > 0, result::toString);
    assertEquals(sequence.bytes(), result.stored());
    assertTrue(sequence.bytes() < 266_200 / 2, result::toString);
    assertTrue(result.layers().stream().allMatch(layer -> layer.stored().isEmpty()));
    IllegalArgumentException unknown =
        assertThrows(IllegalArgumentException.class, () -> Storage.parse("sequence/huffman"));
    assertTrue(unknown.getMessage().contains("wavelet-fast, "), unknown.getMessage());
  }

  @Test
  void whatDoesNotFitIsNamed() throws IOException {
    Architecture architecture = architecture("lenet5");
    List<NetworkTensor> tensors = tensors("lenet300");
    UsageException other =
        assertThrows(
            UsageException.class,
            () -> new StoredInference(architecture, tensors, new Storage.Own()));
    assertTrue(other.getMessage().contains("tensor '"), other.getMessage());
    StoredInference inference =
        new StoredInference(architecture("lenet300"), tensors, Storage.parse("dense"));
    LabelledImages large =
        new LabelledImages(
            "large", new ImageShape(1, 4, 4), List.of("a"), new byte[16], new byte[1]);
    UsageException shape = assertThrows(UsageException.class, () -> inference.run(large));
    assertTrue(shape.getMessage().contains("1x4x4"), shape.getMessage());
    // Rows of 784 do not fit indices of eight bits.
    Storage narrow = Storage.parse("csr8");
    UsageException recipe =
        assertThrows(
            UsageException.class,
            () -> new StoredInference(architecture("lenet300"), tensors, narrow));
    assertTrue(recipe.getMessage().contains("csr8"), recipe.getMessage());
  }
}
