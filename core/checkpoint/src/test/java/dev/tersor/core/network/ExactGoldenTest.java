package dev.tersor.core.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.exact.Effort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of {@code golden/exact}, which are read as long as there is a version 3, and the second
 * decoder, {@code docs/reference/decode.py}, on them and on new ones. {@code
 * -Dtersor.writeGolden=true} writes those that are missing.
 */
class ExactGoldenTest {
  private static final Path GOLDEN = Path.of("src", "test", "resources", "golden", "exact");
  private static final Path DOCS = Path.of("..", "..", "docs", "reference");
  private static final String BASE = "base";

  private static byte[] tuned(byte[] bytes) {
    Random random = new Random(3);
    byte[] tuned = bytes.clone();
    for (int at = 0; at < tuned.length; at += 2) {
      int element = LittleEndian.getShort(tuned, at) + random.nextInt(5) - 2;
      LittleEndian.putShort(tuned, at, (short) element);
    }
    return tuned;
  }

  /** What the files hold, by name; that of {@code tuned} differs from {@code base}. */
  private static Map<String, byte[]> originals() throws IOException {
    Random random = new Random(2);
    Map<String, byte[]> tensors = new LinkedHashMap<>();
    tensors.put("w", ExactInputs.floats(10_000, random));
    tensors.put("b", ExactInputs.floats(20, random));
    Map<String, byte[]> upper = new LinkedHashMap<>();
    tensors.forEach((name, floats) -> upper.put(name, ExactInputs.upper(floats)));
    Map<String, byte[]> tuned = new LinkedHashMap<>();
    upper.forEach((name, floats) -> tuned.put(name, tuned(floats)));
    byte[] odd = new byte[3 + 8 * 900];
    for (int i = 0; i < 900; i++) {
      double value = (float) random.nextGaussian();
      LittleEndian.putLong(odd, 3 + 8 * i, Double.doubleToRawLongBits(value));
    }
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("nothing", new byte[0]);
    files.put("f32", ExactInputs.safetensors("F32", 4, tensors));
    files.put(BASE, ExactInputs.safetensors("BF16", 2, upper));
    files.put("tuned", ExactInputs.safetensors("BF16", 2, tuned));
    files.put("npz", ExactInputs.npz(6, Deflater.DEFAULT_STRATEGY, tensors));
    files.put("doubles", odd);
    files.put("text", "no network ".repeat(300).getBytes(StandardCharsets.UTF_8));
    return files;
  }

  private static Optional<ByteSource> base(String name, Map<String, byte[]> originals) {
    return name.equals("tuned")
        ? Optional.of(new MemorySource(BASE, originals.get(BASE)))
        : Optional.empty();
  }

  private static byte[] store(byte[] bytes, Optional<ByteSource> base, Effort effort)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ExactFiles.store(new MemorySource("file", bytes), base, out, effort, done -> {});
    return out.toByteArray();
  }

  private static Effort effort(String name) {
    return name.equals(BASE) ? Effort.SMALLEST : Effort.FAST;
  }

  @Test
  void filesOfBeforeAreRead() throws IOException {
    Map<String, byte[]> originals = originals();
    for (Map.Entry<String, byte[]> original : originals.entrySet()) {
      String name = original.getKey();
      Path file = GOLDEN.resolve(name + ".tersor");
      Optional<ByteSource> base = base(name, originals);
      if (!Files.exists(file) && Boolean.getBoolean("tersor.writeGolden")) {
        Files.createDirectories(GOLDEN);
        Files.write(file, store(original.getValue(), base, effort(name)));
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ExactFiles.restore(new MemorySource(name, Files.readAllBytes(file)), base, out, done -> {});
      assertArrayEquals(original.getValue(), out.toByteArray(), name);
    }
  }

  /** Of Zstandard and of deflating another version may make other bytes. */
  @Test
  void theSameBytesAreWritten() throws IOException {
    Map<String, byte[]> originals = originals();
    for (String name : new String[] {"nothing", BASE, "doubles"}) {
      byte[] stored = store(originals.get(name), base(name, originals), effort(name));
      byte[] golden = Files.readAllBytes(GOLDEN.resolve(name + ".tersor"));
      assertEquals(HexFormat.of().formatHex(golden), HexFormat.of().formatHex(stored), name);
    }
  }

  /** The one of the javadoc and of the page. */
  @Test
  void theExampleIsRight() throws IOException {
    byte[] stored = store("ab".getBytes(StandardCharsets.UTF_8), Optional.empty(), Effort.FAST);
    String sha256 = "fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603";
    assertEquals(
        "5452534e03"
            + "00006162"
            + "0200000000000000"
            + sha256
            + "00"
            + "0002043629a2e2"
            + "30000000"
            + "a9041610",
        HexFormat.of().formatHex(stored));
  }

  @Test
  void aSecondDecoderReadsThem(@TempDir Path folder) throws IOException, InterruptedException {
    Map<String, byte[]> originals = originals();
    Path base = Files.write(folder.resolve("the-base"), originals.get(BASE));
    boolean hasZstd = runs("zstd", "--version");
    assumeTrue(runs("python3", "--version"), "no python3");
    for (Map.Entry<String, byte[]> original : originals.entrySet()) {
      String name = original.getKey();
      if (!hasZstd && !name.equals("doubles") && !name.equals("nothing")) {
        continue; // text and headers are in frames
      }
      for (Effort effort : Effort.values()) {
        if (effort == Effort.SMALLEST && effort(name) == Effort.FAST) {
          continue; // bit by bit, which takes Python long
        }
        Path stored = folder.resolve(name + effort + ".tersor");
        Files.write(stored, store(original.getValue(), base(name, originals), effort));
        Path out = folder.resolve(name + effort);
        Process python =
            new ProcessBuilder(
                    "python3",
                    "-B",
                    DOCS.resolve("decode.py").toString(),
                    stored.toString(),
                    base.toString())
                .redirectOutput(out.toFile())
                .redirectError(folder.resolve("errors").toFile())
                .start();
        assertTrue(python.waitFor(1, TimeUnit.MINUTES), name);
        assertEquals(0, python.exitValue(), Files.readString(folder.resolve("errors")));
        assertArrayEquals(original.getValue(), Files.readAllBytes(out), name + effort);
      }
    }
  }

  private static boolean runs(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
