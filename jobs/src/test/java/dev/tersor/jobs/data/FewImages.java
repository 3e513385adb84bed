package dev.tersor.jobs.data;

import dev.tersor.jobs.config.DataSpec;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Data sets of a few images, and the forms in which sources have them. */
final class FewImages {
  private static final int CHANNELS = 3;
  private static final int PIXELS = 4;
  private static final int CIFAR_RECORD = 1 + CHANNELS * PIXELS;

  private FewImages() {}

  /** Files of a set as MNIST: three images of 2x3 to train with, two to test with. */
  static Map<String, byte[]> idx() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("train-images", images(3));
    files.put("train-labels", labels(0, 1, 2));
    files.put("test-images", images(2));
    files.put("test-labels", labels(2, 0));
    return files;
  }

  private static byte[] images(int count) {
    byte[] pixels = new byte[6 * count];
    new Random(count).nextBytes(pixels);
    return ByteBuffer.allocate(16 + pixels.length)
        .putInt(0x803)
        .putInt(count)
        .putInt(2)
        .putInt(3)
        .put(pixels)
        .array();
  }

  private static byte[] labels(int... labels) {
    ByteBuffer bytes = ByteBuffer.allocate(8 + labels.length).putInt(0x801).putInt(labels.length);
    for (int label : labels) {
      bytes.put((byte) label);
    }
    return bytes.array();
  }

  static DataSpec idxSpec(Map<String, byte[]> files, String... sources) {
    return DataSpec.parse(idxConf(files, sources), "few.conf");
  }

  static String idxConf(Map<String, byte[]> files, String... sources) {
    return conf(
        files,
        """
        name = few
        format = idx
        shape = [1, 2, 3]
        train = { images = 3, files = [train-images, train-labels] }
        test = { images = 2, files = [test-images, test-labels] }
        """,
        sources);
  }

  /** Batches as CIFAR-10: two of three images of 3x2x2, and one to test with. */
  static Map<String, byte[]> cifar() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    int seed = 0;
    for (String name : List.of("data_batch_1.bin", "data_batch_2.bin", "test_batch.bin")) {
      byte[] batch = new byte[3 * CIFAR_RECORD];
      new Random(seed).nextBytes(batch);
      for (int i = 0; i < 3; i++) {
        batch[i * CIFAR_RECORD] = (byte) ((i + seed) % 3);
      }
      files.put(name, batch);
      seed++;
    }
    return files;
  }

  static DataSpec cifarSpec(Map<String, byte[]> files, String... sources) {
    String conf =
        conf(
            files,
            """
            name = few
            format = cifar
            shape = [3, 2, 2]
            train = { images = 6, files = [data_batch_1.bin, data_batch_2.bin] }
            test = { images = 3, files = [test_batch.bin] }
            """,
            sources);
    return DataSpec.parse(conf, "few.conf");
  }

  private static String conf(Map<String, byte[]> files, String head, String... sources) {
    return head
        + "title = few\nlicence = none\nclasses = [a, b, c]\nfiles = [\n"
        + files.entrySet().stream()
            .map(
                file ->
                    String.format(
                        "{ name = %s, bytes = %d, sha256 = %s }",
                        file.getKey(), file.getValue().length, sha256(file.getValue())))
            .collect(Collectors.joining("\n"))
        + "\n]\nsources = [\n"
        + String.join("\n", sources)
        + "\n]\n";
  }

  /** The batches as the npm package has them. */
  static Map<String, byte[]> pictures(Map<String, byte[]> batches) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    StringBuilder train = new StringBuilder();
    StringBuilder test = new StringBuilder();
    batches.forEach(
        (name, batch) -> {
          BufferedImage picture = new BufferedImage(PIXELS, 3, BufferedImage.TYPE_3BYTE_BGR);
          for (int image = 0; image < 3; image++) {
            int record = image * CIFAR_RECORD;
            (name.startsWith("test") ? test : train).append(',').append(batch[record]);
            for (int pixel = 0; pixel < PIXELS; pixel++) {
              for (int channel = 0; channel < CHANNELS; channel++) {
                int value = batch[record + 1 + channel * PIXELS + pixel];
                picture.getRaster().setSample(pixel, image, channel, value & 0xff);
              }
            }
          }
          files.put("package/" + name.replace(".bin", ".png"), png(picture));
        });
    files.put("package/train_lables.json", json(train));
    files.put("package/test_lables.json", json(test));
    return files;
  }

  private static byte[] json(StringBuilder labels) {
    return ("[" + labels.substring(1) + "]").getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] png(BufferedImage picture) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(picture, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** The same files with something before their names. */
  static Map<String, byte[]> under(String prefix, Map<String, byte[]> files) {
    Map<String, byte[]> under = new LinkedHashMap<>();
    files.forEach((name, bytes) -> under.put(prefix + name, bytes));
    return under;
  }

  static byte[] tgz(Map<String, byte[]> files) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(packed))) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
        entry.setSize(file.getValue().length);
        tar.putArchiveEntry(entry);
        tar.write(file.getValue());
        tar.closeArchiveEntry();
      }
    }
    return packed.toByteArray();
  }

  static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  static byte[] flipped(byte[] bytes) {
    byte[] flipped = Arrays.copyOf(bytes, bytes.length);
    flipped[bytes.length / 2] ^= 1;
    return flipped;
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
