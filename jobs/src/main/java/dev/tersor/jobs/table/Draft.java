package dev.tersor.jobs.table;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * A hidden file of a writer, which it has not closed yet or never will.
 *
 * @param path in the results folder
 * @param modified milliseconds by the clock of the store
 */
record Draft(String path, long modified) {
  /** Names that only drafts have, in the folders beside the tables; others may be anyone's. */
  private static final Map<String, String> BESIDE =
      Map.of(
          "",
          "\\.probe-[-0-9a-f]{36}|\\." + Layout.MARKER + "\\.\\d+",
          Replaced.FOLDER,
          "\\..+\\.\\d+\\.\\d+",
          "networks",
          "\\..+\\.\\d+",
          ResultsFolder.REPORTS,
          "\\..+\\.json\\.\\d+");

  /**
   * @param ofTables those that a listing of the tables found
   */
  static List<Draft> all(ResultsFolder folder, List<Draft> ofTables) throws IOException {
    List<Draft> all = new ArrayList<>(ofTables);
    for (Map.Entry<String, String> beside : BESIDE.entrySet()) {
      Path home = beside.getKey().isEmpty() ? folder.root() : folder.child(beside.getKey());
      if (!folder.files().exists(home)) {
        continue;
      }
      for (FileStatus status : folder.files().listStatus(home)) {
        if (status.isFile() && status.getPath().getName().matches(beside.getValue())) {
          all.add(new Draft(folder.relative(status.getPath()), status.getModificationTime()));
        }
      }
    }
    return all;
  }
}
