package dev.tersor.jobs.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import com.github.freva.asciitable.OverflowBehaviour;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;

/** The answer to a query as a text table: numbers to the right, bytes as their count. */
public final class AnswerTable {
  private static final int MAX_WIDTH = 100;
  private static final int MAX_ELEMENTS = 6;

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
    if (value instanceof byte[] bytes) {
      return "<" + bytes.length + " bytes>";
    }
    if (value instanceof scala.collection.Seq<?> array) {
      return text(array);
    }
    if (value instanceof Row struct) {
      return IntStream.range(0, struct.size())
          .mapToObj(i -> struct.schema().fieldNames()[i] + ": " + text(struct.get(i)))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    return value == null ? "" : value.toString();
  }

  /** The first elements: an array may be the weights of a tensor. */
  private static String text(scala.collection.Seq<?> array) {
    int shown = Math.min(array.length(), MAX_ELEMENTS);
    return IntStream.range(0, shown)
        .mapToObj(i -> text(array.apply(i)))
        .collect(
            Collectors.joining(
                ", ", "[", shown < array.length() ? ", ... of " + array.length() + "]" : "]"));
  }
}
