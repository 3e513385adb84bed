package dev.tersor.jobs.cli;

import java.io.IOException;
import java.util.Map;

/** What {@code export} writes networks for. Implementations have no state. */
sealed interface ExportTarget permits ExportC, ExportTflm {
  /** The name in {@code --target}. */
  String name();

  /**
   * Exports a network.
   *
   * @param network file to read
   * @param to file or folder to write, which must not exist
   * @param options those that were given, by name without hyphens
   * @return the exit status
   * @throws dev.tersor.jobs.config.UsageException naming an option that has no place here, or what
   *     cannot be exported
   */
  int export(String network, String to, Map<String, Object> options) throws IOException;
}
