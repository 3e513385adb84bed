package dev.tersor.core.checkpoint.keras;

import static dev.tersor.core.checkpoint.Fixtures.assertMalformed;
import static dev.tersor.core.checkpoint.Fixtures.assertMessage;
import static dev.tersor.core.checkpoint.Fixtures.assertRuns;
import static dev.tersor.core.checkpoint.Fixtures.open;
import static dev.tersor.core.checkpoint.Fixtures.ramp;
import static dev.tersor.core.checkpoint.Fixtures.readAll;
import static dev.tersor.core.checkpoint.Fixtures.zip;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.BytesSource;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.Extent;
import dev.tersor.core.checkpoint.Layout;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of h5py; src/test/resources/keras/make.py writes them. */
class KerasTest {
  static byte[] file(String name) throws IOException {
    try (InputStream in = KerasTest.class.getResourceAsStream("/keras/" + name)) {
      return in.readAllBytes();
    }
  }

  private static List<String> names(Checkpoint checkpoint) {
    return checkpoint.tensors().stream().map(StoredTensor::name).toList();
  }

  @Test
  void aModelHasTheNamesOfItsVariables() throws IOException {
    byte[] model = file("model.h5");
    Checkpoint checkpoint = open(model);
    assertEquals(Checkpoint.Format.KERAS, checkpoint.format());
    assertEquals(
        new TreeSet<>(
            List.of(
                "conv2d/bias:0",
                "conv2d/kernel:0",
                "conv2d_transpose/kernel:0",
                "dense/bias:0",
                "dense/kernel:0",
                "depthwise_conv2d/depthwise_kernel:0",
                "model_weights/left/inner/kernel:0",
                "model_weights/right/inner/kernel:0")),
        new TreeSet<>(names(checkpoint)));
    assertEquals(List.of("1 variables of the optimizer left out"), checkpoint.notes());
    assertEquals(List.of(), checkpoint.unread());
    Map<String, Layout> said =
        Map.of(
            "conv2d/kernel:0", Layout.HWIO,
            "dense/kernel:0", Layout.IN_OUT,
            "depthwise_conv2d/depthwise_kernel:0", Layout.DEPTHWISE_HWCM);
    BytesSource source = new BytesSource("m.h5", model);
    for (StoredTensor tensor : Checkpoint.open(source).tensors()) {
      assertEquals(
          said.getOrDefault(tensor.name(), Layout.AS_STORED), tensor.layout(), tensor.name());
      assertEquals("float32", tensor.dtypeName());
      assertEquals(Extent.Storage.RAW, tensor.extent().storage());
      float[] values = ramp((int) tensor.shape().size());
      if (tensor.name().equals("dense/bias:0")) {
        for (int i = 0; i < values.length; i++) {
          values[i] = -values[i];
        }
      }
      assertRuns(tensor, source, values);
    }
    assertEquals(Shape.of(3, 3, 2, 4), checkpoint.find("conv2d/kernel:0").orElseThrow().shape());
  }

