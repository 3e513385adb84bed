package dev.tersor.jobs.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** Instructions on a board, a colour for each recipe: by sparsity, and by tensor. */
final class DevicePlot {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 430;

  private final XYSeriesCollection data = new XYSeriesCollection();
  private final XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer();
  private final List<List<String>> texts = new ArrayList<>();

  private DevicePlot() {}

  /** The recipes that have a colour: as many as there are, those of the paper first. */
  static List<String> recipes(List<Row> rows) {
    return rows.stream()
        .filter(row -> row.getAs("each") != null)
        .map(row -> row.<String>getAs("encoding"))
        .distinct()
        .sorted(Comparator.comparingInt(PaperCycles::place))
        .limit(Palette.SERIES.size())
        .toList();
  }

  /** The paper's Figure 8, for each weight, with the cycles of its Table I beside. */
  static SvgPlot bySparsity(String model, List<Row> totals, String name) {
    DevicePlot plot = new DevicePlot();
    List<String> recipes = recipes(totals);
    for (int i = 0; i < recipes.size(); i++) {
      String recipe = recipes.get(i);
      XYSeries own = new XYSeries(recipe, false);
      List<String> ofOwn = new ArrayList<>();
      for (Row row : totals) {
        if (row.getAs("encoding").equals(recipe) && row.<Boolean>getAs("verified")) {
          own.add(row.<Double>getAs("sparsity_target"), row.<Double>getAs("each"));
          ofOwn.add(text(recipe, row.<Double>getAs("each"), "instructions"));
        }
      }
      plot.add(own, ofOwn, i, true, true);
      XYSeries paper = new XYSeries(recipe + ", cycles of the paper", false);
      List<String> ofPaper = new ArrayList<>();
      for (Map.Entry<Double, Double> point : PaperCycles.of(model, recipe).entrySet()) {
        paper.add(point.getKey(), point.getValue());
        ofPaper.add(text(recipe, point.getValue(), "cycles, as the paper prints them"));
      }
      plot.add(paper, ofPaper, i, false, true);
    }
    return plot.draw(
        name,
        model + ": instructions a weight by sparsity",
        "Across, the share of weights that is pruned; upwards, instructions of a Cortex-M55 with"
            + " its vector unit to decode a weight, zeros counted. Hollow marks are the cycles a"
            + " weight that the paper counted, which are not the same thing.",
        new NumberAxis("sparsity"),
        "instructions a weight; hollow marks: the paper's cycles");
  }

  /** The paper's Figure 7, for each weight. */
  static SvgPlot byTensor(String model, List<Row> tensors, List<String> recipes, String name) {
    DevicePlot plot = new DevicePlot();
    double low = tensors.stream().mapToDouble(row -> row.getAs("sparsity_target")).min().orElse(0);
    double least = Double.MAX_VALUE;
    double most = 1;
    for (int i = 0; i < recipes.size(); i++) {
      for (boolean isLow : new boolean[] {true, false}) {
        XYSeries series = new XYSeries(recipes.get(i) + (isLow ? "" : " at most"), false);
        List<String> ofSeries = new ArrayList<>();
        for (Row row : tensors) {
          boolean isOf = row.getAs("encoding").equals(recipes.get(i));
          if (isOf && row.<Double>getAs("sparsity_target") == low == isLow) {
            double params = (double) row.<Long>getAs("params");
            series.add(params, row.<Double>getAs("each").doubleValue());
            ofSeries.add(
                row.<String>getAs("tensor")
                    + ", "
                    + text(recipes.get(i), row.<Double>getAs("each"), "instructions"));
            least = Math.min(least, params);
            most = Math.max(most, params);
          }
        }
        plot.add(series, ofSeries, i, isLow, false);
      }
    }
    NiceLogAxis weights = new NiceLogAxis("weights of the tensor", Figures::shortSize);
    weights.span(least, most);
    return plot.draw(
        name,
        model + ": instructions a weight by tensor",
        "Across, weights of a tensor; upwards, instructions of a Cortex-M55 with its vector unit to"
            + " decode a weight. Filled marks are at the least sparsity from 30 % on, hollow ones at"
            + " the greatest up to 70 %.",
        weights,
        "instructions a weight");
  }

  private static String text(String recipe, double each, String unit) {
    return String.format(Locale.ROOT, "%s: %.3f %s a weight", recipe, each, unit);
  }

  private void add(
      XYSeries series, List<String> ofSeries, int place, boolean isFilled, boolean isJoined) {
    if (series.isEmpty()) {
      return;
    }
    int at = data.getSeriesCount();
    data.addSeries(series);
    texts.add(ofSeries);
    renderer.setSeriesPaint(at, Palette.SERIES.get(place).color());
    renderer.setSeriesShape(at, ChartStyle.MARKS.get(place));
    renderer.setSeriesShapesFilled(at, isFilled);
    renderer.setSeriesLinesVisible(at, isJoined);
    renderer.setSeriesStroke(at, isFilled ? ChartStyle.LINE : ChartStyle.DASHES);
    renderer.setSeriesOutlineStroke(at, ChartStyle.HAIR);
    renderer.setSeriesVisibleInLegend(at, isFilled);
  }

  private SvgPlot draw(
      String name, String title, String description, ValueAxis across, String upwards) {
    renderer.setDefaultToolTipGenerator((dataset, series, item) -> texts.get(series).get(item));
    return new SvgPlot(
        name,
        title,
        description,
        ChartStyle.chart(new XYPlot(data, across, new NumberAxis(upwards), renderer), true),
        WIDTH,
        HEIGHT);
  }
}
