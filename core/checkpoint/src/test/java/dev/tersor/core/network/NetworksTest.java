package dev.tersor.core.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.Compression;
import dev.tersor.core.Tensor;
import dev.tersor.core.Tersor;
import dev.tersor.core.bits.Half;
import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.OpenCheckpoint;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.encode.NetworkFile;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.SyntheticWeights;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The front door for files. */
class NetworksTest {
  private static final Map<String, String> DTYPES = Map.of("a", "F32", "b", "F16", "c", "BF16");
  private static final Shape SHAPE = Shape.of(16, 3, 5);

  @TempDir private Path folder;
  private Path checkpoint;
  private Path compressed;
  private Path decoded;

  @BeforeEach
  void name() {
    checkpoint = folder.resolve("net.safetensors");
    compressed = folder.resolve("net.tersor");
    decoded = folder.resolve("small.safetensors");
  }

  /** A tensor of a safetensors file, its values as numbers of a type. */
  private static void write(Path file, Map<String, String> dtypes, Shape shape, float[] values)
      throws IOException {
    StringBuilder json = new StringBuilder("{");
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (String name : dtypes.keySet().stream().sorted().toList()) {
      String dtype = dtypes.get(name);
      int from = data.size();
      for (float value : values) {
        byte[] four = new byte[Float.BYTES];
        int bits = Float.floatToRawIntBits(value);
        LittleEndian.putInt(four, 0, dtype.equals("F16") ? Half.fromFloat(value) << 16 : bits);
        data.write(four, dtype.equals("F32") ? 0 : 2, dtype.equals("F32") ? 4 : 2);
      }
      json.append(json.length() == 1 ? "" : ",")
          .append("\"%s\":{\"dtype\":\"%s\",\"shape\":".formatted(name, dtype))
          .append("[" + shape.toString().replace('x', ',').replace("scalar", "") + "]")
          .append(",\"data_offsets\":[%d,%d]}".formatted(from, data.size()));
    }
    byte[] head = json.append("}").toString().getBytes(StandardCharsets.UTF_8);
    byte[] length = new byte[Long.BYTES];
    LittleEndian.putLong(length, 0, head.length);
    Files.write(file, length);
    Files.write(file, head, StandardOpenOption.APPEND);
    Files.write(file, data.toByteArray(), StandardOpenOption.APPEND);
  }

  private static float[] weights(Shape shape) {
    return new SyntheticWeights(3, "net", shape).draw(0, (int) shape.size());
  }

