package dev.tersor.jobs.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A synthetic network whose sweep takes a wave for each of its layers and sparsities. */
final class ManyLayers {
  private ManyLayers() {}

  /** Its description, in a folder of models. */
  static Path in(Path models, int layers) throws IOException {
    String tensors =
        IntStream.range(0, layers)
            .mapToObj(
                i ->
                    "{ name = fc%d, kind = fc, shape = [%d, 500], macs = 1, prune = true }"
                        .formatted(i, 100 + 20 * i))
            .collect(Collectors.joining("\n"));
    Files.writeString(
        Files.createDirectories(models).resolve("many.conf"),
        "name = many, title = \"many layers\", input = [500]\nsources = [{ synthetic = 3 }]\n"
            + "tensors = [\n"
            + tensors
            + "\n]\n");
    return models;
  }

  /** Options of a sweep of two sparsities and three encodings. */
  static List<String> grid(Path models) {
    return List.of(
        "--models",
        "many",
        "--models-dir",
        models.toString(),
        "--sparsities",
        "0.5,0.9",
        "--encodings",
        "dense/huffman,bitmap,relative4/huffman",
        "--bits",
        "4",
        "--codebooks",
        "linear",
        "--wave-seconds",
        "0.01");
  }
}
