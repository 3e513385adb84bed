package dev.tersor.core.encode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.encode.NetworkSequence.Layer;
import dev.tersor.core.symbol.PlainWavelet;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.tensor.Centroids;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.GroupSteps;
import dev.tersor.core.tensor.RowSteps;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.StateMachine;
import dev.tersor.core.tensor.Step;
import dev.tersor.core.tensor.Trellis;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A network in one sequence comes back layer by layer, element by element and block by block. */
class NetworkSequenceTest {
  private static final Path GOLDEN =
      Path.of("src", "test", "resources", "golden", "sequence", "wavelet-quad.trsq");
  private static final int MUTATIONS = Integer.getInteger("mutations", 2000);

  static Stream<PlainWavelet> trees() {
    return SymbolCoders.ALL.all().stream()
        .filter(PlainWavelet.class::isInstance)
        .map(PlainWavelet.class::cast);
  }

  private static Layer layer(String name, boolean isBlockWise, Codebook codebook, long... dims) {
    return new Layer(name, Shape.of(dims), isBlockWise, codebook);
  }

  /** Layers of every codebook that is stored as numbers, an empty one and one of one weight. */
  private static List<Layer> layers(int bits) {
    float[] centroids = new float[(1 << bits) - 1];
    for (int i = 0; i < centroids.length; i++) {
      centroids[i] = i - 0.5f;
    }
    return List.of(
        layer("conv", true, new Step(bits, 0.5f), 6, 3, 3, 3),
        layer("none", true, new Step(1, 1), 0, 7),
        layer("fc", false, new Centroids(bits, centroids), 40, 31),
        layer("fc", true, new RowSteps(2, new float[] {1, 2, 3, 4, 5}), 5, 77),
        layer("Schicht \u00e4", false, new GroupSteps(3, 8, 16, new float[] {1, 2, 3, 4}), 2, 16),
        layer("one", false, new Step(bits, 0), 1));
  }

  private static List<byte[]> codes(List<Layer> layers) {
    SplittableRandom random = new SplittableRandom(7);
    List<byte[]> codes = new ArrayList<>();
    for (Layer layer : layers) {
      byte[] some = new byte[(int) layer.shape().size()];
      for (int i = 0; i < some.length; i++) {
        int code = random.nextInt(layer.codebook().size());
        some[i] =
            (byte) (random.nextBoolean() || code == 1 << layer.codebook().bits() >> 1 ? 0 : code);
      }
      codes.add(some);
    }
    return codes;
  }

  @ParameterizedTest
  @MethodSource("trees")
  void everyLayerComesBack(PlainWavelet coder) {
    for (int bits = 1; bits <= 8; bits++) {
      List<Layer> layers = layers(bits);
      List<byte[]> codes = codes(layers);
      NetworkSequence sequence =
          NetworkSequence.open(NetworkSequence.of(layers, codes, coder).toBytes());
      assertEquals(layers, sequence.layers());
      int at = 0;
      for (int l = 0; l < layers.size(); l++) {
        Layer layer = layers.get(l);
        NetworkSequence.Place place = sequence.place(l);
        assertEquals(at + 2, place.from());
        assertEquals(layer.isBlockWise(), place.isBlockWise());
        at = place.to();
        Codes expected = new Codes(layer.shape(), codes.get(l), layer.codebook());
        assertEquals(expected, sequence.decode(l), layer + " " + bits);
        if (codes.get(l).length > 20) {
          byte[] part = new byte[13];
          sequence.codes(place, 5, 18, part);
          assertArrayEquals(Arrays.copyOfRange(codes.get(l), 5, 18), part);
        }
      }
      assertEquals(at + 1, sequence.length());
    }
  }

