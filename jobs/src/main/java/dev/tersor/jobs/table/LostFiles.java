package dev.tersor.jobs.table;

import dev.tersor.jobs.config.UsageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads again when files vanish under a reader. A writer that takes files out of tables first
 * publishes a snapshot without them, so a newer one can always be read.
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
      Optional<Snapshot> read = folder.snapshot();
      try {
        return reader.read();
      } catch (Exception e) { // Spark throws checked exceptions that it does not declare
        String lost = lost(e);
        if (lost == null) {
          throw e;
        }
        folder.refresh();
        Optional<Snapshot> now = folder.snapshot();
        boolean moving =
            now.stream().flatMap(s -> s.files().stream()).anyMatch(file -> file.staged() != null);
        if (attempt == TRIES || (!moving && number(now) == number(read))) {
          throw new UsageException(
              "out: "
                  + folder.root()
                  + " lacks a file that its snapshot "
                  + number(now)
                  + " lists: "
                  + lost
                  + "; the next run that writes there lists what is left",
              e);
        }
        LOG.warn(
            "files of snapshot {} were replaced while they were read: reading snapshot {}",
            number(read),
            number(now));
      }
    }
  }

  private static long number(Optional<Snapshot> snapshot) {
    return snapshot.map(Snapshot::snapshot).orElse(0L);
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
