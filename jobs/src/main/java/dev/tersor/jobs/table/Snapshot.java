package dev.tersor.jobs.table;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The files that all tables have at one moment, whole waves only. A reader that takes exactly these
 * sees every wave or nothing of it.
 *
 * @param format of the file that holds it
 * @param snapshot its number; the highest is current
 * @param run that published it
 * @param wave after which it was published, or what else changed the files
 * @param time when, by the clock of the run's driver
 */
public record Snapshot(
    int format, long snapshot, String run, String wave, String time, List<DataFile> files) {
  /** The format that this version writes, and the newest that it reads. */
  static final int FORMAT = 1;

  public Snapshot {
    if (format < 1 || snapshot < 1) {
      throw new IllegalArgumentException("format " + format + ", snapshot " + snapshot);
    }
    files = List.copyOf(files);
  }

  /** The files of one table. */
  public List<DataFile> files(Table table) {
    return files.stream().filter(file -> file.table().equals(table.label())).toList();
  }

  public long bytes() {
    return files.stream().mapToLong(DataFile::bytes).sum();
  }

  boolean hasSameFiles(List<DataFile> others) {
    Set<DataFile> own = new HashSet<>(files);
    return own.size() == others.size() && own.containsAll(others);
  }
}
