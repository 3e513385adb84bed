package dev.tersor.core.encode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.FloatFormat;
import dev.tersor.core.tensor.Floats;
import dev.tersor.core.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What can be known of containers and network files without decoding them. */
class PartsTest {
  private static void assertSame(Encoded encoded, String what) {
    Breakdown made = encoded.breakdown();
    Parts read = Content.parts(encoded.container());
    assertEquals(
        new Parts(
            made.valueBytes(),
            made.indexBytes(),
            made.tableBytes(),
            made.codebookBytes(),
            made.headerBytes()),
        read,
        what);
    assertEquals(encoded.container().length, read.totalBytes(), what);
    assertEquals(made.payloadBytes(), read.payloadBytes(), what);
  }

  @Test
  void headersTellWhatTheEncoderCounted() {
    Codes codes = SampleTensors.skewed(4, 0.7, 250, 1);
    SplittableRandom random = new SplittableRandom(2);
    float[] weights = new float[300];
    for (int i = 0; i < weights.length; i += 1 + random.nextInt(3)) {
      weights[i] = (float) random.nextGaussian();
    }
    Floats floats = Floats.of(Shape.of(10, 30), FloatFormat.FP32, weights);
    for (Recipe recipe : Recipe.all()) {
      assertSame(Container.encode(codes, recipe), recipe.name());
      assertSame(FloatContainer.encode(floats, recipe), recipe.name());
    }
  }

  @Test
  void anotherLengthThanTheHeaderSaysIsMalformed() {
    byte[] container =
        Container.encode(SampleTensors.skewed(4, 0.7, 700, 1), Recipe.parse("bitmap/huffman"))
            .container();
    for (int length : new int[] {container.length - 1, container.length + 1}) {
      assertThrows(
          MalformedInputException.class, () -> Content.parts(Arrays.copyOf(container, length)));
    }
  }

  @Test
  void segmentsOfANetworkAreDecodedOneByOne() {
    Codes codes = SampleTensors.skewed(4, 0.9, 600, 1);
    List<NetworkTensor> tensors =
        List.of(
            new NetworkTensor.Coded(
                "a", codes.shape(), Recipe.parse("gap-best/huffman"), List.of(codes)),
            new NetworkTensor.Plain("b", Shape.of(3), new float[] {1.5f, -2, 1e-3f}, false),
            new NetworkTensor.Coded(
                "c", codes.shape(), Recipe.parse("gap-best/rans"), List.of(codes)),
            new NetworkTensor.Plain("d", Shape.of(2, 1), new float[] {0.5f, 65504}, true));
    NetworkFile.Written written = NetworkFile.write(tensors);
    OpenNetwork network = OpenNetwork.read(written.bytes());
    assertEquals(4, network.entries().size());
    // The last first: what a reference names does not depend on what was decoded before.
    for (int i = 3; i >= 0; i--) {
      NetworkEntry entry = network.entries().get(i);
      NetworkEntry.Part part = entry.parts().get(0);
      assertEquals(tensors.get(i).name(), entry.name());
      assertEquals(tensors.get(i).shape(), entry.shape());
      assertArrayEquals(tensors.get(i).values(), network.weights(entry, part), entry.name());
      assertEquals(written.tensorBytes().get(i), part.bytes(), entry.name());
    }
    assertEquals("gap-best/rans", network.entries().get(2).recipe().orElseThrow().name());
    assertEquals(4, network.entries().get(2).bits());
    assertEquals(FloatFormat.FP16, network.entries().get(3).format().orElseThrow());
    assertEquals(16, network.entries().get(3).bits());
    assertEquals(written.bytes().length, network.parts().totalBytes());
  }

  @Test
  void partsOfALargeTensorAddUp() {
    Shape shape = Shape.of(5, 1 << 20);
    float[] values = new float[5 << 20];
    values[4 << 20] = 7;
    NetworkFile.Written written =
        NetworkFile.write(List.of(new NetworkTensor.Plain("w", shape, values, true)));
    OpenNetwork network = OpenNetwork.read(written.bytes());
    NetworkEntry entry = network.entries().get(0);
    assertEquals(2, entry.parts().size());
    assertEquals(
        written.tensorBytes().get(0),
        entry.parts().stream().mapToInt(NetworkEntry.Part::bytes).sum());
    float[] last = network.weights(entry, entry.parts().get(1));
    assertEquals(1 << 20, last.length);
    assertEquals(7, last[0]);
  }
}
