package dev.tersor.jobs.comparison;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.desc;

import dev.tersor.jobs.plan.Setting;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.Table;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A results folder as it was when a run had ended. Of each cell the newest row counts, whichever
 * run computed it: a run leaves out what the folder holds already, so its own rows are not all of
 * its results. Cells are told apart by what was asked for and not by their key, in which the
 * weights are.
 */
public final class RunState {
  /** What a setting of a model is. */
  static final List<String> SETTING = with(List.of("model", "dtype"));

  /** What a cell is. */
  static final List<String> CELL = with(List.of("tensor", "segment", "model", "dtype"));

  private static final StructType VERSIONS =
      new StructType().add("run_id", DataTypes.StringType).add("version", DataTypes.StringType);

  private final ResultsFolder folder;
  private final Run run;
  private final List<Run> runs;
  private final Dataset<Row> cells;

  /**
   * @param runs up to this one
   * @param cells all rows of the models that are looked at
   */
  RunState(ResultsFolder folder, Run run, List<Run> runs, Dataset<Row> cells) {
    this.folder = folder;
    this.run = run;
    this.runs = runs;
    this.cells = cells;
  }

  private static List<String> with(List<String> others) {
    return Stream.concat(others.stream(), Setting.COLUMNS.stream()).toList();
  }

  /** That rows of two tables are of the same cell; columns may be null. */
  static Column sameCell(String one, String other) {
    return same(CELL, one, other);
  }

  static Column same(List<String> columns, String one, String other) {
    return columns.stream()
        .map(name -> col(one + "." + name).eqNullSafe(col(other + "." + name)))
        .reduce(Column::and)
        .orElseThrow();
  }

  static Column[] columns(List<String> names) {
    return names.stream().map(functions::col).toArray(Column[]::new);
  }

  public String path() {
    return folder.root().toString();
  }

  public Run run() {
    return run;
  }

  /** A row for each cell, with the version that computed it. */
  Dataset<Row> cells(SparkSession session) {
    List<Row> versions =
        runs.stream().map(each -> (Row) RowFactory.create(each.id(), each.version())).toList();
    return cells
        .filter(col("run_id").leq(run.id()))
        .withColumn(
            "place",
            functions
                .row_number()
                .over(
                    Window.partitionBy(columns(CELL))
                        .orderBy(desc("run_id"), desc("verified"), col("key"))))
        .filter("place = 1")
        .join(
            functions.broadcast(session.createDataFrame(versions, VERSIONS)),
            new String[] {"run_id"},
            "left");
  }

  /**
   * A row for each setting of a model, with the accuracy of its newest weights where it was
   * evaluated. A setting that one run has several networks of, as of files that were evaluated, is
   * left out: nothing tells which is which.
   */
  Dataset<Row> accuracies(SparkSession session, List<String> models) {
    Column[] setting = columns(SETTING);
    Column[] settingAndRun = Arrays.copyOf(setting, setting.length + 1);
    settingAndRun[setting.length] = col("run_id");
    var newest = Window.partitionBy(setting).orderBy(desc("run_id"));
    var sameRun = Window.partitionBy(settingAndRun);
    Dataset<Row> all = folder.rows(session, Table.MODELS).filter(col("run_id").leq(run.id()));
    return (models.isEmpty() ? all : all.filter(col("model").isin(models.toArray())))
        .withColumn("current", functions.first("weights_hash").over(newest))
        .withColumn(
            "several",
            functions
                .min("weights_hash")
                .over(sameRun)
                .notEqual(functions.max("weights_hash").over(sameRun)))
        .filter("weights_hash = current AND NOT several")
        .withColumn(
            "place",
            functions
                .row_number()
                .over(
                    Window.partitionBy(setting)
                        .orderBy(
                            col("top1_accuracy").isNull(), desc("run_id"), functions.col("key"))))
        .filter("place = 1");
  }
}
