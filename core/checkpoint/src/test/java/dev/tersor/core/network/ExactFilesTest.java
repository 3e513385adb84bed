package dev.tersor.core.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.Mutations;
import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.OpenCheckpoint;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.encode.NetworkFile;
import dev.tersor.core.exact.Effort;
import dev.tersor.core.exact.ExactChunk;
import dev.tersor.core.exact.ExactDirectory;
import dev.tersor.core.exact.ExactFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as they are, stored and given back. */
class ExactFilesTest {
  @TempDir private Path folder;

  private static ByteSource file(byte[] bytes) {
    return new MemorySource("dir/file", bytes);
  }

  private static byte[] store(byte[] bytes, Effort effort) throws IOException {
    return store(bytes, effort, Optional.empty());
  }

  private static byte[] store(byte[] bytes, Effort effort, Optional<ByteSource> base)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long[] done = new long[1];
    ExactDirectory directory =
        ExactFiles.store(
            file(bytes),
            base,
            out,
            effort,
            now -> {
              assertTrue(now > done[0], "progress goes on");
              done[0] = now;
            });
    assertEquals(bytes.length, done[0]);
    assertEquals(bytes.length, directory.file().length());
    return out.toByteArray();
  }

  private static byte[] restore(byte[] stored, Optional<ByteSource> base) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ExactFiles.restore(file(stored), base, out, done -> {});
    return out.toByteArray();
  }

  private static ExactDirectory directory(byte[] stored) throws IOException {
    return ExactReader.open(file(stored), null).directory();
  }

  private static Map<String, byte[]> tensors(Random random) {
    Map<String, byte[]> tensors = new LinkedHashMap<>();
    tensors.put("embedding", ExactInputs.floats(400_000, random));
    tensors.put("bias", ExactInputs.floats(100, random));
    tensors.put("weight", ExactInputs.floats(50_000, random));
    byte[] odd = ExactInputs.floats(20_000, random);
    LittleEndian.putInt(odd, 0, 0x7FC12345);
    LittleEndian.putInt(odd, 4, 0xFF812345);
    tensors.put("with NaN payloads", odd);
    tensors.put("empty", new byte[0]);
    return tensors;
  }

  private static Map<String, byte[]> files() throws IOException {
    Random random = new Random(1);
    Map<String, byte[]> tensors = tensors(random);
    Map<String, byte[]> upper = new TreeMap<>();
    tensors.forEach((name, floats) -> upper.put(name, ExactInputs.upper(floats)));
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("nothing", new byte[0]);
    files.put("a byte", new byte[] {1});
    files.put("text", "no network at all".getBytes(StandardCharsets.UTF_8));
    files.put("noise", ExactInputs.noise(1_500_001, random));
    files.put("zeros", new byte[3_000_000]);
    files.put("floats of no format", ExactInputs.floats(300_000, random));
    files.put("F32", ExactInputs.safetensors("F32", 4, tensors));
    files.put("BF16", ExactInputs.safetensors("BF16", 2, upper));
    files.put("I32", ExactInputs.safetensors("I32", 4, tensors));
    byte[] cut = Arrays.copyOf(files.get("F32"), 900_000);
    files.put("cut off", cut);
    files.put("npz", ExactInputs.npz(6, Deflater.DEFAULT_STRATEGY, tensors));
    files.put("npz of another deflater", ExactInputs.npz(6, Deflater.HUFFMAN_ONLY, tensors));
    files.put("npy", ExactInputs.npy(tensors.get("embedding")));
    byte[] twice = store(files.get("BF16"), Effort.FAST);
    files.put("stored already", twice);
    return files;
  }

  @Test
  void everyFileComesBack() throws IOException {
    for (Map.Entry<String, byte[]> file : files().entrySet()) {
      byte[] bytes = file.getValue();
      byte[] stored = store(bytes, Effort.FAST);
      assertTrue(NetworkFile.isExact(stored), file.getKey());
      assertArrayEquals(bytes, restore(stored, Optional.empty()), file.getKey());
      assertTrue(
          stored.length <= bytes.length + bytes.length / 1000 + 256,
          file.getKey() + ": %d of %d".formatted(stored.length, bytes.length));
    }
  }

  @Test
  void asSmallAsItGetsComesBackToo() throws IOException {
    Random random = new Random(2);
    Map<String, byte[]> tensors = new TreeMap<>();
    tensors.put("w", ExactInputs.upper(ExactInputs.floats(200_000, random)));
    byte[] bytes = ExactInputs.safetensors("BF16", 2, tensors);
    byte[] stored = store(bytes, Effort.SMALLEST);
    assertArrayEquals(bytes, restore(stored, Optional.empty()));
    assertTrue(stored.length < store(bytes, Effort.FAST).length);
  }

  @Test
  void floatsTakeAboutTheirEntropy() throws IOException {
    Map<String, byte[]> files = files();
    Map<String, Double> most =
        Map.of("F32", 0.84, "floats of no format", 0.84, "BF16", 0.68, "npz", 0.91, "zeros", 0.001);
    for (Map.Entry<String, Double> entry : most.entrySet()) {
      byte[] bytes = files.get(entry.getKey());
      double share = (double) store(bytes, Effort.FAST).length / bytes.length;
      assertTrue(share < entry.getValue(), entry.getKey() + " takes " + share);
    }
  }

  /** Many small tensors that nothing is gained of must not pay for it. */
  @Test
  void whatCannotBeSmallerIsHardlyLarger() throws IOException {
    Random random = new Random(3);
    for (int size : new int[] {4, 100, 4_000, 33_000}) {
      Map<String, byte[]> tensors = new LinkedHashMap<>();
      for (int i = 0; i < 2_000_000 / size && i < 3_000; i++) {
        tensors.put("t" + i, ExactInputs.noise(size & -4, random));
      }
      for (byte[] bytes :
          List.of(
              ExactInputs.safetensors("I32", 4, tensors),
              ExactInputs.npz(0, Deflater.DEFAULT_STRATEGY, tensors))) {
        byte[] stored = store(bytes, Effort.FAST);
        assertTrue(stored.length <= bytes.length + bytes.length / 1000 + 256, "size " + size);
      }
    }
  }

  @Test
  void oneTensorIsReadWithoutTheOthers() throws IOException {
    Map<String, byte[]> tensors = tensors(new Random(4));
    byte[] bytes = ExactInputs.safetensors("F32", 4, tensors);
    byte[] stored = store(bytes, Effort.FAST);
    List<MemorySource> opened = new ArrayList<>();
    OpenCheckpoint network =
        OpenCheckpoint.of(
            "dir/file",
            name -> {
              opened.add(new MemorySource(name, stored));
              return ExactFiles.open(opened.get(opened.size() - 1), Optional.empty());
            });
    assertEquals(
        List.copyOf(tensors.keySet()), network.tensors().stream().map(StoredTensor::name).toList());
    opened.clear();
    float[] values = network.weights("weight");
    for (int i = 0; i < values.length; i++) {
      int expected = LittleEndian.getInt(tensors.get("weight"), 4 * i);
      assertEquals(expected, Float.floatToRawIntBits(values[i]));
    }
    long read = opened.stream().mapToLong(MemorySource::read).sum();
    assertTrue(read < 250_000, read + " bytes read for a tensor of 200,000");
  }

  @Test
  void anyRangeIsRead() throws IOException {
    Random random = new Random(5);
    byte[] bytes = ExactInputs.npz(9, Deflater.DEFAULT_STRATEGY, tensors(random));
    ByteSource source = ExactFiles.open(file(store(bytes, Effort.FAST)), Optional.empty());
    assertEquals(bytes.length, source.length());
    for (int i = 0; i < 60; i++) {
      int from = random.nextInt(bytes.length);
      int length = random.nextInt(Math.min(200_000, bytes.length - from) + 1);
      byte[] range = new byte[length + 2];
      source.readFully(from, range, 1, length);
      assertTrue(Arrays.equals(range, 1, length + 1, bytes, from, from + length));
    }
    assertThrows(IOException.class, () -> source.readFully(bytes.length, new byte[1], 0, 1));
    assertEquals(5, Checkpoint.open(source).tensors().size());
  }

  @Test
  void whatDeflatesAgainIsStoredInflated() throws IOException {
    Map<String, byte[]> tensors = tensors(new Random(6));
    byte[] same = ExactInputs.npz(1, Deflater.DEFAULT_STRATEGY, tensors);
    byte[] other = ExactInputs.npz(6, Deflater.FILTERED, Map.of("w", new byte[1_000_000]));
    assertTrue(
        directory(store(same, Effort.FAST)).chunks().stream()
            .anyMatch(chunk -> chunk.level() == 1 && chunk.inflated() > 1_500_000));
    assertTrue(
        directory(store(ExactInputs.npz(6, Deflater.HUFFMAN_ONLY, tensors), Effort.FAST))
            .chunks()
            .stream()
            .noneMatch(ExactChunk::isDeflated));
    assertArrayEquals(other, restore(store(other, Effort.FAST), Optional.empty()));
  }

  private static byte[] tuned(byte[] bytes, Random random) {
    byte[] tuned = bytes.clone();
    for (int at = 0; at < tuned.length; at += 4) {
      LittleEndian.putInt(tuned, at, LittleEndian.getInt(tuned, at) + random.nextInt(200) - 100);
    }
    return tuned;
  }

  @Test
  void aFineTuneIsStoredByWhatDiffers() throws IOException {
    Random random = new Random(7);
    Map<String, byte[]> tensors = tensors(random);
    Map<String, byte[]> tuned = new LinkedHashMap<>();
    // Another order, and one tensor more: tensors go by their names.
    tuned.put("head", ExactInputs.floats(30_000, random));
    List<String> names = new ArrayList<>(tensors.keySet());
    Collections.reverse(names);
    names.forEach(name -> tuned.put(name, tuned(tensors.get(name), random)));
    byte[] base = ExactInputs.safetensors("F32", 4, tensors);
    byte[] bytes = ExactInputs.safetensors("F32", 4, tuned);
    ByteSource other = new MemorySource("dir/base", base);
    byte[] stored = store(bytes, Effort.FAST, Optional.of(other));
    assertTrue(stored.length < 0.4 * bytes.length, stored.length + " of " + bytes.length);
    assertArrayEquals(bytes, restore(stored, Optional.of(other)));
    ByteSource source = ExactFiles.open(file(stored), Optional.of(other));
    byte[] all = new byte[bytes.length];
    source.readFully(0, all, 0, all.length);
    assertArrayEquals(bytes, all);

    assertRefused(stored, Optional.empty(), "sha256", "got none");
    byte[] longer = Arrays.copyOf(base, base.length + 1);
    assertRefused(stored, Optional.of(new MemorySource("longer", longer)), "longer of ");
    byte[] changed = base.clone();
    changed[base.length - 1]++;
    assertRefused(stored, Optional.of(new MemorySource("changed", changed)), "changed is ");
  }

  private static void assertRefused(byte[] stored, Optional<ByteSource> base, String... parts) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> restore(stored, base));
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage() + " lacks " + part);
    }
  }

  @Test
  void aBaseOfOtherTensorsIsRefused() {
    Random random = new Random(8);
    byte[] here = ExactInputs.safetensors("F32", 4, Map.of("w", ExactInputs.floats(100, random)));
    Map<String, byte[]> others = new TreeMap<>();
    others.put(
        "w", ExactInputs.safetensors("F32", 4, Map.of("w", ExactInputs.floats(101, random))));
    others.put(
        "I32", ExactInputs.safetensors("I32", 4, Map.of("w", ExactInputs.floats(100, random))));
    others.put("no tensor", ExactInputs.safetensors("F32", 4, Map.of("v", new byte[400])));
    others.put("no tensor of", new byte[300]);
    others.forEach(
        (part, base) -> {
          IllegalArgumentException e =
              assertThrows(
                  IllegalArgumentException.class,
                  () -> store(here, Effort.FAST, Optional.of(new MemorySource("dir/base", base))));
          assertTrue(e.getMessage().contains(part), e.getMessage());
          assertTrue(e.getMessage().contains("dir/base"), e.getMessage());
        });
  }

  /** A base that has nothing in common with a file costs its name alone. */
  @Test
  void aBaseOfNoUseIsHardlyLarger() throws IOException {
    Random random = new Random(13);
    Map<String, byte[]> here = new LinkedHashMap<>();
    Map<String, byte[]> there = new LinkedHashMap<>();
    for (int i = 0; i < 40; i++) {
      here.put("t" + i, ExactInputs.noise(33_000, random));
      there.put("t" + i, ExactInputs.noise(33_000, random));
    }
    byte[] bytes = ExactInputs.safetensors("I32", 4, here);
    byte[] base = ExactInputs.safetensors("I32", 4, there);
    Optional<ByteSource> other = Optional.of(new MemorySource("base", base));
    byte[] stored = store(bytes, Effort.FAST, other);
    assertTrue(stored.length <= bytes.length + bytes.length / 1000 + 256, "larger");
    assertArrayEquals(bytes, restore(stored, other));
  }

  /** Of files that no reader knows the bytes at the same place are compared. */
  @Test
  void filesOfNoFormatHaveABaseToo() throws IOException {
    Random random = new Random(9);
    byte[] base = ExactInputs.floats(100_000, random);
    byte[] bytes = tuned(base, random);
    Optional<ByteSource> other = Optional.of(new MemorySource("base", base));
    byte[] stored = store(bytes, Effort.FAST, other);
    assertTrue(stored.length < 0.4 * bytes.length, stored.length + " of " + bytes.length);
    assertArrayEquals(bytes, restore(stored, other));
  }

  @Test
  void theFrontDoorTellsTheKindsApart() throws IOException {
    Map<String, byte[]> tensors = tensors(new Random(10));
    byte[] bytes = ExactInputs.safetensors("F32", 4, tensors);
    Path checkpoint = Files.write(folder.resolve("net.safetensors"), bytes);
    Path stored = folder.resolve("net.tersor");
    Path back = folder.resolve("back.safetensors");
    Networks.compressExact(checkpoint, stored, Effort.FAST);
    assertTrue(Files.size(stored) < bytes.length);
    Networks.decompress(stored, back);
    assertArrayEquals(bytes, Files.readAllBytes(back));
    OpenCheckpoint network = Networks.open(stored);
    assertEquals(50_000, network.weights("weight").length);

    Path delta = folder.resolve("delta.tersor");
    Networks.compressExact(back, delta, Effort.FAST, stored);
    assertTrue(Files.size(delta) < 20_000, Files.size(delta) + " bytes differ");
    Path again = folder.resolve("again.safetensors");
    Networks.decompress(delta, again, checkpoint);
    assertArrayEquals(bytes, Files.readAllBytes(again));
    assertEquals(50_000, Networks.open(delta, checkpoint).weights("weight").length);
    assertThrows(
        IllegalArgumentException.class,
        () -> Networks.decompress(delta, folder.resolve("none.safetensors")));

    MalformedInputException e =
        assertThrows(
            MalformedInputException.class, () -> NetworkFile.read(Files.readAllBytes(stored)));
    assertTrue(e.getMessage().contains("holds another file as it is"), e.getMessage());
  }

  /** Nothing stays of what was not written to its end, and nothing is written over. */
  @Test
  void nothingHalfIsLeft() throws IOException {
    byte[] stored = store(ExactInputs.noise(100_000, new Random(11)), Effort.FAST);
    stored[50_000]++;
    Path damaged = Files.write(folder.resolve("damaged.tersor"), stored);
    Path back = folder.resolve("back");
    assertThrows(MalformedInputException.class, () -> Networks.decompress(damaged, back));
    assertFalse(Files.exists(back));
    assertThrows(
        IOException.class, () -> Networks.compressExact(folder.resolve("none"), back, Effort.FAST));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(damaged), files.toList());
    }
    assertThrows(IOException.class, () -> Networks.compressExact(damaged, damaged, Effort.FAST));
  }

  /** The directory and its checksum, with one chunk's bytes declared otherwise. */
  private static byte[] withDirectory(byte[] stored, Random random) throws IOException {
    ExactDirectory directory = directory(stored);
    long end = directory.chunks().stream().mapToLong(ExactChunk::stored).sum();
    byte[] tail = directory.write();
    int fields = tail.length - ExactFile.END_BYTES;
    for (int i = random.nextInt(3); i >= 0; i--) {
      tail[random.nextInt(fields)] = (byte) random.nextInt(256);
    }
    CRC32C crc = new CRC32C();
    crc.update(ExactFile.head());
    crc.update(tail, 0, tail.length - 4);
    LittleEndian.putInt(tail, tail.length - 4, (int) crc.getValue());
    byte[] file = Arrays.copyOf(stored, ExactFile.HEAD_BYTES + (int) end + tail.length);
    System.arraycopy(tail, 0, file, file.length - tail.length, tail.length);
    return file;
  }

  @Test
  void damageIsOneExceptionAndNothingWrongIsGivenOut() throws IOException {
    Random random = new Random(12);
    Map<String, byte[]> tensors = new TreeMap<>();
    tensors.put("w", ExactInputs.floats(12_000, random));
    tensors.put("v", ExactInputs.floats(100, random));
    List<byte[]> files =
        List.of(
            ExactInputs.safetensors("F32", 4, tensors),
            ExactInputs.npz(6, Deflater.DEFAULT_STRATEGY, tensors),
            ExactInputs.noise(500, random));
    List<byte[]> stored = new ArrayList<>();
    for (byte[] file : files) {
      stored.add(store(file, Effort.FAST));
    }
    int[] refused = new int[1];
    int all = 2_000;
    Mutations.run(
        "exact files",
        all,
        number -> damaged(stored, number),
        number -> {
          byte[] damaged = damaged(stored, number);
          try {
            byte[] back = restore(damaged, Optional.empty());
            assertArrayEquals(files.get(number % files.size()), back);
          } catch (MalformedInputException e) {
            assertTrue(e.getMessage().startsWith("dir/file: "), e.getMessage());
            assertTrue(e.position() >= 0 && e.position() <= damaged.length, e.getMessage());
            refused[0]++;
          }
        });
    assertTrue(refused[0] > 0.9 * all, refused[0] + " refused");
  }

  private static byte[] damaged(List<byte[]> stored, int number) {
    byte[] file = stored.get(number % stored.size());
    Random random = new Random(number);
    try {
      return number % 2 == 0 ? Mutations.damage(file, random) : withDirectory(file, random);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
