package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.Fixtures.assertMessage;
import static dev.tersor.core.checkpoint.Fixtures.f32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tersor.core.Mutations;
import dev.tersor.core.bits.MalformedInputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufSplitsTest {
  private static final int UINT16 = 2;
  private static final int INT32 = 5;
  private static final String FIRST = "m-00001-of-00002.gguf";
  private static final String SECOND = "m-00002-of-00002.gguf";

  private static byte[] part(int number, int count, int tensors, String name, float... values) {
    GgufBytes file = new GgufBytes(false);
    return file.value("split.no", UINT16, file.number(number, 2))
        .value("split.count", UINT16, file.number(count, 2))
        .value("split.tensors.count", INT32, file.number(tensors, 4))
        .tensor(name, 0, f32(values), values.length)
        .bytes();
  }

  private static Checkpoint open(String name, byte[] first, byte[] second) throws IOException {
    Map<String, byte[]> files = new HashMap<>(Map.of(FIRST, first, SECOND, second));
    byte[] file = files.get(name);
    return Checkpoint.open(new BytesSource(name, file, file.length, files));
  }

  private static void assertRefused(byte[] first, byte[] second, String... parts) {
    assertMessage(
        assertThrows(MalformedInputException.class, () -> open(FIRST, first, second)), parts);
  }

  @Test
  void tensorsOfAllPartsAreThoseOfOneModel() throws IOException {
    byte[] first = part(0, 2, 2, "a", 1, 2);
    byte[] second = part(1, 2, 2, "b", 3);
    for (String name : List.of(FIRST, SECOND)) {
      Checkpoint checkpoint = open(name, first, second);
      assertEquals(
          List.of("a", "b"), checkpoint.tensors().stream().map(StoredTensor::name).toList());
      StoredTensor b = checkpoint.find("b").orElseThrow();
      assertEquals(SECOND, b.extent().file());
      assertArrayEquals(new float[] {3}, Checkpoint.read(b, new BytesSource(SECOND, second), 0, 1));
    }
    Checkpoint alone = Checkpoint.stored(new BytesSource(FIRST, first));
    assertEquals(1, alone.tensors().size());
    byte[] only = part(0, 1, 1, "a", 1);
    assertEquals(1, Checkpoint.open(new BytesSource("any.gguf", only)).tensors().size());
  }

  @Test
  void whatContradictsIsRefused() {
    byte[] first = part(0, 2, 2, "a", 1, 2);
    byte[] second = part(1, 2, 2, "b", 3);
    assertRefused(first, part(0, 2, 2, "b", 3), SECOND, "split.no 0", "expected 1 and 2");
    assertRefused(first, part(1, 3, 2, "b", 3), SECOND, "split.count 3");
    assertRefused(first, part(1, 2, 2, "a", 3), "tensor 'a'", "two parts");
    assertRefused(part(0, 2, 3, "a", 1), second, "2 tensors in 2 parts, expected 3");
    assertRefused(first, new byte[40], SECOND, "no GGUF file");
    assertMessage(
        assertThrows(
            MalformedInputException.class, () -> Checkpoint.open(new BytesSource("m.gguf", first))),
        "part 0 of 2",
        "MODEL-00001-of-00003.gguf");
    assertMessage(
        assertThrows(
            MissingDataException.class, () -> Checkpoint.open(new BytesSource(FIRST, first))),
        "the part '" + SECOND + "'");
  }

  @Test
  void damagedParts() {
    byte[] first = part(0, 2, 2, "a", 1, 2);
    byte[] second = part(1, 2, 2, "b", 3);
    Mutations.run(
        "parts",
        1000,
        seed -> Mutations.damage(seed % 2 == 0 ? first : second, new Random(seed)),
        seed -> {
          byte[] damaged = Mutations.damage(seed % 2 == 0 ? first : second, new Random(seed));
          try {
            open(FIRST, seed % 2 == 0 ? damaged : first, seed % 2 == 0 ? second : damaged);
          } catch (MalformedInputException | FileNotFoundException e) {
            // As it should be.
          }
        });
  }

  @Test
  void aFolderStandsForTheFirstPart(@TempDir Path folder) throws IOException {
    Files.write(folder.resolve(SECOND), part(1, 2, 2, "b", 3));
    Files.write(folder.resolve(FIRST), part(0, 2, 2, "a", 1, 2));
    OpenCheckpoint opened = OpenCheckpoint.of(folder);
    assertArrayEquals(new float[] {3}, opened.weights("b"));
    assertArrayEquals(new float[] {1, 2}, opened.weights("a"));
    Files.write(folder.resolve("n-00001-of-00001.gguf"), part(0, 1, 1, "a", 1));
    assertThrows(IOException.class, () -> OpenCheckpoint.of(folder));
  }
}
