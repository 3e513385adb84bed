package dev.tersor.jobs.table;

import dev.tersor.jobs.config.UsageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads again when files vanish under a reader. Whoever deletes files has published their rows in
 * others before, so the next listing has them.
 */
final class LostFiles {
  private static final Logger LOG = LoggerFactory.getLogger(LostFiles.class);
  private static final int TRIES = 5;

  private final ResultsFolder folder;

  LostFiles(ResultsFolder folder) {
    this.folder = folder;
  }

  <T> T reading(TableRead<T> reader) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return reader.read();
      } catch (Exception e) { // Spark throws checked exceptions that it does not declare
        String lost = lost(e);
        if (lost == null) {
          throw e;
        }
        if (attempt == TRIES) {
          throw new UsageException(
              "out: " + folder.root() + " loses files while they are read: " + lost, e);
        }
        LOG.warn("files were put together while they were read: reading again");
        folder.refresh();
      }
    }
  }

  /** The cause that says that a file of the folder is not there, or null. */
  String lost(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      boolean missing =
          cause instanceof FileNotFoundException
              || message.contains("FILE_NOT_EXIST")
              || message.contains("PATH_NOT_FOUND")
              || message.contains("FileNotFoundException");
      if (missing && message.contains(folder.root().toUri().getPath())) {
        return message.lines().findFirst().orElse("");
      }
    }
    return null;
  }
}
