package dev.tersor.jobs.table;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What lies in a results folder and no snapshot lists: files that were replaced or put aside, what
 * was staged and never committed, records of waves none of whose files is left, reports of runs
 * that expired, hidden files of writers that died, empty partitions.
 */
public final class Leftovers {
  /**
   * A file, or a folder with all that it holds.
   *
   * @param path in the results folder
   */
  public record Item(String path, long bytes) {}

  private final ResultsFolder folder;
  private final FileSystem files;
  private final Snapshots snapshots;
  private final long current;
  private final Set<String> listed = new HashSet<>();
  private final List<Item> items = new ArrayList<>();

  private Leftovers(ResultsFolder folder, Snapshots snapshots) {
    this.folder = folder;
    this.files = folder.files();
    this.snapshots = snapshots;
    this.current = folder.snapshot().map(Snapshot::snapshot).orElse(0L);
  }

  /**
   * @param runs whose reports stay
   */
  static Leftovers of(ResultsFolder folder, Snapshots snapshots, Set<String> runs)
      throws IOException {
    Leftovers leftovers = new Leftovers(folder, snapshots);
    Set<String> waves = new HashSet<>();
    for (DataFile file : folder.snapshot().map(Snapshot::files).orElse(List.of())) {
      leftovers.listed.add(file.path());
      String name = file.path().substring(file.path().lastIndexOf('/') + 1);
      waves.add(name.substring(0, Math.max(0, name.lastIndexOf('-'))));
    }
    for (FileStatus status : leftovers.children(ResultsFolder.OLD)) {
      leftovers.add(status);
    }
    for (FileStatus status : leftovers.children(ResultsFolder.STAGING)) {
      leftovers.add(status);
    }
    for (FileStatus status : leftovers.children(WaveCommits.RECORDS)) {
      if (!waves.contains(status.getPath().getName())) {
        leftovers.add(status);
      }
    }
    for (FileStatus status : leftovers.children(ResultsFolder.REPORTS)) {
      if (!runs.contains(status.getPath().getName().replaceFirst("\\.json$", ""))) {
        leftovers.add(status);
      }
    }
    for (Table table : Table.values()) {
      leftovers.look(table.label());
    }
    return leftovers;
  }

  private FileStatus[] children(String name) throws IOException {
    try {
      return files.listStatus(folder.child(name));
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }

  private void add(FileStatus status) throws IOException {
    try {
      long bytes = files.getContentSummary(status.getPath()).getLength();
      items.add(new Item(folder.relative(status.getPath()), bytes));
    } catch (FileNotFoundException e) {
      // Who looks without the lock sees what a writer stages, and moves on meanwhile.
    }
  }

  /**
   * Looks through a table's folder. A visible file that nothing lists is left to the next recovery,
   * which lists it.
   *
   * @return whether nothing of it stays
   */
  private boolean look(String path) throws IOException {
    boolean empty = true;
    for (FileStatus status : children(path)) {
      String name = status.getPath().getName();
      String own = path + "/" + name;
      if (name.startsWith("_") || name.startsWith(".")) {
        add(status);
      } else if (status.isDirectory()) {
        if (look(own)) {
          items.add(new Item(own, 0));
        } else {
          empty = false;
        }
      } else {
        empty = false;
      }
    }
    return empty;
  }

  public List<Item> items() {
    return List.copyOf(items);
  }

  public long bytes() {
    return items.stream().mapToLong(Item::bytes).sum();
  }

  /**
   * Deletes all of it, and the snapshots before the current one. To be called under the lock.
   *
   * @throws IOException naming the first that cannot be deleted
   */
  public void delete() throws IOException {
    for (Item item : items) {
      Path path = folder.child(item.path());
      if (listed.contains(item.path()) || (!files.delete(path, true) && files.exists(path))) {
        throw new IOException("cannot delete " + path);
      }
    }
    snapshots.forgetBefore(current);
  }
}
