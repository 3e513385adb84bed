package dev.tersor.jobs.sql;

import static org.apache.spark.sql.types.DataTypes.FloatType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;

import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.Table;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The containers of a folder of results, a row for each as in its table, with decoded weights. */
record ContainerSource(String folder) implements TensorSource {
  static final String CONTAINER = "container";
  static final String BYTES = "bytes";

  private static final StructType SCHEMA =
      tableWithoutContainer().add(BYTES, LongType).add(VALUES, createArrayType(FloatType, false));

  /**
   * @throws UsageException if the folder is not of results, or stores no containers
   */
  static ContainerSource open(String folder, SparkSession session) {
    boolean isEmpty =
        ResultsFolder.open(folder, session.sparkContext().hadoopConfiguration())
            .table(session, Table.COMPRESSED)
            .select("key")
            .isEmpty();
    if (isEmpty) {
      throw new UsageException(
          "tersor: the results in "
              + folder
              + " store no containers; a sweep with --keep best, or names of encodings, does");
    }
    return new ContainerSource(folder);
  }

  private static StructType tableWithoutContainer() {
    StructType schema = new StructType();
    for (StructField field : Table.COMPRESSED.schema().fields()) {
      schema = field.name().equals(CONTAINER) ? schema : schema.add(field);
    }
    return schema;
  }

  @Override
  public String label() {
    return "tersor " + folder;
  }

  @Override
  public StructType schema() {
    return SCHEMA;
  }

  @Override
  public Set<String> known() {
    Set<String> known = TensorSource.super.known();
    known.remove(BYTES);
    return known;
  }

  @Override
  public Scan scan(StructType wanted, RowFilter filter) {
    return new ContainerScan(folder, wanted, filter);
  }
}
