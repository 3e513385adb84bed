package dev.tersor.jobs.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import com.github.freva.asciitable.OverflowBehaviour;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;

/** The answer to a query as a text table: numbers to the right, bytes as their count. */
public final class AnswerTable {
  private static final int MAX_WIDTH = 100;

  private AnswerTable() {}

  /**
   * The first rows of an answer.
   *
   * @param most rows to show; a line says so where there are more
   */
  public static String of(Dataset<Row> answer, int most) {
    List<Row> rows = answer.takeAsList(most + 1);
    boolean more = rows.size() > most;
    List<ColumnData<Row>> columns = new ArrayList<>();
    StructField[] fields = answer.schema().fields();
    for (int i = 0; i < fields.length; i++) {
      int at = i;
      boolean number = fields[i].dataType() instanceof NumericType;
      columns.add(
          new Column()
              .header(fields[i].name())
              .maxWidth(MAX_WIDTH, OverflowBehaviour.ELLIPSIS_RIGHT)
              .headerAlign(number ? HorizontalAlign.RIGHT : HorizontalAlign.LEFT)
              .dataAlign(number ? HorizontalAlign.RIGHT : HorizontalAlign.LEFT)
              .with(row -> text(row.get(at))));
    }
    String table =
        AsciiTable.getTable(
            AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS,
            more ? rows.subList(0, most) : rows,
            columns);
    return table + "\n" + (more ? "the first " + most + " rows; --rows shows more\n" : "");
  }

  private static String text(Object value) {
    return value instanceof byte[] bytes
        ? "<" + bytes.length + " bytes>"
        : value == null ? "" : value.toString();
  }
}
