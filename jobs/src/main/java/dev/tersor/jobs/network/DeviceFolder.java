package dev.tersor.jobs.network;

import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/** A folder of this machine that appears when all its files are written. */
public final class DeviceFolder {
  private DeviceFolder() {}

  /**
   * Writes files.
   *
   * @param to the folder, which must not exist
   * @throws UsageException if it is there already, or cannot be written there
   */
  public static void write(String to, Map<String, byte[]> files) {
    Path folder;
    try {
      folder = Path.of(to).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw new UsageException("export: --to " + to + ": " + e.getMessage(), e);
    }
    if (Files.exists(folder)) {
      throw new UsageException("export: " + to + " exists already");
    }
    Path draft = folder.resolveSibling("." + folder.getFileName() + "." + System.nanoTime());
    try {
      Files.createDirectories(draft);
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        Files.write(draft.resolve(file.getKey()), file.getValue());
      }
      Files.move(draft, folder);
    } catch (IOException e) {
      throw new UsageException("export: cannot write " + to + ": " + e.getMessage(), e);
    } finally {
      remove(draft, files);
    }
  }

  /** Removes what a failure left. */
  private static void remove(Path draft, Map<String, byte[]> files) {
    try {
      for (String file : files.keySet()) {
        Files.deleteIfExists(draft.resolve(file));
      }
      Files.deleteIfExists(draft);
    } catch (IOException e) {
      throw new UsageException("export: cannot remove " + draft + ": " + e.getMessage(), e);
    }
  }
}
