package dev.tersor.jobs.table;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * The commit protocol of a results folder. A wave is staged, then its record is renamed into place,
 * which commits it, then the files that it replaces are moved away and its own into the tables.
 * Recovery finishes the moves of committed waves and drops what was staged without a record, so a
 * run that dies at any moment leaves whole waves only.
 */
final class WaveCommits {
  static final String RECORDS = "_waves";
  private static final Pattern HIDDEN = Pattern.compile("(^|/)[_.]");

  /**
   * A line of a record.
   *
   * @param from under the staging folder of the wave, or, with a slash before it, under the root
   * @param to under the root
   */
  record Move(String from, String to) {
    static Move parse(String line) throws IOException {
      int tab = line.indexOf('\t');
      if (tab < 1 || tab == line.length() - 1) {
        throw new IOException("a line of a commit record is damaged: '" + line + "'");
      }
      return new Move(line.substring(0, tab), line.substring(tab + 1));
    }

    /** Whether it takes a file out of the tables. */
    boolean isRemoval() {
      return from.startsWith("/");
    }

    String line() {
      return from + "\t" + to;
    }
  }

  private final ResultsFolder folder;
  private final FileSystem files;

  WaveCommits(ResultsFolder folder) {
    this.folder = folder;
    this.files = folder.files();
  }

  private Path record(String wave) {
    return folder.child(RECORDS + "/" + wave);
  }

  /**
   * Commits what was staged for a wave: all of it or nothing.
   *
   * @param replaced files of tables that leave them, and go to {@code _old/WAVE}
   */
  void commit(String run, String wave, Path staging, List<DataFile> replaced) throws IOException {
    List<Move> moves = new ArrayList<>();
    for (DataFile file : replaced) {
      moves.add(new Move("/" + file.path(), ResultsFolder.OLD + "/" + wave + "/" + file.path()));
    }
    for (Table table : Table.values()) {
      Path from = new Path(staging, table.label());
      if (files.exists(from)) {
        addMoves(from, table.label(), wave, moves);
      }
    }
    Path record = record(wave);
    Path draft = new Path(staging, "record");
    folder.write(draft, String.join("\n", moves.stream().map(Move::line).toList()) + "\n");
    files.mkdirs(record.getParent());
    if (files.exists(record) || !files.rename(draft, record)) {
      throw new IOException("cannot write " + record);
    }
    complete(run, wave, staging);
  }

  /**
   * What follows a commit: moves, then a snapshot. Where files are replaced there is one before the
   * moves as well, which holds wherever they have got to, so that tables can be read all the time.
   */
  private void complete(String run, String wave, Path staging) throws IOException {
    List<Move> moves = moves(wave);
    Set<String> removed = new HashSet<>();
    moves.stream().filter(Move::isRemoval).forEach(move -> removed.add(move.from().substring(1)));
    Map<String, DataFile> live = new TreeMap<>();
    for (DataFile file : folder.live()) {
      if (!removed.contains(file.path())) {
        live.put(file.path(), file);
      }
    }
    List<DataFile> added = added(moves, staging);
    added.forEach(file -> live.put(file.path(), file));
    if (!removed.isEmpty()) {
      folder.publish(run, wave, live.values());
    }
    finish(moves, staging);
    added.forEach(file -> live.put(file.path(), DataFile.of(file.path(), file.bytes(), null)));
    folder.publish(run, wave, live.values());
  }

  /** Finishes what was committed and drops what was not. To be called under the lock. */
  void recover(Path staging) throws IOException {
    if (!files.exists(staging)) {
      return;
    }
    for (FileStatus run : files.listStatus(staging)) {
      if (run.isDirectory()) {
        for (FileStatus wave : files.listStatus(run.getPath())) {
          String name = wave.getPath().getName();
          if (files.exists(record(name))) {
            complete(run.getPath().getName(), name, wave.getPath());
          }
        }
      }
      files.delete(run.getPath(), true);
    }
  }

