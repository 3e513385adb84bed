package dev.tersor.jobs.sql;

import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * The data source {@code safetensors}: checkpoints as rows. Paths name files, folders or globs;
 * headers are read when a query is planned, weights by its tasks.
 */
public final class SafetensorsProvider implements TableProvider, DataSourceRegister {
  @Override
  public String shortName() {
    return "safetensors";
  }

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    return source(options).schema();
  }

  @Override
  public Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    return new TensorTable(source(new CaseInsensitiveStringMap(properties)));
  }

  private TensorSource source(CaseInsensitiveStringMap options) {
    TensorFiles files =
        new TensorFiles(shortName(), SparkSession.active().sparkContext().hadoopConfiguration());
    return new SafetensorsSource(files.list(files.paths(options)));
  }
}
