package dev.tersor.jobs.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.Layer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/**
 * Size against decode speed: a point for each encoding, a front for each setting, and where the
 * order-0 entropy of the setting is.
 */
final class SpeedPlot {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 430;

  private SpeedPlot() {}

  /** Rows of a setting whose decoding was timed beside a copy. */
  static List<Row> timed(ModelReport model, ModelSetting setting) {
    return ModelReport.of(setting, model.totals()).stream()
        .filter(row -> row.<Boolean>getAs("verified") && row.getAs("copies") != null)
        .toList();
  }

  static boolean isTimed(ModelReport model) {
    return model.settings().stream().anyMatch(setting -> !timed(model, setting).isEmpty());
  }

  /** The plot of a model that has times. */
  static SvgPlot of(ModelReport model, String name) {
    XYSeriesCollection data = new XYSeriesCollection();
    XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer();
    List<List<String>> texts = new ArrayList<>();
    XYPlot plot = new XYPlot();
    double least = Double.MAX_VALUE;
    double most = Double.MIN_NORMAL;
    for (int i = 0; i < model.settings().size(); i++) {
      ModelSetting setting = model.settings().get(i);
      List<Row> rows = timed(model, setting);
      if (rows.isEmpty()) {
        continue;
      }
      XYSeries line = new XYSeries(setting.label(), false);
      XYSeries rest = new XYSeries(setting.key(), false);
      List<String> ofLine = new ArrayList<>();
      List<String> ofRest = new ArrayList<>();
      for (Row row : rows) {
        boolean isFront = row.getAs("on_front");
        double copies = row.<Double>getAs("copies");
        (isFront ? line : rest).add(row.<Double>getAs("bits_per_weight").doubleValue(), copies);
        (isFront ? ofLine : ofRest).add(text(setting, row));
        least = Math.min(least, copies);
        most = Math.max(most, copies);
      }
      add(data, renderer, line, i, true);
      texts.add(ofLine);
      add(data, renderer, rest, i, false);
      texts.add(ofRest);
      plot.addDomainMarker(entropy(rows.get(0), i), Layer.BACKGROUND);
    }
    renderer.setDefaultToolTipGenerator((dataset, series, item) -> texts.get(series).get(item));
    NumberAxis size = new NumberAxis("bits a weight, everything counted; dashes: order-0 entropy");
    NiceLogAxis speed = new NiceLogAxis("decode time in copies of the dense codes", Figures::plain);
    speed.span(least, most);
    plot.setDataset(data);
    plot.setRenderer(renderer);
    plot.setDomainAxis(size);
    plot.setRangeAxis(speed);
    return new SvgPlot(
        name,
        model.name() + ": size against decode speed",
        "Across, bits a weight; upwards, decode time as a multiple of the time to copy the dense"
            + " codes in memory. Lower and further left is better. Filled marks joined by a line"
            + " are the front of a setting; dashed upright lines are its order-0 entropy.",
        ChartStyle.chart(plot, true),
        WIDTH,
        HEIGHT);
  }

  private static void add(
      XYSeriesCollection data,
      XYLineAndShapeRenderer renderer,
      XYSeries series,
      int place,
      boolean isFront) {
    int at = data.getSeriesCount();
    data.addSeries(series);
    renderer.setSeriesPaint(at, Palette.SERIES.get(place).color());
    renderer.setSeriesShape(at, ChartStyle.MARKS.get(place));
    renderer.setSeriesShapesFilled(at, isFront);
    renderer.setSeriesLinesVisible(at, isFront);
    renderer.setSeriesStroke(at, ChartStyle.LINE);
    renderer.setSeriesOutlineStroke(at, ChartStyle.HAIR);
    renderer.setSeriesVisibleInLegend(at, isFront);
  }

  private static ValueMarker entropy(Row row, int place) {
    ValueMarker marker =
        new ValueMarker(8 * row.<Double>getAs("floor_bytes") / row.<Long>getAs("params"));
    marker.setPaint(Palette.SERIES.get(place).color());
    marker.setStroke(ChartStyle.DASHES);
    return marker;
  }

  private static String text(ModelSetting setting, Row row) {
    return String.format(
        Locale.ROOT,
        "%s, %s: %.3f bits a weight, %s copies, access %s",
        setting.label(),
        row.<String>getAs("encoding"),
        row.<Double>getAs("bits_per_weight"),
        Figures.significant(row.<Double>getAs("copies")),
        row.<String>getAs("access"));
  }
}
