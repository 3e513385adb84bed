package dev.tersor.jobs.upkeep;

import dev.tersor.jobs.table.DataFile;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.RunInfo;
import dev.tersor.jobs.table.Table;
import dev.tersor.jobs.table.TableWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;

/** Small files of tables into few, each fact once. */
public final class Compaction {
  /**
   * What was done to a table.
   *
   * @param files that were put together
   * @param into files that hold their rows now
   */
  public record Result(Table table, int files, long bytes, int into, long intoBytes) {}

  private final ResultsFolder folder;
  private final RunInfo info;
  private final Upkeep upkeep;
  private final TableWriter tables;

  public Compaction(SparkSession session, ResultsFolder folder, RunInfo info, Upkeep upkeep) {
    this.folder = folder;
    this.info = info;
    this.upkeep = upkeep;
    this.tables = new TableWriter(session, folder, info.id());
  }

  /**
   * Compacts every table.
   *
   * @param targetBytes what a file is to have at least, about
   * @throws IOException if the new files do not hold the rows of the old ones, which stay then
   */
  public List<Result> run(long targetBytes) throws IOException {
    upkeep.restore(tables);
    List<Result> results = new ArrayList<>();
    for (Table table : Table.values()) {
      Map<Integer, List<DataFile>> small = new TreeMap<>();
      for (DataFile file : upkeep.settled(table)) {
        if (file.bytes() < targetBytes / 2) {
          small.computeIfAbsent(file.generation(), key -> new ArrayList<>()).add(file);
        }
      }
      small.values().removeIf(files -> files.size() < 2);
      for (List<DataFile> files : small.values()) {
        results.add(compact(table, files, targetBytes));
      }
    }
    return results;
  }

  private Result compact(Table table, List<DataFile> files, long targetBytes) throws IOException {
    long bytes = files.stream().mapToLong(DataFile::bytes).sum();
    List<DataFile> written = tables.rewrite(table, files, (int) Math.max(1, bytes / targetBytes));
    folder.replace(info.id(), files);
    return new Result(
        table,
        files.size(),
        bytes,
        written.size(),
        written.stream().mapToLong(DataFile::bytes).sum());
  }
}
