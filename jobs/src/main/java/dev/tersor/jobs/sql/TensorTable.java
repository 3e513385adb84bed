package dev.tersor.jobs.sql;

import java.util.Set;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.SupportsPushDownFilters;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** A table of tensors, which is read and not written. */
record TensorTable(TensorSource source) implements SupportsRead {
  @Override
  public String name() {
    return source.label();
  }

  // Deprecated for columns(), which Spark 3.3 has not.
  @Override
  @SuppressWarnings("deprecation")
  public StructType schema() {
    return source.schema();
  }

  @Override
  public Set<TableCapability> capabilities() {
    return Set.of(TableCapability.BATCH_READ);
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    return new Builder(source);
  }

  /** Collects what a query wants of a source. */
  private static final class Builder
      implements SupportsPushDownRequiredColumns, SupportsPushDownFilters {
    private final TensorSource source;
    private StructType wanted;
    private RowFilter filter = RowFilter.NONE;

    private Builder(TensorSource source) {
      this.source = source;
      this.wanted = source.schema();
    }

    @Override
    public void pruneColumns(StructType required) {
      wanted = required;
    }

    @Override
    public Filter[] pushFilters(Filter[] filters) {
      filter = RowFilter.of(filters, source.known());
      return filters;
    }

    @Override
    public Filter[] pushedFilters() {
      return filter.filters().toArray(new Filter[0]);
    }

    @Override
    public Scan build() {
      return source.scan(wanted, filter);
    }
  }
}
