package dev.tersor.jobs.report;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import org.jfree.chart.axis.AxisState;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.TextAnchor;

/** A logarithmic axis whose ticks are round numbers, few decades wide or many. */
final class NiceLogAxis extends LogAxis {
  private static final long serialVersionUID = 1L;

  /** About so many ticks, where a decade is not enough. */
  private static final int TICKS = 6;

  private final transient DoubleFunction<String> format;

  NiceLogAxis(String label, DoubleFunction<String> format) {
    super(label);
    this.format = format;
  }

  /** Makes the axis reach from the least to the most, and a little further. */
  void span(double least, double most) {
    double ratio = most / least;
    double room = Math.max(Math.pow(ratio, 0.06), 1.04);
    setRange(least / room, most * room);
  }

  @Override
  public List<NumberTick> refreshTicks(
      Graphics2D graphics, AxisState state, Rectangle2D area, RectangleEdge edge) {
    boolean isAcross = RectangleEdge.isTopOrBottom(edge);
    TextAnchor anchor = isAcross ? TextAnchor.TOP_CENTER : TextAnchor.CENTER_RIGHT;
    List<NumberTick> ticks = new ArrayList<>();
    for (double value : values(getRange().getLowerBound(), getRange().getUpperBound())) {
      ticks.add(new NumberTick(value, format.apply(value), anchor, TextAnchor.CENTER, 0));
    }
    return ticks;
  }

  /** Round numbers between two bounds, both above 0. */
  static List<Double> values(double from, double to) {
    double decades = Math.log10(to / from);
    return decades < 0.4 ? even(from, to) : byDecade(from, to, decades);
  }

  private static List<Double> even(double from, double to) {
    double raw = (to - from) / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double step = raw / power <= 1 ? power : raw / power <= 2 ? 2 * power : 5 * power;
    if (raw / power > 5) {
      step = 10 * power;
    }
    List<Double> values = new ArrayList<>();
    for (long i = (long) Math.ceil(from / step); i * step <= to; i++) {
      values.add(i * step);
    }
    return values;
  }

  private static List<Double> byDecade(double from, double to, double decades) {
    double[] mantissas =
        decades < 1.6
            ? new double[] {1, 1.5, 2, 3, 5, 7}
            : decades < 3.5 ? new double[] {1, 2, 5} : new double[] {1};
    int stride = (int) Math.max(1, Math.ceil(decades / (2.0 * TICKS)));
    List<Double> values = new ArrayList<>();
    for (int power = (int) Math.floor(Math.log10(from)); Math.pow(10, power) <= to; power++) {
      if (power % stride != 0) {
        continue;
      }
      for (double mantissa : mantissas) {
        double value = mantissa * Math.pow(10, power);
        if (value >= from && value <= to) {
          values.add(value);
        }
      }
    }
    return values;
  }
}
