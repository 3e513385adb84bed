package dev.tersor.jobs.report;

import java.awt.Color;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.jfree.chart.annotations.XYTextAnnotation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.RectangleAnchor;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/**
 * Size against accuracy: every encoding of every setting as a point, what nothing smaller equals as
 * a line with numbers, and the same line at order-0 entropy and at the smallest context model. Of
 * models that were not evaluated the height is the noise of their weights.
 */
final class FrontPlot {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 430;

  /** A number stays off if it would lie within so many parts of the axes of the last one. */
  private static final double NEAR = 0.022;

  /** Blanks that stay, so that a number stands beside its point. */
  private static final String BESIDE = "\u00a0\u00a0";

  private final ModelReport model;
  private final boolean isAccuracy;
  private final XYSeriesCollection data = new XYSeriesCollection();
  private final XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer();
  private final Map<String, List<String>> texts = new HashMap<>();

  private FrontPlot(ModelReport model) {
    this.model = model;
    this.isAccuracy = model.isEvaluated();
  }

  /** The plot of a model that has points. */
  static SvgPlot of(ModelReport model, String name) {
    return new FrontPlot(model).draw(name);
  }

  /** What is on a front, the smallest first, in the order of the numbers of the plot. */
  static List<Row> front(ModelReport model, String kind) {
    return model.points().stream()
        .filter(row -> row.<Boolean>getAs("on_front") && row.getAs("kind").equals(kind))
        .toList();
  }

  private SvgPlot draw(String name) {
    List<Row> front = front(model, "cells");
    series("order-0 entropy of each setting", front(model, "floor"), Palette.SLATE, true);
    series("best context model of each setting", front(model, "context"), Palette.GREEN, true);
    series("all encodings and settings", kind("cells"), Palette.BLUE, false);
    series("front: nothing smaller is as good", front, Palette.BLUE, true);
    series("network files, whole", kind("file"), Palette.ORANGE, false);
    renderer.setDefaultToolTipGenerator(
        (dataset, series, item) ->
            texts.get((String) ((XYSeriesCollection) dataset).getSeriesKey(series)).get(item));
    NiceLogAxis size = new NiceLogAxis("size in bytes, everything counted", Figures::shortSize);
    size.span(least("x"), most("x"));
    ValueAxis height = height();
    XYPlot plot = new XYPlot(data, size, height, renderer);
    Double dense = model.facts().getAs("dense_top1");
    if (isAccuracy && dense != null) {
      plot.addRangeMarker(dense(dense));
    }
    number(plot, front, size, height);
    String title =
        model.name() + (isAccuracy ? ": size against accuracy" : ": size against noise of weights");
    return new SvgPlot(
        name,
        title,
        "Across, size in bytes; upwards, "
            + height.getLabel()
            + ". "
            + front.size()
            + " points are on the front, numbered from the smallest; the table below names them.",
        ChartStyle.chart(plot, true),
        WIDTH,
        HEIGHT);
  }

  private List<Row> kind(String kind) {
    return model.points().stream().filter(row -> row.getAs("kind").equals(kind)).toList();
  }

  private void series(String name, List<Row> rows, Palette color, boolean isLine) {
    if (rows.isEmpty()) {
      return;
    }
    boolean isBound = color == Palette.SLATE || color == Palette.GREEN;
    XYSeries series = new XYSeries(name, false);
    List<String> ofSeries = new ArrayList<>();
    for (Row row : rows) {
      series.add(row.<Double>getAs("x").doubleValue(), value(row));
      ofSeries.add(isBound ? null : text(row));
    }
    int at = data.getSeriesCount();
    data.addSeries(series);
    texts.put(name, ofSeries);
    renderer.setSeriesPaint(at, color.color());
    renderer.setSeriesLinesVisible(at, isLine);
    renderer.setSeriesShapesVisible(at, !isBound);
    renderer.setSeriesShape(at, ChartStyle.MARKS.get(color == Palette.ORANGE ? 3 : 0));
    renderer.setSeriesShapesFilled(at, isLine);
    renderer.setSeriesStroke(
        at,
        color == Palette.SLATE ? ChartStyle.DASHES : isBound ? ChartStyle.DOTS : ChartStyle.LINE);
    renderer.setDrawOutlines(true);
    renderer.setSeriesOutlineStroke(at, ChartStyle.HAIR);
  }

