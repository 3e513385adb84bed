package dev.tersor.jobs.sql;

import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.decode.StoredContainer;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.Table;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.read.V1Scan;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.sources.TableScan;
import org.apache.spark.sql.types.StructType;

/**
 * A reading of stored containers through the table that holds them, so that it sees what any query
 * over the results sees. Columns and filters go to the table's own reader; containers are decoded
 * where values are wanted.
 */
record ContainerScan(String folder, StructType readSchema, RowFilter filter) implements V1Scan {

  @Override
  public String description() {
    return "tersor "
        + folder
        + ", columns ["
        + String.join(", ", readSchema.fieldNames())
        + "], filters "
        + filter.filters();
  }

  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the interface says it so
  public <T extends BaseRelation & TableScan> T toV1TableScan(SQLContext context) {
    return (T) new Relation(context, this);
  }

  private RDD<InternalRow> rows(SQLContext context) {
    Dataset<Row> table =
        ResultsFolder.open(folder, context.sparkContext().hadoopConfiguration())
            .table(context.sparkSession(), Table.COMPRESSED)
            .filter(filter.column());
    List<String> wanted = List.of(readSchema.fieldNames());
    boolean decodes = wanted.contains(TensorSource.VALUES);
    Dataset<Row> needed =
        decodes || wanted.contains(ContainerSource.BYTES)
            ? table
            : table.select(wanted.stream().map(functions::col).toArray(Column[]::new));
    String[] columns = readSchema.fieldNames();
    return needed.toJavaRDD().map(row -> internal(row, columns)).rdd();
  }

  private static InternalRow internal(Row row, String[] columns) {
    return new GenericInternalRow(
        Arrays.stream(columns).map(name -> Catalyst.of(column(row, name))).toArray());
  }

  private static Object column(Row row, String name) {
    return switch (name) {
      case TensorSource.VALUES -> values(row);
      case ContainerSource.BYTES -> bytes(row);
      default -> row.getAs(name);
    };
  }

  private static Long bytes(Row row) {
    byte[] container = row.getAs(ContainerSource.CONTAINER);
    return container == null ? null : Long.valueOf(container.length);
  }

  private static float[] values(Row row) {
    try {
      return StoredContainer.decode(row).weights();
    } catch (UsageException e) {
      throw new UsageException("tersor: " + StoredContainer.label(row) + ": " + e.getMessage(), e);
    }
  }

  /** What Spark takes rows of its own form from. */
  private static final class Relation extends BaseRelation implements TableScan {
    private final SQLContext context;
    private final ContainerScan scan;

    private Relation(SQLContext context, ContainerScan scan) {
      this.context = context;
      this.scan = scan;
    }

    @Override
    public SQLContext sqlContext() {
      return context;
    }

    @Override
    public StructType schema() {
      return scan.readSchema();
    }

    @Override
    public boolean needConversion() {
      return false;
    }

    @Override
    @SuppressWarnings({"unchecked", "rawtypes"}) // what a relation without conversion gives
    public RDD<Row> buildScan() {
      return (RDD) scan.rows(context);
    }
  }
}
