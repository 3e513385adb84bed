package dev.tersor.jobs.report;

import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.LineAndShapeRenderer;
import org.jfree.data.category.DefaultCategoryDataset;

/** How far above the order-0 entropy each encoding is, over all settings of a model. */
final class GapPlot {
  private GapPlot() {}

  /** The plot of a model that has gaps. */
  static SvgPlot of(ModelReport model, String name) {
    List<Row> rows = model.gaps();
    DefaultCategoryDataset payload = new DefaultCategoryDataset();
    DefaultCategoryDataset total = new DefaultCategoryDataset();
    for (Row row : rows) {
      EncodingBars.Name encoding = new EncodingBars.Name(row.getAs("encoding"));
      payload.addValue(above(row, "payload_to_floor"), "index and values", encoding);
      total.addValue(above(row, "total_to_floor"), "whole container", encoding);
    }
    BarRenderer bars = EncodingBars.flat(new BarRenderer(), 0.5);
    bars.setSeriesPaint(0, Palette.BLUE.color());
    bars.setDefaultToolTipGenerator((dataset, series, item) -> text(rows.get(item)));
    LineAndShapeRenderer marks = new LineAndShapeRenderer(false, true);
    marks.setSeriesPaint(0, Palette.ORANGE.color());
    marks.setSeriesShape(0, ChartStyle.MARKS.get(3));
    CategoryPlot plot = EncodingBars.plot(payload, bars, 0.3, "% above order-0 entropy", 0);
    plot.setDataset(1, total);
    plot.setRenderer(1, marks);
    return new SvgPlot(
        name,
        model.name() + ": gap to order-0 entropy",
        "A bar for each encoding: bytes of index and values in per cent above the order-0 entropy"
            + " of mask and values, below it to the left of the dashed line. Diamonds count the"
            + " whole container. Geometric means over the settings that an encoding has.",
        ChartStyle.chart(plot, true),
        EncodingBars.WIDTH,
        EncodingBars.height(rows.size()));
  }

  private static double above(Row row, String column) {
    return 100 * (row.<Double>getAs(column) - 1);
  }

  private static String text(Row row) {
    return String.format(
        Locale.ROOT,
        "%s: index and values %+.2f %%, container %+.2f %% of order-0 entropy, %d settings",
        row.<String>getAs("encoding"),
        above(row, "payload_to_floor"),
        above(row, "total_to_floor"),
        row.<Long>getAs("settings"));
  }
}
