package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.Fixtures.assertMalformed;
import static dev.tersor.core.checkpoint.Fixtures.assertMessage;
import static dev.tersor.core.checkpoint.Fixtures.f32;
import static dev.tersor.core.checkpoint.Fixtures.safetensors;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tersor.core.bits.MalformedInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardIndexTest {
  private static final String BOTH =
      "{\"metadata\": {\"total_size\": 16, \"x\": [{}]}, \"weight_map\": {\"b\": \"2\", \"a\": \"1\"}}";

  private static byte[] shard(String tensor, float... values) {
    return safetensors(
        "{\"%s\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
            .formatted(tensor, values.length, 4 * values.length),
        f32(values));
  }

  private static final Map<String, byte[]> SHARDS =
      Map.of("1", shard("a", 1, 2), "2", shard("b", 3, 4));

  private static Checkpoint open(String index, Map<String, byte[]> shards) throws IOException {
    byte[] bytes = index.getBytes(StandardCharsets.UTF_8);
    return Checkpoint.open(new BytesSource("dir/index.json", bytes, bytes.length, shards));
  }

  private static void assertRefused(String index, Map<String, byte[]> shards, String... parts) {
    MalformedInputException e =
        assertThrows(MalformedInputException.class, () -> open(index, shards));
    assertMessage(e, "dir/index.json");
    assertMessage(e, parts);
  }

  @Test
  void tensorsOfAllShardsAreThoseOfOneCheckpoint() throws IOException {
    Checkpoint checkpoint = open(BOTH, SHARDS);
    assertEquals(Checkpoint.Format.SHARDS, checkpoint.format());
    assertEquals(List.of("a", "b"), checkpoint.tensors().stream().map(StoredTensor::name).toList());
    StoredTensor b = checkpoint.find("b").orElseThrow();
    assertEquals("2", b.extent().file());
    assertArrayEquals(
        new float[] {3, 4}, Checkpoint.read(b, new BytesSource("2", SHARDS.get("2")), 0, 2));
  }

  @Test
  void whatContradictsIsRefused() {
    assertRefused(
        BOTH.replace("\"b\": \"2\"", "\"b\": \"1\""), SHARDS, "tensor 'b'", "not in its file '1'");
    assertRefused(
        BOTH.replace("\"a\": \"1\"", "\"c\": \"1\""), SHARDS, "tensor 'a'", "says nothing of it");
    assertRefused(
        BOTH, Map.of("1", shard("a", 1), "2", shard("a", 2)), "tensor 'a'", "lies in '2'", "'1'");
    assertRefused(BOTH.replace("\"a\":", "\"b\":"), SHARDS, "tensor 'b'", "named twice");
    assertRefused(BOTH.replace("\"a\": \"1\"", "\"a\": 1"), SHARDS, "tensor 'a'", "no text");
    assertRefused(
        BOTH, Map.of("1", BOTH.getBytes(StandardCharsets.UTF_8), "2", SHARDS.get("2")), "an index");
    assertRefused("{\"weight_map\": {}}", SHARDS, "0 shards");
    assertRefused(BOTH + "x", SHARDS, "index of a sharded checkpoint");
    assertRefused(BOTH.substring(0, BOTH.length() - 4), SHARDS, "index of a sharded checkpoint");
    assertRefused(
        BOTH.replace("{\"b\"", "{}, \"weight_map\": {\"b\""), SHARDS, "weight_map given twice");
  }

  @Test
  void noShardLiesOutsideTheFolder() {
    for (String name : new String[] {"../2", "/2", "a/../../2", "C:2", "", "..\\\\2", "file:/2"}) {
      assertRefused(BOTH.replace("\"2\"", "\"" + name + "\""), SHARDS, "not within the folder");
    }
  }

  @Test
  void aMissingShardIsNamed() {
    MissingDataException e =
        assertThrows(MissingDataException.class, () -> open(BOTH, Map.of("1", SHARDS.get("1"))));
    assertMessage(e, "dir/index.json", "shard '2'", "cannot be read");
  }

  @Test
  void aShardThatIsAFolderIsNamed(@TempDir Path folder) throws IOException {
    Files.createDirectory(folder.resolve("1"));
    Files.write(folder.resolve("2"), SHARDS.get("2"));
    Files.writeString(folder.resolve("m.safetensors.index.json"), BOTH);
    assertMessage(
        assertThrows(MissingDataException.class, () -> OpenCheckpoint.of(folder)),
        "the shard '1'",
        "is a folder");
  }

  @Test
  void anIndexNestedTooDeepIsRefused() {
    String deep = "[".repeat(40) + "]".repeat(40);
    assertRefused(
        BOTH.substring(0, BOTH.length() - 1) + ", \"x\": " + deep + "}", SHARDS, "index of a");
  }

  @Test
  void otherJsonIsNoIndex() {
    for (String text : new String[] {"{\"weight_map\": 3}", "{", "{\"a\": {\"weight_map\": {}}}"}) {
      assertMalformed(text.getBytes(StandardCharsets.UTF_8), "none of the formats");
    }
  }

  @Test
  void aFolderStandsForItsIndexOrItsOneFile(@TempDir Path folder) throws IOException {
    Files.write(folder.resolve("README.md"), new byte[3]);
    assertMessage(refused(folder), folder.toString(), "without a checkpoint");
    Files.write(folder.resolve("1"), SHARDS.get("1"));
    Files.write(folder.resolve("m-1.safetensors"), shard("only", 5));
    assertEquals(
        List.of("only"),
        OpenCheckpoint.of(folder).tensors().stream().map(StoredTensor::name).toList());
    Files.write(folder.resolve("2"), SHARDS.get("2"));
    Files.write(folder.resolve("m-2.safetensors"), shard("more", 5));
    assertMessage(refused(folder), "a folder of 2 checkpoints", "m-1.safetensors, m-2.safetensors");
    Files.writeString(folder.resolve("m.safetensors.index.json"), BOTH);
    OpenCheckpoint opened = OpenCheckpoint.of(folder);
    assertArrayEquals(new float[] {3, 4}, opened.weights("b"));
    assertArrayEquals(new float[] {1, 2}, opened.weights("a"));
  }

  private static IOException refused(Path folder) {
    return assertThrows(IOException.class, () -> OpenCheckpoint.of(folder));
  }
}
