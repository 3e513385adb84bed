package dev.tersor.jobs.sql;

import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * The data source {@code safetensors}: checkpoints as rows. Paths name files, folders or globs;
 * headers are read when a query is planned, weights by its tasks.
 */
public final class SafetensorsProvider extends TensorProvider {
  @Override
  public String shortName() {
    return "safetensors";
  }

  @Override
  TensorSource source(CaseInsensitiveStringMap options) {
    TensorFiles files =
        new TensorFiles(shortName(), SparkSession.active().sparkContext().hadoopConfiguration());
    return new SafetensorsSource(files.list(files.paths(options)));
  }
}
