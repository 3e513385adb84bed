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
import org.jfree.chart.ChartUtils;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.title.TextTitle;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

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
    ChartUtils.writeChartAsPNG(out, chart(lines), WIDTH, HEIGHT);
  }

  private JFreeChart chart(Map<String, TreeMap<Double, List<Double>>> lines) {
    XYSeriesCollection data = new XYSeriesCollection();
    XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer();
    lines.forEach(
        (name, points) -> {
          // Names that print the same are lines of their own all the same.
          XYSeries line = new XYSeries(data.getSeriesCount(), false);
          line.setDescription(name);
          points.forEach((at, values) -> values.forEach(value -> line.add(at, value)));
          int at = data.getSeriesCount();
          data.addSeries(line);
          renderer.setSeriesPaint(at, Palette.SERIES.get(at % Palette.SERIES.size()).color());
          // Where the colours start anew, their marks are others.
          int mark = at + at / Palette.SERIES.size();
          renderer.setSeriesShape(at, ChartStyle.MARKS.get(mark % ChartStyle.MARKS.size()));
          renderer.setSeriesStroke(at, ChartStyle.LINE);
        });
    renderer.setLegendItemLabelGenerator(
        (dataset, at) -> ((XYSeriesCollection) dataset).getSeries(at).getDescription());
    NumberAxis height = new NumberAxis(y);
    height.setAutoRangeIncludesZero(false);
    JFreeChart chart = ChartStyle.chart(new XYPlot(data, across(lines), height, renderer), true);
    chart.setBackgroundPaint(Palette.PAPER.color());
    if (!title.isEmpty()) {
      TextTitle above = new TextTitle(title, ChartStyle.TITLE);
      above.setPaint(Palette.INK.color());
      chart.setTitle(above);
    }
    return chart;
  }

  private ValueAxis across(Map<String, TreeMap<Double, List<Double>>> lines) {
    if (!logX) {
      NumberAxis axis = new NumberAxis(x);
      axis.setAutoRangeIncludesZero(false);
      return axis;
    }
    double least = lines.values().stream().mapToDouble(TreeMap::firstKey).min().orElseThrow();
    double most = lines.values().stream().mapToDouble(TreeMap::lastKey).max().orElseThrow();
    if (least <= 0) {
      throw new UsageException(
          "plot: " + x + " has " + least + ", expected numbers above 0 for --log-x");
    }
    NiceLogAxis axis = new NiceLogAxis(x, Figures::plain);
    axis.span(least, most);
    return axis;
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
