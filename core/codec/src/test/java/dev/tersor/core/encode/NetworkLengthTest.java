package dev.tersor.core.encode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tersor.core.Compression;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.IntegerFormat;
import dev.tersor.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkLengthTest {
  private static float[] weights(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = new float[count];
    for (int i = 0; i < count; i++) {
      weights[i] = (float) (0.05 * random.nextGaussian());
    }
    return weights;
  }

  private static List<List<NetworkLength.Part>> parts(NetworkTensor.Coded tensor) {
    List<List<NetworkLength.Part>> segments = new ArrayList<>();
    for (Codes codes : tensor.segments()) {
      Encoded encoded = Container.encode(codes, tensor.recipe());
      List<NetworkLength.Part> parts = new ArrayList<>();
      var streams = tensor.recipe().index().split(codes).streams();
      for (int i = 0; i < streams.size(); i++) {
        Encoded.CodedStream coded = encoded.streams().get(i);
        parts.add(
            new NetworkLength.Part(
                coded.name(),
                streams.get(i).symbols().count(),
                coded.tableBytes(),
                coded.payloadBytes()));
      }
      segments.add(parts);
    }
    return segments;
  }

  private static long codebookBytes(NetworkTensor.Coded tensor) {
    return tensor.segments().stream()
        .mapToLong(codes -> Container.encode(codes, tensor.recipe()).breakdown().codebookBytes())
        .max()
        .orElseThrow();
  }

  /**
   * From containers of segments to the length of a file, to the byte, texts that are shared too.
   */
  @ParameterizedTest
  @ValueSource(strings = {"uniform", "exact", "uniform-channel", "lsq", "kmeans++"})
  void lengthsOfStreamsAreTheLengthOfTheFile(String codebook) {
    List<NetworkTensor> tensors = new ArrayList<>();
    NetworkLength length = new NetworkLength();
    List<Long> lengths = new ArrayList<>();
    int seed = 0;
    for (String recipe :
        List.of(
            "dense/cabac", "bitmap/rans", "relative5/huffman", "hybrid/packed", "dense/cabac")) {
      for (int bits : new int[] {2, 5}) {
        Shape shape = Shape.of(30 + seed, 200);
        NetworkTensor.Coded tensor =
            Compression.DEFAULT
                .sparsity(0.6)
                .bits(bits)
                .codebook(codebook)
                .encoding(recipe)
                .encode("layer" + seed + ".weight", shape, weights((int) shape.size(), seed));
        tensors.add(tensor);
        lengths.add(
            length.coded(
                tensor.name(),
                shape,
                tensor.recipe(),
                codebookBytes(tensor),
                false,
                parts(tensor)));
        seed++;
      }
    }
    NetworkTensor.Plain bias =
        new NetworkTensor.Plain("bias", Shape.of(300), weights(300, 99), false);
    NetworkTensor.Plain half = new NetworkTensor.Plain("half", Shape.of(7), weights(7, 98), true);
    NetworkTensor.Integers count =
        new NetworkTensor.Integers("count", Shape.of(3), IntegerFormat.I64, new byte[24]);
    tensors.addAll(List.of(bias, half, count));
    lengths.add(length.plain("bias", bias.shape(), false));
    lengths.add(length.plain("half", half.shape(), true));
    lengths.add(length.integers("count", count.shape(), count.format()));
    NetworkFile.Written written = NetworkFile.write(tensors);
    assertEquals(written.tensorBytes().stream().map(Integer::longValue).toList(), lengths);
    assertEquals(written.bytes().length, length.total());
  }

  /** A tensor of several segments has one codebook. */
  @Test
  void segmentsShareACodebook() {
    Shape shape = Shape.of(3, 2_500_000);
    NetworkTensor.Coded tensor =
        Compression.DEFAULT
            .bits(2)
            .codebook("uniform")
            .encoding("dense/packed")
            .encode("large", shape, weights((int) shape.size(), 5));
    assertEquals(3, tensor.segments().size());
    NetworkLength length = new NetworkLength();
    length.coded("large", shape, tensor.recipe(), codebookBytes(tensor), false, parts(tensor));
    assertEquals(NetworkFile.write(List.of(tensor)).bytes().length, length.total());
  }

  @Test
  void theExampleIsCounted() {
    NetworkLength length = new NetworkLength();
    List<NetworkLength.Part> streams =
        List.of(new NetworkLength.Part("mask", 3, 0, 1), new NetworkLength.Part("values", 2, 0, 1));
    long tensor =
        length.coded("w", Shape.of(3), Recipe.parse("bitmap/packed"), 4, false, List.of(streams));
    assertEquals(56, tensor);
    assertEquals(66, length.total());
  }
}
