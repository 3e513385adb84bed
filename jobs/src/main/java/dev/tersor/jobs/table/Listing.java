package dev.tersor.jobs.table;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The closed files of all tables, without those that others replace.
 *
 * @param replaced those that others replace, as far as they are there still
 * @param drafts what writers have not closed yet, or never will
 */
record Listing(List<DataFile> files, List<DataFile> replaced, List<Draft> drafts) {
  private static final Logger LOG = LoggerFactory.getLogger(Listing.class);

  /**
   * Lists a folder. What replaces files is published before the list that says so, so lists are
   * read first: whoever skips a file finds what has its rows.
   */
  static Listing of(ResultsFolder folder) throws IOException {
    Set<String> listed = new HashSet<>();
    Replaced.all(folder).forEach(list -> listed.addAll(list.paths()));
    List<DataFile> files = new ArrayList<>();
    List<DataFile> replaced = new ArrayList<>();
    List<Draft> drafts = new ArrayList<>();
    List<String> strangers = new ArrayList<>();
    for (Table table : Table.values()) {
      if (table.hasFiles()) {
        list(folder, table, listed, files, replaced, drafts, strangers);
      }
    }
    files.sort(Comparator.comparing(DataFile::path));
    if (!strangers.isEmpty()) {
      LOG.warn(
          "{} has files that no run wrote, which are not read: {}{}",
          folder.root(),
          strangers.get(0),
          strangers.size() > 1 ? " and " + (strangers.size() - 1) + " more" : "");
    }
    return new Listing(files, replaced, drafts);
  }

  private static void list(
      ResultsFolder folder,
      Table table,
      Set<String> listed,
      List<DataFile> files,
      List<DataFile> replaced,
      List<Draft> drafts,
      List<String> strangers)
      throws IOException {
    Path home = folder.child(table.label());
    if (!folder.files().exists(home)) {
      return; // nothing was written to it yet
    }
    for (FileStatus status : files(folder.files(), home)) {
      String path = folder.relative(status.getPath());
      String under = path.substring(table.label().length() + 1);
      var file = DataFile.of(table, under, status.getLen(), status.getModificationTime());
      if (file.isPresent()) {
        (listed.contains(path) ? replaced : files).add(file.get());
      } else if (status.getPath().getName().startsWith(".")) {
        drafts.add(new Draft(path, status.getModificationTime()));
      } else if (under.endsWith(".parquet") && !under.matches("(.*/)?[_.].*")) {
        strangers.add(path);
      }
    }
  }

  /** All files below a folder. */
  private static List<FileStatus> files(FileSystem files, Path home) throws IOException {
    List<FileStatus> all = new ArrayList<>();
    if (!"file".equals(files.getUri().getScheme())) {
      RemoteIterator<LocatedFileStatus> found = files.listFiles(home, true);
      while (found.hasNext()) {
        all.add(found.next());
      }
      return all;
    }
    // The quicker call would start a process for each file there, to know whose it is.
    for (FileStatus status : files.listStatus(home)) {
      if (status.isDirectory()) {
        all.addAll(files(files, status.getPath()));
      } else {
        all.add(status);
      }
    }
    return all;
  }

  List<DataFile> of(Table table) {
    return files.stream().filter(file -> file.table() == table).toList();
  }

  /** The greatest generation that there is, or 0. */
  int generation() {
    return files.stream().mapToInt(DataFile::generation).max().orElse(0);
  }

  /** The greatest generation that has cells, or where there are none the greatest. */
  int shownGeneration() {
    return of(Table.CELLS).stream().mapToInt(DataFile::generation).max().orElse(generation());
  }

  /** The id that sorts last of those of runs that wrote, or null. */
  String newestRun() {
    return files.stream().map(DataFile::run).max(Comparator.naturalOrder()).orElse(null);
  }
}
