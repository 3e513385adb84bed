package dev.tersor.jobs.comparison;

import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.Table;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** The runs of a results folder. Their ids sort by time. */
public final class RunHistory {
  private final ResultsFolder folder;
  private final Dataset<Row> cells;
  private final NavigableMap<String, Run> runs = new TreeMap<>();

  /**
   * @param models those that are looked at; all where there are none
   */
  public RunHistory(SparkSession session, ResultsFolder folder, List<String> models) {
    this.folder = folder;
    Dataset<Row> all = folder.rows(session, Table.CELLS);
    this.cells = models.isEmpty() ? all : all.filter(functions.col("model").isin(models.toArray()));
    all.select("run_id")
        .distinct()
        .as(Encoders.STRING())
        .collectAsList()
        .forEach(id -> runs.put(id, Run.unfinished(id)));
    for (Row row :
        folder
            .runs(session)
            .select("run_id", "version", "started", "cells_failed")
            .collectAsList()) {
      long failed = row.isNullAt(3) ? 0 : row.getLong(3);
      runs.put(
          row.getString(0),
          new Run(row.getString(0), row.getString(1), row.getTimestamp(2), failed, true));
    }
  }

  /**
   * @throws UsageException if there is none of that id
   */
  public Run get(String option, String id) {
    Run run = runs.get(id);
    if (run == null) {
      throw new UsageException(
          option
              + ": no run '"
              + id
              + "' in "
              + folder.root()
              + (runs.isEmpty() ? "" : ", the newest is " + runs.lastKey()));
    }
    return run;
  }

  /**
   * The newest run that ended.
   *
   * @throws UsageException if there is none
   */
  public Run newest() {
    return runs.descendingMap().values().stream()
        .filter(Run::ended)
        .findFirst()
        .orElseThrow(
            () -> new UsageException("compare: no run has ended in " + folder.root() + " yet"));
  }

  /**
   * The newest earlier run that ended without failed cells and computed one that a run computed
   * too; where that computed none, one that the folder held.
   *
   * @throws UsageException if there is none
   */
  public Run lastGoodBefore(Run run) {
    Object[] good =
        runs.headMap(run.id(), false).values().stream()
            .filter(earlier -> earlier.ended() && earlier.failed() == 0)
            .map(Run::id)
            .toArray();
    Dataset<Row> own = cells.filter(functions.col("run_id").equalTo(run.id()));
    Dataset<Row> asked = own.isEmpty() ? cells.filter(functions.col("run_id").leq(run.id())) : own;
    Dataset<Row> earlier =
        cells.filter(functions.col("run_id").isin(good)).filter("verified").as("before");
    String last =
        earlier
            .join(asked.as("after"), RunState.sameCell("before", "after"), "left_semi")
            .agg(functions.max("run_id"))
            .first()
            .getString(0);
    return Optional.ofNullable(last)
        .map(runs::get)
        .orElseThrow(
            () ->
                new UsageException(
                    "compare: "
                        + folder.root()
                        + " has no run before "
                        + run.id()
                        + " that ended without failed cells and computed the same; name one with"
                        + " --with, or another folder with --with-out"));
  }

  /** The folder as it was when a run had ended. */
  public RunState at(Run run) {
    return new RunState(folder, run, List.copyOf(runs.headMap(run.id(), true).values()), cells);
  }
}
