package dev.tersor.jobs.report;

import dev.tersor.jobs.config.Nearest;
import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The answer to a query as points, joined by lines in the order of x.
 *
 * @param title above it; may be empty
 * @param x column of numbers, or of texts that are numbers
 * @param y the same
 * @param series column whose values tell lines apart, or null for one line
 * @param logX whether x is logarithmic
 */
public record ScatterPlot(String title, String x, String y, String series, boolean logX) {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 560;

  /**
   * Writes a PNG.
   *
   * @throws UsageException naming the column, if the answer does not have it, or a value is no
   *     number
   */
  public void write(Dataset<Row> answer, OutputStream out) throws IOException {
    List<String> columns = Arrays.asList(answer.columns());
    for (String column : series == null ? List.of(x, y) : List.of(x, y, series)) {
      if (!columns.contains(column)) {
        throw new UsageException(
            "plot: the answer has no column '"
                + column
                + "', nearest: "
                + Nearest.to(column, columns));
      }
    }
    Map<String, TreeMap<Double, List<Double>>> lines = new LinkedHashMap<>();
    for (Row row : answer.collectAsList()) {
      String name = series == null ? y : String.valueOf(row.<Object>getAs(series));
      if (row.getAs(x) != null && row.getAs(y) != null) {
        lines
            .computeIfAbsent(name, key -> new TreeMap<>())
            .computeIfAbsent(number(row, x), key -> new ArrayList<>())
            .add(number(row, y));
      }
    }
    if (lines.isEmpty()) {
      throw new UsageException("plot: the answer has no rows with both " + x + " and " + y);
    }
    BitmapEncoder.saveBitmap(chart(lines), out, BitmapEncoder.BitmapFormat.PNG);
  }

  private XYChart chart(Map<String, TreeMap<Double, List<Double>>> lines) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    chart.getStyler().setXAxisLogarithmic(logX).setLegendPosition(Styler.LegendPosition.OutsideE);
    lines.forEach(
        (name, points) -> {
          List<Double> xs = new ArrayList<>();
          List<Double> ys = new ArrayList<>();
          points.forEach(
              (at, values) ->
                  values.forEach(
                      value -> {
                        xs.add(at);
                        ys.add(value);
                      }));
          chart.addSeries(name, xs, ys).setMarker(SeriesMarkers.CIRCLE);
        });
    return chart;
  }

  private static double number(Row row, String column) {
    String text = String.valueOf(row.<Object>getAs(column));
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new UsageException("plot: " + column + " has '" + text + "', expected numbers", e);
    }
  }
}