  @Test
  void weightsOfKeras3HaveTheirPaths() throws IOException {
    byte[] weights = file("model.weights.h5");
    Checkpoint checkpoint = open(weights);
    assertEquals(15, checkpoint.tensors().size());
    assertArrayEquals(ramp(6), readAll(weights, "layers/dense/vars/0"));
    assertArrayEquals(ramp(3), readAll(weights, "layers/dense/vars/1"));
    for (int i = 0; i < 12; i++) {
      assertArrayEquals(new float[] {i, -i}, readAll(weights, "layers/many/vars/" + i));
    }
    assertArrayEquals(new float[] {1, -3.140625f}, readAll(weights, "brain"));
    assertEquals("bfloat16", checkpoint.find("brain").orElseThrow().dtypeName());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aZipFileOfWeightsIsAModel(boolean deflated) throws IOException {
    byte[] keras =
        zip(
            deflated,
            "metadata.json",
            new byte[] {'{', '}'},
            "model.weights.h5",
            file("model.weights.h5"));
    BytesSource source = new BytesSource("m.keras", keras);
    Checkpoint checkpoint = Checkpoint.open(source);
    assertEquals(Checkpoint.Format.KERAS, checkpoint.format());
    assertEquals(15, checkpoint.tensors().size());
    assertRuns(checkpoint.find("layers/dense/vars/0").orElseThrow(), source, ramp(6));
    assertRuns(checkpoint.find("layers/dense/vars/1").orElseThrow(), source, ramp(3));
  }

  @Test
  void theNewestFormAndEveryNumberType() throws IOException {
    byte[] latest = file("latest.h5");
    Map<String, StoredTensor> tensors =
        open(latest).tensors().stream().collect(Collectors.toMap(StoredTensor::name, t -> t));
    for (String name : List.of("f2", "f4", "f8", ">f4")) {
      assertArrayEquals(ramp(3), readAll(latest, name), name);
      assertTrue(tensors.get(name).isWeights());
    }
    for (String name : List.of("i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8")) {
      assertArrayEquals(ramp(3), readAll(latest, name), name);
      assertTrue(tensors.get(name).holdsNoWeights());
    }
    assertArrayEquals(new float[] {7}, readAll(latest, "scalar"));
    assertEquals(Shape.of(0, 4), tensors.get("empty").shape());
    assertTrue(tensors.get("text").holdsNoWeights());
    for (int i = 0; i < 120; i += 17) {
      assertArrayEquals(new float[] {i}, readAll(latest, "many/a_long_name_of_" + i));
    }
  }

  @Test
  void chunks() throws IOException {
    byte[] chunked = file("chunked.h5");
    BytesSource source = new BytesSource("c.h5", chunked);
    Checkpoint checkpoint = Checkpoint.open(source);
    for (String name : List.of("plain", "gzip", "all")) {
      StoredTensor tensor = checkpoint.find(name).orElseThrow();
      assertRuns(tensor, source, ramp((int) tensor.shape().size()));
    }
    assertRuns(checkpoint.find("holes").orElseThrow(), source, new float[] {0, 0, 1, 2, 0, 0});
    byte[] stored = zip(false, "model.weights.h5", chunked);
    assertArrayEquals(ramp(35), readAll(stored, "gzip"));
    byte[] deflated = zip(true, "model.weights.h5", chunked);
    assertEquals(4, open(deflated).unread().size());
    assertTrue(open(deflated).unread().get(0).where().contains("compressed zip"));
  }

  /** Indexes of chunks that files of the newest form have. */
  @Test
  void indexesOfChunks() throws IOException {
    byte[] indexes = file("indexes.h5");
    BytesSource source = new BytesSource("c.h5", indexes);
    Checkpoint checkpoint = Checkpoint.open(source);
    assertEquals(List.of(), checkpoint.unread());
    assertEquals(15, checkpoint.tensors().size());
    for (String filters : List.of("", "gzip-")) {
      for (String index : List.of("single", "fixed", "limited", "rows", "columns", "tree")) {
        StoredTensor tensor = checkpoint.find(filters + index).orElseThrow();
        int size = (int) tensor.shape().size();
        assertArrayEquals(ramp(size), readAll(indexes, filters + index), filters + index);
        if (size < 50) {
          assertRuns(tensor, source, ramp(size));
        }
      }
    }
    assertArrayEquals(ramp(35), readAll(indexes, "implicit"));
    float[] pages = new float[3000];
    System.arraycopy(new float[] {5, 6, 7, 8}, 0, pages, 5, 4);
    pages[2999] = 2999;
    assertArrayEquals(pages, readAll(indexes, "pages"));
    float[] grown = new float[131500];
    for (int i : new int[] {3, 4, 19, 20, 300, 5000, 131499}) {
      grown[i] = i;
    }
    assertArrayEquals(grown, readAll(indexes, "grown"));
  }

  @ParameterizedTest
  @CsvSource({
    "external-data.h5, files outside this one",
    "virtual.h5, a virtual dataset",
    "unwritten.h5, never written",
    "lzf.h5, a filter that is not",
    "filled.h5, a fill value"
  })
  void whatIsNotReadIsNamed(String name, String why) throws IOException {
    Checkpoint checkpoint = open(file(name));
    assertEquals(List.of(), checkpoint.tensors());
    assertEquals("w", checkpoint.unread().get(0).name());
    assertTrue(checkpoint.unread().get(0).message().contains(why), why);
  }

  @Test
  void linksIntoOtherFilesAreRefused() throws IOException {
    assertMalformed(file("external-link.h5"), "'elsewhere'", "another file");
  }

  @Test
  void bombsAreRefused() throws IOException {
    byte[] bomb = zip(true, "model.weights.h5", new byte[20_000_000]);
    assertMalformed(bomb, "model.weights.h5", "inflates to 20000000");
    assertMalformed(zip(false, "model.weights.h5", new byte[100]), "no HDF5");
  }

  @Test
  void everyTruncation() throws IOException {
    byte[] model = file("chunked.h5");
    for (int length = 8; length < model.length; length += 97) {
      byte[] cut = Arrays.copyOf(model, length);
      assertThrows(
          MalformedInputException.class,
          () -> {
            for (StoredTensor tensor : open(cut).tensors()) {
              readAll(cut, tensor.name());
            }
          },
          "cut at " + length);
    }
  }

  @Test
  void damagedChunksAreOneError() throws IOException {
    byte[] chunked = file("chunked.h5");
    StoredTensor gzip = open(chunked).find("gzip").orElseThrow();
    HdfChunks chunks = (HdfChunks) gzip.extent().order();
    int at = (int) chunks.chunks().get(0).at();
    Arrays.fill(chunked, at, at + 8, (byte) 0xFF);
    assertMessage(
        assertThrows(MalformedInputException.class, () -> readAll(chunked, "gzip")), "'gzip'");
    assertFalse(chunks.chunks().isEmpty());
  }
}
