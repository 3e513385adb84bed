package dev.tersor.jobs.evaluate;

import dev.tersor.core.data.LabelledImages;
import dev.tersor.jobs.inference.Accuracy;
import dev.tersor.jobs.inference.TestNetwork;
import dev.tersor.jobs.table.Coverage;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.RunInfo;
import dev.tersor.jobs.table.TableWriter;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** The accuracy of networks in files, checkpoints and network files alike: a task each. */
public final class FileEvaluation {
  /**
   * What the networks are tested as and on.
   *
   * @param graph how all of them compute; null where each is an ONNX model that says so itself
   * @param data name of the images' set
   * @param model what the tables call the network; empty for the name of each file
   */
  public record Test(
      TestNetwork graph,
      String data,
      List<Double> mean,
      List<Double> deviation,
      LabelledImages images,
      String model) {}

  /**
   * What was found of a file.
   *
   * @param bytes its length, 0 where it cannot be read
   * @param weights numbers of its tensors
   * @param accuracy null where it failed
   * @param row of the models table, for a network file; else null
   * @param error null where it did not fail
   */
  public record Result(
      String file, long bytes, long weights, Accuracy accuracy, Row row, String error)
      implements Serializable {

    public boolean isNetworkFile() {
      return row != null;
    }
  }

  private final SparkSession session;
  private final JavaSparkContext spark;

  public FileEvaluation(SparkSession session) {
    this.session = session;
    this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
  }

  /** Evaluates files; one that fails has its error in its result. */
  public List<Result> of(List<String> files, Test test, RunInfo info) {
    Broadcast<SerializableConfiguration> configuration =
        spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    Broadcast<LabelledImages> images = spark.broadcast(test.images());
    FileTask task =
        new FileTask(
            test.graph(),
            test.data(),
            new ArrayList<>(test.mean()),
            new ArrayList<>(test.deviation()),
            images,
            configuration,
            new FileRow(info.id(), test.model(), "file", test.data()));
    List<Result> results = spark.parallelize(files, files.size()).map(task::compute).collect();
    images.destroy();
    return results;
  }

  /** Adds the rows of network files to the tables. */
  public void write(List<Result> results, ResultsFolder folder, RunInfo info) throws IOException {
    List<Row> rows = results.stream().filter(Result::isNetworkFile).map(Result::row).toList();
    new TableWriter(session, folder, info.id())
        .finish(rows, info.row(0, 0, 0, spark), new Coverage());
  }
}
