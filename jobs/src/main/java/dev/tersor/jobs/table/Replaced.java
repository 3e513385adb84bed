package dev.tersor.jobs.table;

import dev.tersor.jobs.source.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A list of files whose rows stand in newer ones, {@code _replaced/ID.N} of the run ID: a path a
 * line. From the moment that it is there views skip its files; they are deleted when nobody reads
 * them any more.
 *
 * @param modified milliseconds by the clock of the store
 * @param paths in the results folder
 */
public record Replaced(String id, long modified, List<String> paths) {
  static final String FOLDER = "_replaced";

  static List<Replaced> all(ResultsFolder folder) throws IOException {
    List<Replaced> lists = new ArrayList<>();
    Path home = folder.child(FOLDER);
    if (!folder.files().exists(home)) {
      return lists;
    }
    for (FileStatus status : folder.files().listStatus(home)) {
      String id = status.getPath().getName();
      if (!id.startsWith(".")) {
        List<String> paths =
            folder.read(status.getPath()).lines().filter(line -> !line.isBlank()).toList();
        lists.add(new Replaced(id, status.getModificationTime(), paths));
      }
    }
    return lists;
  }

  /** The run that wrote the list, and before it the files that replace those in it. */
  public String run() {
    return id.substring(0, Math.max(0, id.lastIndexOf('.')));
  }

  /** Which of its run's lists it is. */
  long number() {
    String number = id.substring(id.lastIndexOf('.') + 1);
    return number.matches("\\d{1,9}") ? Long.parseLong(number) : 0;
  }

  /** Publishes a list, after the files that replace those in it. */
  static void write(ResultsFolder folder, String id, List<String> paths) throws IOException {
    String text = String.join("\n", paths) + "\n";
    WholeFile.write(
        folder.files(),
        folder.child(FOLDER + "/" + id),
        WholeFile.Existing.REFUSED,
        out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Deletes the files of the list, by name, and then the list, if none of them is left. */
  void delete(ResultsFolder folder) throws IOException {
    FileSystem files = folder.files();
    Set<String> listed = Set.copyOf(paths);
    boolean isLeft = false;
    for (DataFile file : folder.replacedFiles()) {
      if (listed.contains(file.path())) {
        files.delete(folder.child(file.path()), false);
        isLeft |= files.exists(folder.child(file.path()));
      }
    }
    if (!isLeft) {
      files.delete(folder.child(FOLDER + "/" + id), false);
    }
  }
}
