package dev.tersor.jobs.device;

import dev.tersor.core.device.BoardCount;
import dev.tersor.core.device.DeviceExport;
import dev.tersor.jobs.source.Scratch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A board that exported layers are decoded on, in QEMU: once by the decoders by vectors, once
 * without. Each layer's codes are compared with their checksum there.
 */
final class Board {
  /** Bytes of memory for streams and codes: the DDR of board.ld, less what tables of these take. */
  static final long MEMORY = 240L << 20;

  /** A line of {@code size}: bytes of code and constants, three more numbers, two more, a file. */
  private static final Pattern SIZE =
      Pattern.compile("^\\s*(\\d+)\\s.*\\s(\\S+)\\.o\\s*$", Pattern.MULTILINE);

  private final Toolchain tools;

  Board(Toolchain tools) {
    this.tools = tools;
  }

  /**
   * What was counted.
   *
   * @param byVectors by name of the layer, as the board has it by default
   * @param plain the same without vectors
   * @param code bytes of each decoder by itself, by name of its file
   */
  record Counts(
      Map<String, BoardCount> byVectors, Map<String, BoardCount> plain, Map<String, Long> code) {
    /** Bytes of decoders. */
    long codeBytes(List<String> files) {
      return files.stream().mapToLong(file -> code.getOrDefault(file, 0L)).sum();
    }
  }

  /**
   * Builds and runs layers.
   *
   * @throws IllegalStateException if they cannot be built, do not fit, or one decodes to others
   */
  Counts count(DeviceExport exported) {
    Path folder = Scratch.folder("tersor-board");
    try {
      for (Map.Entry<String, byte[]> file : exported.files().entrySet()) {
        Files.write(folder.resolve(file.getKey()), file.getValue());
      }
      Map<String, BoardCount> byVectors = counts(exported, tools.make(folder, "count"));
      // The program is there, made with vectors.
      Map<String, BoardCount> plain = counts(exported, tools.make(folder, "-B", "MVE=no", "count"));
      Map<String, Long> code = new HashMap<>();
      Matcher sizes = SIZE.matcher(tools.make(folder, "code"));
      while (sizes.find()) {
        code.put(sizes.group(2), Long.parseLong(sizes.group(1)));
      }
      return new Counts(byVectors, plain, code);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      delete(folder);
    }
  }

  private static Map<String, BoardCount> counts(DeviceExport exported, String said) {
    Map<String, BoardCount> counts =
        BoardCount.parse(said).stream()
            .collect(Collectors.toMap(BoardCount::name, Function.identity()));
    if (!counts.keySet().equals(exported.layers().keySet())) {
      throw new IllegalStateException("the board counted " + counts.keySet() + ": " + said);
    }
    return counts;
  }

  private static void delete(Path folder) {
    try {
      Scratch.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