  @Test
  void namesShapesAndWeightsAreRead() throws IOException {
    float[] weights = weights(SHAPE);
    write(checkpoint, DTYPES, SHAPE, weights);
    OpenCheckpoint open = Networks.open(checkpoint);
    assertEquals(checkpoint.toString(), open.name());
    assertEquals(List.of("a", "b", "c"), open.tensors().stream().map(StoredTensor::name).toList());
    assertEquals(SHAPE, open.tensors().get(1).shape());
    assertArrayEquals(weights, open.weights("a"));
    for (int i = 0; i < weights.length; i++) {
      assertEquals(Half.rounded(weights[i]), open.weights("b")[i]);
    }
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> open.weights("d"));
    assertTrue(e.getMessage().contains("is called 'd'"), e.getMessage());
  }

  /** Each tensor comes back as it does by itself; those of rank 0 and 1 as they were. */
  @Test
  void everyTypeOfNumberAndRankComesBack() throws IOException {
    Compression some = Compression.DEFAULT.sparsity(0.5).bits(3);
    for (long[] dims : new long[][] {{}, {0}, {7}, {0, 4}, {4, 0}, {6, 10}, {16, 3, 5}}) {
      Shape shape = Shape.of(dims);
      write(checkpoint, DTYPES, shape, weights(shape));
      Networks.compress(checkpoint, compressed, some);
      Networks.decompress(compressed, decoded);
      OpenCheckpoint before = Networks.open(checkpoint);
      OpenCheckpoint after = Networks.open(decoded);
      assertEquals(3, after.tensors().size());
      for (StoredTensor tensor : after.tensors()) {
        float[] expected = before.weights(tensor.name());
        if (shape.rank() >= 2) {
          expected = Tersor.decode(Tersor.encode(expected, shape, some)).weights();
        }
        assertEquals(shape, tensor.shape());
        assertArrayEquals(expected, after.weights(tensor), tensor.name() + " " + shape);
      }
      Files.delete(compressed);
      Files.delete(decoded);
    }
  }

  @Test
  void aTensorByItselfIsAFileLikeOthers() throws IOException {
    byte[] file = Tersor.encode(weights(SHAPE), SHAPE, Compression.DEFAULT);
    Files.write(compressed, file);
    Networks.decompress(compressed, decoded);
    Tensor tensor = Tersor.decode(file);
    assertArrayEquals(tensor.weights(), Networks.open(decoded).weights("weights"));
  }

  /** 16 bits where they can hold the number. */
  @Test
  void halfIsForTensorsOfNumbersToo() throws IOException {
    write(checkpoint, Map.of("a", "F32"), Shape.of(2), new float[] {0.1f, 3});
    Networks.compress(checkpoint, compressed, Compression.DEFAULT.half(true));
    float[] values = NetworkFile.read(Files.readAllBytes(compressed)).get(0).values();
    assertArrayEquals(new float[] {Half.rounded(0.1f), 3}, values);
  }

  @Test
  void nothingIsOverwrittenAndNothingIsLeft() throws IOException {
    write(checkpoint, DTYPES, SHAPE, weights(SHAPE));
    Files.writeString(compressed, "mine");
    assertThrows(
        FileAlreadyExistsException.class,
        () -> Networks.compress(checkpoint, compressed, Compression.DEFAULT));
    assertEquals("mine", Files.readString(compressed));
    assertThrows(MalformedInputException.class, () -> Networks.decompress(compressed, decoded));
    assertThrows(
        MalformedInputException.class,
        () -> Networks.compress(compressed, decoded, Compression.DEFAULT));
    assertThrows(
        NoSuchFileException.class, () -> Networks.decompress(folder.resolve("none"), decoded));
    assertThrows(IOException.class, () -> Networks.open(folder.resolve("none")));
    assertEquals(3, Networks.open(folder).tensors().size(), "the one checkpoint in it");
    assertThrows(
        IOException.class,
        () -> Networks.compress(checkpoint, folder.resolve("none/x.tersor"), Compression.DEFAULT));
    assertFalse(Files.exists(decoded));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(checkpoint, compressed), files.sorted().toList());
    }
  }

  private void assertRefused(String... parts) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Networks.compress(checkpoint, compressed, Compression.DEFAULT.encoding("csr8")));
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage() + " lacks " + part);
    }
    assertFalse(Files.exists(compressed));
  }

  /** What cannot be held is named, and no file is written without it. */
  @Test
  void whatCannotBeHeldIsNamed() throws IOException {
    write(checkpoint, Map.of("w", "C64"), Shape.of(0), new float[0]);
    assertRefused("net.safetensors", "tensor 'w'", "C64", "expected floating-point numbers");
    write(checkpoint, Map.of("w", "F32"), Shape.of(2, 2), new float[] {1, 2, Float.NaN, 4});
    assertRefused("tensor 'w'", "2x2", "weight 2 is NaN");
    write(checkpoint, Map.of("w", "F32"), Shape.of(1), new float[] {Float.POSITIVE_INFINITY});
    assertRefused("tensor 'w'", "weight 0 is Infinity");
    write(checkpoint, Map.of(), Shape.of(1), new float[0]);
    assertRefused("net.safetensors holds no tensor");
    write(checkpoint, Map.of("w", "F32"), Shape.of(2, 300), weights(Shape.of(2, 300)));
    assertRefused("2x300");
  }
}
