package dev.tersor.jobs.report;

import dev.tersor.jobs.choose.Candidate;
import dev.tersor.jobs.choose.Choice;
import dev.tersor.jobs.choose.Layer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/**
 * What was chosen among what was measured: each layer's candidates by bits a weight and signal to
 * noise, and the ones that were taken.
 */
public final class ChoicePlot {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 430;

  /** No layer's noise is drawn lower or higher, in dB. */
  private static final double MOST = 60;

  private final Choice choice;
  private final XYSeriesCollection data = new XYSeriesCollection();
  private final XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(false, true);
  private final List<List<String>> texts = new ArrayList<>();

  private ChoicePlot(Choice choice) {
    this.choice = choice;
  }

  /**
   * An SVG file.
   *
   * @param title above it
   * @param singles the best of one setting for all layers
   */
  public static String svg(String title, Choice choice, List<Choice> singles) {
    return new ChoicePlot(choice).draw(title, singles).file();
  }

  private SvgPlot draw(String title, List<Choice> singles) {
    add("chosen for each layer", choice.chosen(), Palette.BLUE, true);
    for (int i = 0; i < singles.size(); i++) {
      List<Candidate> chosen = singles.get(i).chosen();
      add(
          "best setting for all: " + chosen.get(0).setting().label(),
          chosen,
          Palette.SERIES.get(i + 1),
          true);
    }
    XYSeries all = new XYSeries("measured, of all layers", false);
    List<String> ofAll = new ArrayList<>();
    for (Layer layer : choice.layers()) {
      for (Candidate candidate : layer.candidates()) {
        all.add(bits(layer, candidate), noise(layer, candidate));
        ofAll.add(null);
      }
    }
    add(all, ofAll, Palette.SLATE, false);
    renderer.setDefaultToolTipGenerator((dataset, series, item) -> texts.get(series).get(item));
    NumberAxis size = new NumberAxis("bits a weight in the file");
    NumberAxis height = new NumberAxis("signal to noise of the layer's weights in dB");
    size.setAutoRangeIncludesZero(true);
    height.setAutoRangeIncludesZero(true);
    XYPlot plot = new XYPlot(data, size, height, renderer);
    return new SvgPlot(
        "choice",
        title,
        String.format(
            Locale.ROOT,
            "Across, bits a weight; upwards, signal to noise in dB; a mark for each of %d layers"
                + " and for each way to store them that was measured.",
            choice.layers().size()),
        ChartStyle.chart(plot, true),
        WIDTH,
        HEIGHT);
  }

  private void add(String name, List<Candidate> chosen, Palette color, boolean isFilled) {
    XYSeries series = new XYSeries(name, false);
    List<String> ofSeries = new ArrayList<>();
    for (int i = 0; i < chosen.size(); i++) {
      Layer layer = choice.layers().get(i);
      series.add(bits(layer, chosen.get(i)), noise(layer, chosen.get(i)));
      ofSeries.add(ChoiceText.label(layer, chosen.get(i)));
    }
    add(series, ofSeries, color, isFilled);
  }

  private void add(XYSeries series, List<String> ofSeries, Palette color, boolean isFilled) {
    int at = data.getSeriesCount();
    data.addSeries(series);
    texts.add(ofSeries);
    renderer.setSeriesPaint(at, color.color());
    renderer.setSeriesShape(at, ChartStyle.MARKS.get(at));
    renderer.setSeriesShapesFilled(at, isFilled);
    renderer.setDrawOutlines(true);
    renderer.setSeriesOutlineStroke(at, ChartStyle.HAIR);
  }

  private static double bits(Layer layer, Candidate candidate) {
    return 8.0 * candidate.bytes() / layer.weights();
  }

  private static double noise(Layer layer, Candidate candidate) {
    double ratio = layer.power() / candidate.error();
    double decibels = 10 * Math.log10(ratio);
    return Double.isNaN(decibels) ? MOST : Math.max(-MOST, Math.min(MOST, decibels));
  }
}