  /** The files that the tables' folders have, as Spark's own readers see them. */
  List<DataFile> listing() throws IOException {
    List<DataFile> listing = new ArrayList<>();
    for (Table table : Table.values()) {
      Path home = folder.child(table.label());
      if (files.exists(home)) {
        RemoteIterator<LocatedFileStatus> all = files.listFiles(home, true);
        while (all.hasNext()) {
          LocatedFileStatus status = all.next();
          String path = folder.relative(status.getPath());
          if (path.endsWith(".parquet") && !HIDDEN.matcher(path).find()) {
            listing.add(DataFile.of(path, status.getLen(), null));
          }
        }
      }
    }
    return listing;
  }

  private void addMoves(Path folder, String to, String wave, List<Move> moves) throws IOException {
    int part = 0;
    for (FileStatus status : sorted(folder)) {
      String name = status.getPath().getName();
      if (status.isDirectory()) {
        addMoves(status.getPath(), to + "/" + name, wave, moves);
      } else if (name.endsWith(".parquet")) {
        moves.add(new Move(to + "/" + name, to + "/" + wave + "-" + part++ + ".parquet"));
      }
    }
  }

  private FileStatus[] sorted(Path folder) throws IOException {
    FileStatus[] all = files.listStatus(folder);
    Arrays.sort(all);
    return all;
  }

  private List<Move> moves(String wave) throws IOException {
    List<Move> moves = new ArrayList<>();
    for (String line : folder.read(record(wave)).lines().toList()) {
      if (!line.isEmpty()) {
        moves.add(Move.parse(line));
      }
    }
    return moves;
  }

  /** The files that a committed wave adds to the tables, where they are now. */
  private List<DataFile> added(List<Move> moves, Path staging) throws IOException {
    List<DataFile> added = new ArrayList<>();
    for (Move move : moves) {
      if (!move.isRemoval()) {
        Path to = folder.child(move.to());
        Path from = new Path(staging, move.from());
        boolean moved = files.exists(to);
        long bytes = files.getFileStatus(moved ? to : from).getLen();
        added.add(DataFile.of(move.to(), bytes, moved ? null : folder.relative(from)));
      }
    }
    return added;
  }

  /**
   * Moves the files of a committed wave that were not moved yet: first those that it replaces, so
   * that nobody who reads whole folders finds a row twice.
   */
  private void finish(List<Move> moves, Path staging) throws IOException {
    for (Move move : moves) {
      if (move.isRemoval()) {
        move(folder.child(move.from().substring(1)), folder.child(move.to()));
      }
    }
    for (Move move : moves) {
      if (!move.isRemoval()) {
        move(new Path(staging, move.from()), folder.child(move.to()));
      }
    }
    files.delete(staging, true);
    if (files.listStatus(staging.getParent()).length == 0) {
      files.delete(staging.getParent(), false);
    }
  }

  private void move(Path from, Path to) throws IOException {
    if (files.exists(to)) {
      return;
    }
    files.mkdirs(to.getParent());
    if (!files.rename(from, to)) {
      throw new IOException("cannot move " + from + " to " + to);
    }
  }

  /**
   * Moves the tables' folders and the records into another, after a snapshot without files. That
   * one is a folder of results then, which can be read.
   */
  void putAside(Path old) throws IOException {
    List<String> names = new ArrayList<>(List.of(RECORDS));
    for (Table table : Table.values()) {
      names.add(table.label());
    }
    folder.publish(folder.newestRun(), "fresh", List.of());
    boolean isMarked = false;
    for (String name : names) {
      Path from = folder.child(name);
      if (files.exists(from)) {
        if (!isMarked) {
          files.mkdirs(old);
          new Layout(folder).mark(old);
          isMarked = true;
        }
        if (!files.rename(from, new Path(old, name))) {
          throw new IOException("cannot move " + from + " to " + old);
        }
      }
    }
  }
}