  private double value(Row row) {
    double y = row.<Double>getAs("y");
    // Half an image where there is no error: a logarithm has to have a value.
    return isAccuracy ? 100 * Math.max(1 - y, 0.5 / row.<Long>getAs("images")) : y;
  }

  private String text(Row row) {
    return String.format(
        Locale.ROOT,
        "%s%s: %s bytes, %s",
        row.getAs("kind").equals("file") ? "network file, " : ModelSetting.label(row, false) + ", ",
        row.<String>getAs("encoding"),
        Figures.size(row.<Double>getAs("x")),
        measure(row));
  }

  /** The accuracy or the noise of a point. */
  static String measure(Row row) {
    double y = row.<Double>getAs("y");
    return row.<Boolean>getAs("is_accuracy")
        ? Figures.share(y)
        : String.format(Locale.ROOT, "%.1f dB", y);
  }

  private ValueAxis height() {
    if (!isAccuracy) {
      NumberAxis axis = new NumberAxis("signal to noise of the weights in dB, not accuracy");
      axis.setAutoRangeIncludesZero(false);
      return axis;
    }
    NiceLogAxis axis =
        new NiceLogAxis(
            String.format(
                Locale.ROOT,
                "top-1 error in %% of %,d images of %s",
                model.facts().<Long>getAs("images"),
                model.facts().<String>getAs("images_of")),
            value -> Figures.significant(value) + " %");
    Double dense = model.facts().getAs("dense_top1");
    List<Double> values =
        new ArrayList<>(model.points().stream().map(row -> Double.valueOf(value(row))).toList());
    if (dense != null && dense < 1) {
      values.add(100 * (1 - dense));
    }
    axis.span(
        values.stream().mapToDouble(Double::doubleValue).min().orElseThrow(),
        values.stream().mapToDouble(Double::doubleValue).max().orElseThrow());
    return axis;
  }

  private double least(String column) {
    return model.points().stream()
        .mapToDouble(row -> row.<Double>getAs(column))
        .min()
        .orElseThrow();
  }

  private double most(String column) {
    return model.points().stream()
        .mapToDouble(row -> row.<Double>getAs(column))
        .max()
        .orElseThrow();
  }

  private static ValueMarker dense(double top1) {
    ValueMarker marker = new ValueMarker(100 * Math.max(1 - top1, 1e-6));
    marker.setPaint(Palette.MUTED.color());
    marker.setStroke(ChartStyle.HAIR);
    marker.setLabel("dense network, fp32: " + Figures.share(1 - top1) + " error");
    marker.setLabelFont(ChartStyle.SMALL);
    marker.setLabelPaint(Palette.MUTED.color());
    marker.setLabelBackgroundColor(new Color(0, true));
    // Small sizes are seldom as good as the dense network: here is room.
    marker.setLabelAnchor(RectangleAnchor.TOP_LEFT);
    marker.setLabelTextAnchor(TextAnchor.BOTTOM_LEFT);
    return marker;
  }

  private void number(XYPlot plot, List<Row> front, NiceLogAxis size, ValueAxis height) {
    double lastAcross = Double.NEGATIVE_INFINITY;
    double lastUp = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < front.size(); i++) {
      double x = front.get(i).<Double>getAs("x");
      double y = value(front.get(i));
      double across = share(size, Math.log(x), true);
      double up = isAccuracy ? share(height, Math.log(y), true) : share(height, y, false);
      if (Math.hypot(across - lastAcross, up - lastUp) < NEAR) {
        continue;
      }
      lastAcross = across;
      lastUp = up;
      XYTextAnnotation label = new XYTextAnnotation(BESIDE + (i + 1), x, y);
      label.setFont(ChartStyle.SMALL);
      label.setPaint(Palette.INK.color());
      label.setTextAnchor(isAccuracy ? TextAnchor.BOTTOM_LEFT : TextAnchor.TOP_LEFT);
      plot.addAnnotation(label);
    }
  }

  /** Where on an axis a value is, 0 to 1. */
  private static double share(ValueAxis axis, double value, boolean isLog) {
    double from = axis.getRange().getLowerBound();
    double to = axis.getRange().getUpperBound();
    return isLog
        ? (value - Math.log(from)) / Math.log(to / from)
        : (value - from) / Math.max(to - from, Double.MIN_NORMAL);
  }
}
