package dev.tersor.jobs.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.data.LabelledImages;
import dev.tersor.jobs.config.DataSpec;
import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSetsTest {
  @TempDir Path cache;

  private void keep(Map<String, byte[]> files) throws IOException {
    Path folder = Files.createDirectories(cache.resolve("data/few"));
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
  }

  private String refusal(DataSpec spec) {
    return assertThrows(UsageException.class, () -> new DataSets(cache).train(spec)).getMessage();
  }

  @Test
  void theTestSetOfMnistIsBuiltIn() {
    DataSpec mnist = new DataCatalog(cache.toString()).get("mnist");
    LabelledImages images = new DataSets(cache).test(mnist);
    assertEquals("mnist test: 10000 images of 1x28x28, 10 classes", images.toString());
    int[] counts = new int[10];
    for (int i = 0; i < images.count(); i++) {
      counts[images.label(i)]++;
    }
    assertArrayEquals(new int[] {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}, counts);
    assertEquals(7, images.label(0));
  }

  @Test
  void everyDescriptionIsWhole() {
    DataCatalog catalog = new DataCatalog(cache.toString());
    assertEquals(List.of("cifar10", "fashion-mnist", "mnist"), catalog.names());
    for (String name : catalog.names()) {
      DataSpec spec = catalog.get(name);
      assertEquals(10, spec.classes().size(), name);
      assertEquals(
          spec.files().size(), spec.train().files().size() + spec.test().files().size(), name);
      assertTrue(spec.sources().size() >= 2, name);
    }
    String message = assertThrows(UsageException.class, () -> catalog.get("mnits")).getMessage();
    assertTrue(message.startsWith("data: unknown data set 'mnits', nearest: mnist"), message);
  }

  @Test
  void ownDescriptionsGoFirst() throws IOException {
    Files.writeString(cache.resolve("few.conf"), FewImages.idxConf(FewImages.idx()));
    Files.writeString(cache.resolve("other.conf"), FewImages.idxConf(FewImages.idx()));
    DataCatalog catalog = new DataCatalog(cache.toString());
    assertEquals(3, catalog.get("few").train().images());
    String message = assertThrows(UsageException.class, () -> catalog.get("other")).getMessage();
    assertTrue(message.contains("name is 'few', expected 'other'"), message);
  }

  @Test
  void bothFormatsAreReadFromTheCache() throws IOException {
    Map<String, byte[]> idx = FewImages.idx();
    keep(idx);
    DataSets sets = new DataSets(cache);
    assertArrayEquals(new byte[] {0, 1, 2}, sets.train(FewImages.idxSpec(idx)).labels());
    assertArrayEquals(new byte[] {2, 0}, sets.test(FewImages.idxSpec(idx)).labels());
    Map<String, byte[]> cifar = FewImages.cifar();
    keep(cifar);
    LabelledImages train = sets.train(FewImages.cifarSpec(cifar));
    assertArrayEquals(new byte[] {0, 1, 2, 1, 2, 0}, train.labels());
    assertEquals(cifar.get("data_batch_2.bin")[13 + 5] & 0xff, train.pixel(4, 4));
  }

  @Test
  void missingAndDamagedFilesAreSaid() throws IOException {
    Map<String, byte[]> idx = FewImages.idx();
    DataSpec spec = FewImages.idxSpec(idx);
    assertTrue(refusal(spec).contains("train-images is not in "), refusal(spec));
    assertTrue(refusal(spec).endsWith("'fetch few' brings it"), refusal(spec));
    keep(idx);
    Path file = cache.resolve("data/few/train-labels");
    byte[] damaged = FewImages.flipped(idx.get("train-labels"));
    Files.write(file, damaged);
    String message = refusal(spec);
    assertTrue(message.contains(file + " is damaged"), message);
    assertTrue(message.contains("sha256 is " + FewImages.sha256(damaged)), message);
    assertTrue(message.contains("expected " + FewImages.sha256(idx.get("train-labels"))), message);
    assertTrue(message.contains("put aside as train-labels.damaged"), message);
    assertFalse(Files.exists(file));
    assertTrue(refusal(spec).contains("train-labels is not in "));
  }

  @Test
  void filesThatDoNotFitTheirDescriptionAreSaid() throws IOException {
    Map<String, byte[]> idx = FewImages.idx();
    idx.put("train-labels", idx.get("test-labels"));
    keep(idx);
    String message = refusal(FewImages.idxSpec(idx));
    assertTrue(message.contains("train-labels: 2 labels, expected 3"), message);
    Map<String, byte[]> cifar = FewImages.cifar();
    cifar.put("data_batch_2.bin", new byte[13]);
    keep(cifar);
    assertTrue(refusal(FewImages.cifarSpec(cifar)).contains("has 4 images, expected 6"));
  }
}
