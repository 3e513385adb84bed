package dev.tersor.core.checkpoint;

import dev.tersor.core.checkpoint.gguf.GgufSplits;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The checkpoint that a folder stands for, told by the names of its files. */
public final class CheckpointFolder {
  private static final String INDEX = ".index.json";

  /** Of two forms of the same weights, those that are read with less are named first. */
  private static final List<String> SUFFIXES =
      List.of(
          ".safetensors",
          ".gguf",
          ".pt",
          ".pth",
          ".bin",
          ".onnx",
          ".npz",
          ".tflite",
          ".keras",
          ".h5");

  private CheckpointFolder() {}

  /**
   * The one index of shards, or else the one file with a checkpoint's name, or the first part of
   * the one GGUF model in several. Where there are both a {@code .safetensors} and a {@code .bin},
   * as on the hub, the first is taken.
   *
   * @param folder for messages
   * @param files names of the files that lie in it
   * @throws IOException naming the folder and what is in it, if none or several are checkpoints
   */
  public static String choose(String folder, Collection<String> files) throws IOException {
    List<String> sorted = files.stream().filter(file -> !file.startsWith(".")).sorted().toList();
    for (String suffix : SUFFIXES) {
      List<String> indexes =
          sorted.stream().filter(file -> lower(file).endsWith(suffix + INDEX)).toList();
      if (indexes.size() == 1) {
        return indexes.get(0);
      }
      List<String> found = sorted.stream().filter(file -> lower(file).endsWith(suffix)).toList();
      if (indexes.isEmpty() && found.size() == 1) {
        return found.get(0);
      }
      Optional<String> split = indexes.isEmpty() ? GgufSplits.first(found) : Optional.empty();
      if (split.isPresent()) {
        return split.get();
      }
      if (!found.isEmpty() || !indexes.isEmpty()) {
        throw new IOException(
            "%s is a folder of %d checkpoints, expected one, or an index of shards: %s"
                .formatted(
                    folder,
                    indexes.size() + found.size(),
                    shown(indexes.isEmpty() ? found : indexes)));
      }
    }
    throw new IOException(
        "%s is a folder without a checkpoint, expected a file of %s"
            .formatted(folder, String.join(", ", SUFFIXES)));
  }

  private static String lower(String file) {
    return file.toLowerCase(Locale.ROOT);
  }

  private static String shown(List<String> files) {
    String first = String.join(", ", files.subList(0, Math.min(5, files.size())));
    return files.size() > 5 ? first + ", ..." : first;
  }
}
