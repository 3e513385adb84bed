package dev.tersor.jobs.report;

import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.jfree.chart.axis.AxisLocation;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.DatasetRenderingOrder;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.LineAndShapeRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.ui.Layer;
import org.jfree.data.category.DefaultCategoryDataset;

/** How far above the order-0 entropy floor each encoding is, over all settings of a model. */
final class GapPlot {
  private static final int WIDTH = 760;
  private static final int BAR = 22;
  private static final int AROUND = 120;

  private GapPlot() {}

  /** The plot of a model that has gaps. */
  static SvgPlot of(ModelReport model, String name) {
    List<Row> rows = model.gaps();
    DefaultCategoryDataset payload = new DefaultCategoryDataset();
    DefaultCategoryDataset total = new DefaultCategoryDataset();
    for (Row row : rows) {
      PartsPlot.Bar encoding = new PartsPlot.Bar(row.getAs("encoding"));
      payload.addValue(above(row, "payload_to_floor"), "index and values", encoding);
      total.addValue(above(row, "total_to_floor"), "whole container", encoding);
    }
    BarRenderer bars = new BarRenderer();
    bars.setBarPainter(new StandardBarPainter());
    bars.setShadowVisible(false);
    bars.setMaximumBarWidth(0.5);
    bars.setSeriesPaint(0, Palette.BLUE.color());
    bars.setDefaultToolTipGenerator((dataset, series, item) -> text(rows.get(item)));
    LineAndShapeRenderer marks = new LineAndShapeRenderer(false, true);
    marks.setSeriesPaint(0, Palette.ORANGE.color());
    marks.setSeriesShape(0, ChartStyle.MARKS.get(3));
    CategoryAxis encodings = new CategoryAxis();
    encodings.setLowerMargin(0.01);
    encodings.setUpperMargin(0.01);
    encodings.setCategoryMargin(0.3);
    encodings.setMaximumCategoryLabelWidthRatio(0.6f);
    CategoryPlot plot =
        new CategoryPlot(payload, encodings, new NumberAxis("% above the order-0 floor"), bars);
    plot.setOrientation(PlotOrientation.HORIZONTAL);
    plot.setRangeAxisLocation(AxisLocation.BOTTOM_OR_LEFT);
    plot.setDataset(1, total);
    plot.setRenderer(1, marks);
    plot.setDatasetRenderingOrder(DatasetRenderingOrder.FORWARD);
    ValueMarker floor = new ValueMarker(0);
    floor.setPaint(Palette.INK.color());
    floor.setStroke(ChartStyle.DASHES);
    plot.addRangeMarker(floor, Layer.FOREGROUND);
    return new SvgPlot(
        name,
        model.name() + ": gap to the entropy floor",
        "A bar for each encoding: bytes of index and values in per cent above the order-0 entropy"
            + " of mask and values, below it to the left of the dashed line. Diamonds count the"
            + " whole container. Geometric means over the settings that an encoding has.",
        ChartStyle.chart(plot, true),
        WIDTH,
        AROUND + BAR * rows.size());
  }

  private static double above(Row row, String column) {
    return 100 * (row.<Double>getAs(column) - 1);
  }

  private static String text(Row row) {
    return String.format(
        Locale.ROOT,
        "%s: index and values %+.2f %%, container %+.2f %% of the floor, %d settings",
        row.<String>getAs("encoding"),
        above(row, "payload_to_floor"),
        above(row, "total_to_floor"),
        row.<Long>getAs("settings"));
  }
}
