package dev.tersor.jobs.report;

import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.Shape;
import java.awt.Stroke;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.Axis;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.Plot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.text.TextUtils;
import org.jfree.chart.title.LegendTitle;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;

/** How all charts look: no boxes, thin grids, colours of {@link Palette}. */
final class ChartStyle {
  static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 11);
  static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 15);
  static final Stroke LINE = new BasicStroke(1.8f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
  static final Stroke HAIR = new BasicStroke(0.8f);
  static final Stroke DASHES =
      new BasicStroke(1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {5, 4}, 0);
  static final Stroke DOTS =
      new BasicStroke(1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {2, 3}, 0);

  /** Shapes that tell series apart where colours do not. */
  static final List<Shape> MARKS =
      List.of(
          new Ellipse2D.Double(-3.5, -3.5, 7, 7),
          new Rectangle2D.Double(-3.2, -3.2, 6.4, 6.4),
          polygon(0, -4.4, 4.2, 3.2, -4.2, 3.2),
          polygon(0, -4.6, 4.6, 0, 0, 4.6, -4.6, 0),
          polygon(0, 4.4, 4.2, -3.2, -4.2, -3.2),
          polygon(
              -4, -1.2, -1.2, -1.2, -1.2, -4, 1.2, -4, 1.2, -1.2, 4, -1.2, 4, 1.2, 1.2, 1.2, 1.2, 4,
              -1.2, 4, -1.2, 1.2, -4, 1.2));

  static {
    // A turned text is drawn as text too, and not as the outlines of its letters.
    TextUtils.setUseDrawRotatedStringWorkaround(false);
  }

  private ChartStyle() {}

  private static Shape polygon(double... xy) {
    Path2D path = new Path2D.Double();
    path.moveTo(xy[0], xy[1]);
    for (int i = 2; i < xy.length; i += 2) {
      path.lineTo(xy[i], xy[i + 1]);
    }
    path.closePath();
    return path;
  }

  static JFreeChart chart(XYPlot plot, boolean hasLegend) {
    plot.setDomainGridlinePaint(Palette.GRID.color());
    plot.setRangeGridlinePaint(Palette.GRID.color());
    plot.setDomainGridlineStroke(HAIR);
    plot.setRangeGridlineStroke(HAIR);
    plot.setAxisOffset(RectangleInsets.ZERO_INSETS);
    axis(plot.getDomainAxis());
    axis(plot.getRangeAxis());
    return chart((Plot) plot, hasLegend);
  }

  static JFreeChart chart(CategoryPlot plot, boolean hasLegend) {
    plot.setRangeGridlinePaint(Palette.GRID.color());
    plot.setRangeGridlineStroke(HAIR);
    plot.setAxisOffset(RectangleInsets.ZERO_INSETS);
    axis(plot.getDomainAxis());
    axis(plot.getRangeAxis());
    return chart((Plot) plot, hasLegend);
  }

  private static JFreeChart chart(Plot plot, boolean hasLegend) {
    plot.setBackgroundPaint(null);
    plot.setOutlineVisible(false);
    plot.setInsets(new RectangleInsets(8, 4, 4, 18));
    JFreeChart chart = new JFreeChart(null, TEXT, plot, hasLegend);
    chart.setBackgroundPaint(null);
    chart.setBorderVisible(false);
    LegendTitle legend = chart.getLegend();
    if (legend != null) {
      legend.setBackgroundPaint(null);
      legend.setFrame(BlockBorder.NONE);
      legend.setItemFont(TEXT);
      legend.setItemPaint(Palette.INK.color());
      legend.setPosition(RectangleEdge.BOTTOM);
      legend.setItemLabelPadding(new RectangleInsets(2, 4, 2, 12));
    }
    return chart;
  }

  private static void axis(Axis axis) {
    axis.setLabelFont(TEXT);
    axis.setLabelPaint(Palette.MUTED.color());
    axis.setTickLabelFont(TEXT);
    axis.setTickLabelPaint(Palette.INK.color());
    axis.setAxisLinePaint(Palette.MUTED.color());
    axis.setTickMarkPaint(Palette.MUTED.color());
    axis.setAxisLineStroke(HAIR);
    axis.setTickMarkStroke(HAIR);
  }
}
