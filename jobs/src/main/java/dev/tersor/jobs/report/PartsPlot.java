package dev.tersor.jobs.report;

import java.awt.BasicStroke;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StackedBarRenderer;
import org.jfree.chart.ui.Layer;
import org.jfree.data.category.DefaultCategoryDataset;

/** What the bytes of each encoding are, at one setting, in bits a weight. */
final class PartsPlot {
  /** Name of a part and its column; they add up to the container. */
  record Part(String name, String column, Palette color) {}

  static final List<Part> PARTS =
      List.of(
          new Part("values", "value_bytes", Palette.BLUE),
          new Part("index", "index_bytes", Palette.ORANGE),
          new Part("coder tables", "table_bytes", Palette.GREEN),
          new Part("codebook", "codebook_bytes", Palette.OCHRE),
          new Part("header", "header_bytes", Palette.SLATE));

  private static final String PADDING = "of values and index: padding elements";

  private PartsPlot() {}

  /**
   * The plot of a setting.
   *
   * @param rows of models, verified, the smallest first
   */
  static SvgPlot of(ModelReport model, ModelSetting setting, List<Row> rows, String name) {
    DefaultCategoryDataset parts = new DefaultCategoryDataset();
    DefaultCategoryDataset padding = new DefaultCategoryDataset();
    for (Row row : rows) {
      EncodingBars.Name encoding = new EncodingBars.Name(row.getAs("encoding"));
      for (Part part : PARTS) {
        parts.addValue(bits(row, part.column()), part.name(), encoding);
      }
      padding.addValue(bits(row, "padding_bytes"), PADDING, encoding);
    }
    StackedBarRenderer bars = EncodingBars.flat(new StackedBarRenderer(), 0.5);
    bars.setDrawBarOutline(true);
    for (int i = 0; i < PARTS.size(); i++) {
      bars.setSeriesPaint(i, PARTS.get(i).color().color());
      bars.setSeriesOutlinePaint(i, Palette.PAPER.color());
      bars.setSeriesOutlineStroke(i, new BasicStroke(1));
    }
    bars.setDefaultToolTipGenerator(
        (dataset, part, row) ->
            text(rows.get(row), PARTS.get(part), dataset.getValue(part, row).doubleValue()));
    BarRenderer thin = EncodingBars.flat(new BarRenderer(), 0.16 / Math.max(1, rows.size()));
    thin.setSeriesPaint(0, Palette.INK.color());
    Row any = rows.get(0);
    double entropy = 8 * any.<Double>getAs("floor_bytes") / any.<Long>getAs("params");
    CategoryPlot plot = EncodingBars.plot(parts, bars, 0.28, "bits a weight", entropy);
    Row context = any.getAs("context_total");
    if (context != null) {
      ValueMarker marker =
          new ValueMarker(8.0 * context.<Long>getAs("bytes") / any.<Long>getAs("params"));
      marker.setPaint(Palette.INK.color());
      marker.setStroke(ChartStyle.DOTS);
      plot.addRangeMarker(marker, Layer.FOREGROUND);
    }
    if (rows.stream().anyMatch(row -> bits(row, "padding_bytes") > 0)) {
      plot.setDataset(1, padding);
      plot.setRenderer(1, thin);
    }
    return new SvgPlot(
        name,
        model.name() + ", " + setting.label() + ": size by part",
        "A bar for each encoding, the smallest on top: values, index, coder tables, codebook and"
            + " header in bits a weight, in this order from the left. The dashed line is"
            + " order-0 entropy, the dotted one the smallest context model: "
            + context(rows)
            + ".",
        ChartStyle.chart(plot, true),
        EncodingBars.WIDTH,
        EncodingBars.height(rows.size()));
  }

  /** Which it is. */
  static String context(List<Row> rows) {
    Row best = rows.get(0).getAs("context_total");
    return best == null ? ContextModels.ABSENT : best.getAs("encoding");
  }

  private static double bits(Row row, String column) {
    Long bytes = row.getAs(column);
    return bytes == null ? 0 : 8.0 * bytes / row.<Long>getAs("params");
  }

  private static String text(Row row, Part part, double bits) {
    return String.format(
        Locale.ROOT,
        "%s: %s %.3f of %.3f bits a weight",
        row.<String>getAs("encoding"),
        part.name(),
        bits,
        row.<Double>getAs("bits_per_weight"));
  }
}
