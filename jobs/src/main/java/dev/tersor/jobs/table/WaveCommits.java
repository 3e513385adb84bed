package dev.tersor.jobs.table;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The commit protocol of a results folder. A wave is staged, then its record is renamed into place,
 * which commits it, then its files are moved into the tables. Recovery finishes the moves of
 * committed waves and drops what was staged without a record, so a run that dies at any moment
 * leaves whole waves only.
 */
final class WaveCommits {
  static final String RECORDS = "_waves";

  private final ResultsFolder folder;
  private final FileSystem files;

  WaveCommits(ResultsFolder folder) {
    this.folder = folder;
    this.files = folder.files();
  }

  private Path record(String wave) {
    return folder.child(RECORDS + "/" + wave);
  }

  /** Commits what was staged for a wave: all of it or nothing. */
  void commit(Path staging, String wave) throws IOException {
    List<String> moves = new ArrayList<>();
    for (Table table : Table.values()) {
      Path from = new Path(staging, table.label());
      if (files.exists(from)) {
        addMoves(from, table.label(), wave, moves);
      }
    }
    Path record = record(wave);
    Path draft = new Path(staging, "record");
    folder.write(draft, String.join("\n", moves) + "\n");
    files.mkdirs(record.getParent());
    if (!files.rename(draft, record)) {
      throw new IOException("cannot write " + record);
    }
    finish(wave, staging);
  }

  /** One line a file: its path under the staging folder, a tab, its path under the root. */
  private void addMoves(Path folder, String to, String wave, List<String> moves)
      throws IOException {
    int part = 0;
    for (FileStatus status : sorted(folder)) {
      String name = status.getPath().getName();
      if (status.isDirectory()) {
        addMoves(status.getPath(), to + "/" + name, wave, moves);
      } else if (name.endsWith(".parquet")) {
        String target = to + "/" + wave + "-" + part++ + ".parquet";
        moves.add(to + "/" + name + "\t" + target);
      }
    }
  }

  private FileStatus[] sorted(Path folder) throws IOException {
    FileStatus[] all = files.listStatus(folder);
    Arrays.sort(all);
    return all;
  }

  private void finish(String wave, Path staging) throws IOException {
    for (String line : folder.read(record(wave)).lines().toList()) {
      if (line.isEmpty()) {
        continue;
      }
      int tab = line.indexOf('\t');
      Path from = new Path(staging, line.substring(0, tab));
      Path to = folder.child(line.substring(tab + 1));
      if (files.exists(to)) {
        continue;
      }
      files.mkdirs(to.getParent());
      if (!files.rename(from, to)) {
        throw new IOException("cannot move " + from + " to " + to);
      }
    }
    files.delete(staging, true);
    if (files.listStatus(staging.getParent()).length == 0) {
      files.delete(staging.getParent(), false);
    }
  }

  /**
   * Finishes committed waves whose files were not all moved, and drops what was staged and not
   * committed. To be called under the lock.
   */
  void recover(Path staging) throws IOException {
    if (!files.exists(staging)) {
      return;
    }
    for (FileStatus run : files.listStatus(staging)) {
      if (run.isDirectory()) {
        for (FileStatus wave : files.listStatus(run.getPath())) {
          String name = wave.getPath().getName();
          if (files.exists(record(name))) {
            finish(name, wave.getPath());
          }
        }
      }
      files.delete(run.getPath(), true);
    }
  }
}
