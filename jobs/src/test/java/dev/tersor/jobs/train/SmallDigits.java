package dev.tersor.jobs.train;

import dev.tersor.jobs.source.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * A data set of a few hundred digits of MNIST's built-in test set, and small networks for it: what
 * training is tested with.
 */
public final class SmallDigits {
  private static final int TRAIN = 400;
  private static final int TEST = 200;
  private static final int PIXELS = 28 * 28;

  private static final String MODEL =
      """
      name = tiny
      title = "tiny"
      input = [1, 28, 28]
      sources = [{ synthetic = 1 }]
      tensors = [
        { name = fc1.weight, kind = fc, shape = [20, 784], macs = 15680, prune = true, paper-density = 0.2, paper-bits = 4 }
        { name = fc2.weight, kind = fc, shape = [10, 20], macs = 200, prune = true, paper-density = 0.5, paper-bits = 3 }
      ]
      graph {
        data = digits, mean = [0], deviation = [0.3081]
        layers = [
          { op = flatten }
          { op = linear, weight = fc1.weight, bias = fc1.bias }
          { op = relu }
          { op = dropout }
          { op = linear, weight = fc2.weight, bias = fc2.bias }
        ]
      }
      """;

  private static final String RESIDUAL =
      """
      name = residual
      title = "residual"
      input = [1, 28, 28]
      sources = [{ synthetic = 1 }]
      tensors = [
        { name = a, kind = conv, shape = [4, 1, 5, 5], macs = 1, prune = false }
        { name = b, kind = conv, shape = [4, 4, 3, 3], macs = 1, prune = true }
        { name = c, kind = conv, shape = [4, 4, 1, 1], macs = 1, prune = false }
        { name = d, kind = fc, shape = [10, 4], macs = 1, prune = false }
      ]
      graph {
        data = digits, mean = [0.1], deviation = [0.3]
        layers = [
          { op = conv, weight = a, bias = a.bias, stride = 2, padding = 1 }
          { op = max-pool, size = 2 }
          { op = residual
            body = [{ op = conv, weight = b, padding = 1 }, { op = batch-norm, name = n }, { op = relu }]
            shortcut = [{ op = conv, weight = c }] }
          { op = global-average-pool }
          { op = flatten }
          { op = linear, weight = d, bias = d.bias }
        ]
      }
      """;

  private final Path folder;

  /** Writes everything into a folder. */
  public SmallDigits(Path folder) throws IOException {
    this.folder = folder;
    byte[] images = builtIn("t10k-images-idx3-ubyte");
    byte[] labels = builtIn("t10k-labels-idx1-ubyte");
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("train-images", images(images, 0, TRAIN));
    files.put("train-labels", labels(labels, 0, TRAIN));
    files.put("test-images", images(images, TRAIN, TEST));
    files.put("test-labels", labels(labels, TRAIN, TEST));
    StringBuilder conf =
        new StringBuilder(
            """
            name = digits
            title = "a few digits"
            licence = "CC BY-SA 3.0"
            format = idx
            shape = [1, 28, 28]
            classes = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]
            train = { images = %d, files = [train-images, train-labels] }
            test = { images = %d, files = [test-images, test-labels] }
            sources = []
            files = [
            """
                .formatted(TRAIN, TEST));
    Path cached = Files.createDirectories(folder.resolve("cache/data/digits"));
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(cached.resolve(file.getKey()), file.getValue());
      conf.append(
          "{ name = %s, bytes = %d, sha256 = %s }%n"
              .formatted(file.getKey(), file.getValue().length, Sha256.of(file.getValue())));
    }
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(folder.resolve("data/digits.conf"), conf + "]\n");
    Files.createDirectories(folder.resolve("models"));
    Files.writeString(folder.resolve("models/tiny.conf"), MODEL);
    Files.writeString(folder.resolve("models/residual.conf"), RESIDUAL);
    // Without a bend nothing keeps a training that goes too fast from running away.
    Files.writeString(
        folder.resolve("models/linear.conf"),
        MODEL.replace("tiny", "linear").replace("{ op = relu }", ""));
  }

  private static byte[] builtIn(String name) throws IOException {
    try (InputStream in =
        SmallDigits.class.getResourceAsStream("/tersor/data/mnist/" + name + ".gz")) {
      return new GZIPInputStream(in).readAllBytes();
    }
  }

  private static byte[] images(byte[] idx, int first, int count) {
    return ByteBuffer.allocate(16 + count * PIXELS)
        .putInt(0x803)
        .putInt(count)
        .putInt(28)
        .putInt(28)
        .put(idx, 16 + first * PIXELS, count * PIXELS)
        .array();
  }

  private static byte[] labels(byte[] idx, int first, int count) {
    return ByteBuffer.allocate(8 + count)
        .putInt(0x801)
        .putInt(count)
        .put(Arrays.copyOfRange(idx, 8 + first, 8 + first + count))
        .array();
  }

  public Path cachedFile(String name) {
    return folder.resolve("cache/data/digits/" + name);
  }

  public Path out() {
    return folder.resolve("out");
  }

  public String model(String name) throws IOException {
    return Files.readString(folder.resolve("models/" + name + ".conf"));
  }

  /** A configuration file for a training of seconds, with settings of one's own after it. */
  public Path config(String settings) throws IOException {
    Path file = Files.createTempFile(folder, "train", ".conf");
    return Files.writeString(
        file,
        """
        train {
          network = tiny, held-out = 50, batch = 20, checkpoint-seconds = 0
          bias-bits = [32], bits = [3], densities = [0.25], encodings = [relative5/huffman]
          dense { epochs = 8, rate = 0.02 }
          prune { epochs = 3, rate = 0.01 }
          share { epochs = 2 }
          out = "%s", models-dir = "%s", data-dir = "%s", cache = "%s"
        }
        %s
        """
            .formatted(
                out(),
                folder.resolve("models"),
                folder.resolve("data"),
                folder.resolve("cache"),
                settings));
  }
}