  @Test
  void theDocumentedExample() {
    Layer layer = layer("a", true, new Step(1, 1), 2);
    PlainWavelet matrix = trees().filter(t -> t.name().equals("wavelet-matrix")).findFirst().get();
    byte[] bytes = NetworkSequence.of(List.of(layer), List.of(new byte[] {1, 0}), matrix).toBytes();
    byte[] head = {1, 1, 'a', 1, 1, 2, 0, 1, 1, 0, 0, (byte) 0x80, 0x3F};
    assertArrayEquals(head, Arrays.copyOfRange(bytes, 6 + 14, 6 + 14 + head.length));
    assertEquals("TRSQ", new String(bytes, 0, 4, StandardCharsets.US_ASCII));
  }

  @Test
  void aNetworkWithoutLayersIsABorder() {
    NetworkSequence none = NetworkSequence.of(List.of(), List.of(), trees().findFirst().get());
    assertEquals(1, NetworkSequence.open(none.toBytes()).length());
    assertThrows(IndexOutOfBoundsException.class, () -> none.place(0));
  }

  @Test
  void whatCannotBeStoredIsNamed() {
    PlainWavelet coder = trees().findFirst().get();
    Layer walked = layer("walked", true, new Trellis(StateMachine.FOUR, 4, 1), 2, 2);
    Layer plain = layer("plain", true, new Step(4, 1), 2, 2);
    for (Layer bad : List.of(walked, plain)) {
      List<byte[]> codes = List.of(new byte[bad.equals(walked) ? 4 : 3]);
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class, () -> NetworkSequence.of(List.of(bad), codes, coder));
      assertTrue(e.getMessage().startsWith("layer '" + bad.name() + "'"), e.getMessage());
    }
  }

  /** The first sequence that was written; it decodes for ever. */
  @Test
  void theGoldenFileDecodesAndIsWrittenTheSame() throws IOException {
    List<Layer> layers = layers(4);
    PlainWavelet quad = trees().filter(t -> t.name().equals("wavelet-quad")).findFirst().get();
    byte[] written = NetworkSequence.of(layers, codes(layers), quad).toBytes();
    if (Boolean.getBoolean("tersor.writeGolden") && !Files.exists(GOLDEN)) {
      Files.createDirectories(GOLDEN.getParent());
      Files.write(GOLDEN, written);
    }
    byte[] golden = Files.readAllBytes(GOLDEN);
    NetworkSequence sequence = NetworkSequence.open(golden);
    for (int l = 0; l < layers.size(); l++) {
      assertArrayEquals(codes(layers).get(l), sequence.decode(l).codes());
    }
    assertArrayEquals(golden, written);
  }

  private static byte[] summed(byte[] bytes) {
    if (bytes.length >= 4) {
      CRC32C crc = new CRC32C();
      crc.update(bytes, 0, bytes.length - 4);
      LittleEndian.putInt(bytes, bytes.length - 4, (int) crc.getValue());
    }
    return bytes;
  }

  /** Damage that the checksum does not see: one exception, or a sequence that can be read. */
  @ParameterizedTest
  @MethodSource("trees")
  void damageIsOneException(PlainWavelet coder) {
    List<Layer> layers = layers(4);
    byte[] good = NetworkSequence.of(layers, codes(layers), coder).toBytes();
    SplittableRandom random = new SplittableRandom(5);
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          for (int n = 0; n < MUTATIONS; n++) {
            byte[] bad =
                random.nextInt(4) == 0
                    ? Arrays.copyOf(good, random.nextInt(good.length + 3))
                    : good.clone();
            for (int i = random.nextInt(3); i > 0 && bad.length > 4; i--) {
              bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            }
            if (random.nextInt(3) > 0) {
              summed(bad);
            }
            try {
              NetworkSequence sequence = NetworkSequence.open(bad);
              for (int l = 0; l < sequence.layers().size(); l++) {
                sequence.decode(l).dequantize();
              }
            } catch (MalformedInputException e) {
              assertTrue(e.position() >= 0, e::toString);
            }
          }
        });
    assertThrows(MalformedInputException.class, () -> NetworkSequence.open(new byte[0]));
    byte[] newer = good.clone();
    newer[4] = 2;
    MalformedInputException version =
        assertThrows(MalformedInputException.class, () -> NetworkSequence.open(summed(newer)));
    assertEquals(4, version.position());
  }
}
