package dev.tersor.jobs.report;

import org.jfree.chart.axis.AxisLocation;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.DatasetRenderingOrder;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.ui.Layer;
import org.jfree.data.category.CategoryDataset;

/** Bars that lie, one for each encoding, with its name beside it. */
final class EncodingBars {
  static final int WIDTH = 760;

  private static final int BAR = 22;
  private static final int AROUND = 120;

  /** The name of a bar: long names of recipes with parameters leave no room for it. */
  record Name(String encoding) implements Comparable<Name> {
    private static final int LONGEST = 34;
    private static final int END = 13;

    @Override
    public int compareTo(Name other) {
      return encoding.compareTo(other.encoding);
    }

    @Override
    public String toString() {
      String clean = Html.printable(encoding);
      return clean.length() <= LONGEST
          ? clean
          : clean.substring(0, LONGEST - END - 1) + "…" + clean.substring(clean.length() - END);
    }
  }

  private EncodingBars() {}

  /** Of a plot with so many bars. */
  static int height(int bars) {
    return AROUND + BAR * bars;
  }

  /**
   * Makes bars flat.
   *
   * @param width the most of a bar, as a share of the plot
   */
  static <T extends BarRenderer> T flat(T bars, double width) {
    bars.setBarPainter(new StandardBarPainter());
    bars.setShadowVisible(false);
    bars.setMaximumBarWidth(width);
    return bars;
  }

  /**
   * A plot without its colours.
   *
   * @param gap between bars, as a share of the plot
   * @param values what the axis below says
   * @param entropy where the dashed line of order-0 entropy is
   */
  static CategoryPlot plot(
      CategoryDataset data, BarRenderer bars, double gap, String values, double entropy) {
    CategoryAxis encodings = new CategoryAxis();
    encodings.setLowerMargin(0.01);
    encodings.setUpperMargin(0.01);
    encodings.setCategoryMargin(gap);
    encodings.setMaximumCategoryLabelWidthRatio(0.6f);
    CategoryPlot plot = new CategoryPlot(data, encodings, new NumberAxis(values), bars);
    plot.setOrientation(PlotOrientation.HORIZONTAL);
    plot.setRangeAxisLocation(AxisLocation.BOTTOM_OR_LEFT);
    plot.setDatasetRenderingOrder(DatasetRenderingOrder.FORWARD);
    ValueMarker marker = new ValueMarker(entropy);
    marker.setPaint(Palette.INK.color());
    marker.setStroke(ChartStyle.DASHES);
    plot.addRangeMarker(marker, Layer.FOREGROUND);
    return plot;
  }
}
