package dev.tersor.jobs.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.config.DataSpec;
import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarPngTest {
  @TempDir Path cache;

  /** What becomes of a package that npm brings. */
  private Path fetch(DataSpec spec, byte[] tgz) {
    return new Fetch(cache, note -> {}, new PlayedTools(Map.of("few.tgz", tgz))).fetch(spec, false);
  }

  private static void assertThere(Map<String, byte[]> files, Path folder) throws IOException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      assertArrayEquals(file.getValue(), Files.readAllBytes(folder.resolve(file.getKey())));
    }
  }

  @Test
  void picturesAndBatchesOfCifarBecomeTheSameFiles() throws IOException {
    Map<String, byte[]> batches = FewImages.cifar();
    String archive = "{ npm = few, files = \"batches/{file}\" }";
    byte[] official = FewImages.tgz(FewImages.under("batches/", batches));
    assertThere(batches, fetch(FewImages.cifarSpec(batches, archive), official));

    DataFolder.remove(cache.resolve("data"));
    String npm = "{ npm = few, files = \"package/{file}\", form = cifar-png }";
    DataSpec spec = FewImages.cifarSpec(batches, npm);
    Map<String, byte[]> pictures = FewImages.pictures(batches);
    Path folder = fetch(spec, FewImages.tgz(pictures));
    assertThere(batches, folder);

    // Labels of the second batch are found without those of the first.
    Files.delete(folder.resolve("data_batch_2.bin"));
    pictures.remove("package/data_batch_1.png");
    assertThere(batches, fetch(spec, FewImages.tgz(pictures)));
  }

  @Test
  void damagedPicturesAreSaid() throws IOException {
    Map<String, byte[]> batches = FewImages.cifar();
    String npm = "{ npm = few, files = \"package/{file}\", form = cifar-png }";
    DataSpec spec = FewImages.cifarSpec(batches, npm);
    assertPictures(
        spec,
        "train_lables.json",
        "[0, 1, 2, 1, 2]".getBytes(StandardCharsets.US_ASCII),
        "label 5 is ]");
    assertPictures(
        spec,
        "train_lables.json",
        "[0, 1, 3]".getBytes(StandardCharsets.US_ASCII),
        "label 2 is 3, expected one");
    assertPictures(
        spec,
        "test_lables.json",
        "[0,0,0,0]".getBytes(StandardCharsets.US_ASCII),
        "more labels than 3");
    byte[] picture = FewImages.pictures(batches).get("package/data_batch_1.png");
    byte[] cut = Arrays.copyOf(picture, 40);
    assertPictures(spec, "data_batch_1.png", cut, "data_batch_1.png");
    byte[] wide = picture.clone();
    wide[19]++;
    assertPictures(spec, "data_batch_1.png", wide, "5x3 pixels, expected 4x3");
    assertPictures(spec, "data_batch_1.png", new byte[9], "data_batch_1.png");
  }

  private void assertPictures(DataSpec spec, String file, byte[] content, String part)
      throws IOException {
    Map<String, byte[]> pictures = FewImages.pictures(FewImages.cifar());
    pictures.put("package/" + file, content);
    // What was sound the last time is kept, so not asked for again.
    Files.createDirectories(cache.resolve("data"));
    DataFolder.remove(cache.resolve("data"));
    byte[] tgz = FewImages.tgz(pictures);
    String message = assertThrows(UsageException.class, () -> fetch(spec, tgz)).getMessage();
    assertTrue(message.contains(file) && message.contains(part), message);
  }
}
