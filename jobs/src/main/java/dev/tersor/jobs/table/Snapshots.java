package dev.tersor.jobs.table;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tersor.jobs.config.UsageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshots of a results folder, {@code _snapshots/NNNNNNNN.json}. Each is written aside and
 * renamed into place, so one that is there is whole; the highest number is current. Numbers order
 * them, clocks do not. The last few stay, for who is reading them.
 */
final class Snapshots {
  static final String FOLDER = "_snapshots";

  /** How many stay when a new one is published. */
  static final int KEPT = 16;

  private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  private static final int TRIES = 5;

  private final ResultsFolder folder;
  private final FileSystem files;

  Snapshots(ResultsFolder folder) {
    this.folder = folder;
    this.files = folder.files();
  }

  /**
   * The current snapshot; none in a folder that an earlier version wrote. One that is damaged is
   * passed over, with a warning, for the one before it.
   *
   * @throws UsageException if it is of a newer version, or all that there are are damaged
   */
  Optional<Snapshot> latest() throws IOException {
    for (int attempt = 1; ; attempt++) {
      List<Long> numbers = numbers();
      try {
        return latest(numbers);
      } catch (FileNotFoundException e) {
        // A writer published so many meanwhile that this one went.
        if (attempt == TRIES) {
          throw e;
        }
      }
    }
  }

  private Optional<Snapshot> latest(List<Long> numbers) throws IOException {
    for (long number : numbers) {
      Path file = path(number);
      try {
        Snapshot snapshot = parse(file);
        if (snapshot.format() > Snapshot.FORMAT) {
          throw new UsageException(
              "out: "
                  + file
                  + " has format "
                  + snapshot.format()
                  + ", this version knows "
                  + Snapshot.FORMAT
                  + ": a newer version wrote these results");
        }
        return Optional.of(snapshot);
      } catch (JsonProcessingException | ChecksumException e) {
        LOG.warn("{} is damaged and passed over: {}", file, firstLine(e));
      }
    }
    if (!numbers.isEmpty()) {
      throw new UsageException(
          "out: all snapshots in "
              + folder.child(FOLDER)
              + " are damaged; without that folder the next run makes a new one of the files that"
              + " the tables' folders have");
    }
    return Optional.empty();
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private Snapshot parse(Path file) throws IOException {
    try (InputStream in = files.open(file)) {
      Snapshot snapshot = JSON.readValue(in.readAllBytes(), Snapshot.class);
      if (snapshot == null) {
        throw new JsonParseException(null, "nothing but null");
      }
      return snapshot;
    }
  }

  private Path path(long number) {
    return folder.child(FOLDER + "/%08d.json".formatted(number));
  }

  /** The numbers that there are, the highest first. */
  private List<Long> numbers() throws IOException {
    List<Long> numbers = new ArrayList<>();
    Path all = folder.child(FOLDER);
    if (files.exists(all)) {
      for (FileStatus status : files.listStatus(all)) {
        String name = status.getPath().getName();
        if (name.matches("\\d{8,18}\\.json")) {
          numbers.add(Long.parseLong(name.substring(0, name.indexOf('.'))));
        }
      }
    }
    numbers.sort(Comparator.reverseOrder());
    return numbers;
  }

  /** Publishes what becomes current. To be called under the lock. */
  Snapshot publish(String run, String wave, Collection<DataFile> live) throws IOException {
    List<Long> numbers = numbers();
    long number = numbers.isEmpty() ? 1 : numbers.get(0) + 1;
    List<DataFile> sorted = live.stream().sorted(Comparator.comparing(DataFile::path)).toList();
    Snapshot snapshot =
        new Snapshot(Snapshot.FORMAT, number, run, wave, Instant.now().toString(), sorted);
    Path target = path(number);
    Path draft = folder.child(ResultsFolder.STAGING + "/snapshot-" + number);
    folder.write(draft, JSON.writeValueAsString(snapshot) + "\n");
    files.mkdirs(target.getParent());
    if (files.exists(target) || !files.rename(draft, target)) {
      throw new IOException("cannot write " + target);
    }
    forgetBefore(number - KEPT + 1);
    return snapshot;
  }

  /** Deletes what was superseded. */
  List<Path> forgetBefore(long number) throws IOException {
    List<Path> gone = new ArrayList<>();
    for (long old : numbers()) {
      if (old < number && files.delete(path(old), false)) {
        gone.add(path(old));
      }
    }
    return gone;
  }
}
