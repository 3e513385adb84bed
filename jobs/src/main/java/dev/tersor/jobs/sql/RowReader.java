package dev.tersor.jobs.sql;

import java.io.IOException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.read.PartitionReader;

/** The wanted columns of those rows of a partition that a filter lets through. */
final class RowReader implements PartitionReader<InternalRow> {
  private final TensorRows rows;
  private final String[] wanted;
  private final RowFilter filter;
  private InternalRow current;

  RowReader(TensorRows rows, String[] wanted, RowFilter filter) {
    this.rows = rows;
    this.wanted = wanted;
    this.filter = filter;
  }

  @Override
  public boolean next() throws IOException {
    // Before the next one is made: two large rows need not be there at once.
    current = null;
    TensorRow row = rows.next();
    while (row != null && !filter.test(row)) {
      row = rows.next();
    }
    if (row != null) {
      Object[] values = new Object[wanted.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = Catalyst.of(row.column(wanted[i]));
      }
      current = new GenericInternalRow(values);
    }
    return row != null;
  }

  @Override
  public InternalRow get() {
    return current;
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
