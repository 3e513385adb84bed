package dev.tersor.jobs.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.jfree.chart.axis.AxisLocation;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.labels.ItemLabelAnchor;
import org.jfree.chart.labels.ItemLabelPosition;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.LookupPaintScale;
import org.jfree.chart.renderer.xy.XYBlockRenderer;
import org.jfree.chart.ui.RectangleAnchor;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.xy.DefaultXYZDataset;

/** Bits a weight of each layer, as numbers on colours: layers downwards, columns across. */
final class HeatMap {
  private static final int COLUMN = 58;
  private static final int ROW = 20;
  private static final int LETTER = 7;
  private static final int LONGEST = 30;

  private final List<String> layers;
  private final List<String> columns;
  private final Map<String, Double> bits = new HashMap<>();

  /**
   * @param layers names, the first on top
   * @param columns their names, the first to the left
   */
  HeatMap(List<String> layers, List<String> columns) {
    this.layers = layers;
    this.columns = columns;
  }

  private static String place(int layer, int column) {
    return layer + " " + column;
  }

  /** Adds the bits a weight of a layer; one of a layer or column that is not shown is left out. */
  void add(String layer, String column, double value) {
    int down = layers.indexOf(layer);
    int across = columns.indexOf(column);
    if (down >= 0 && across >= 0) {
      bits.put(place(down, across), value);
    }
  }

  /** Adds rows of layers. */
  void addAll(List<Row> rows, String layer, String column, Map<String, String> columnNames) {
    for (Row row : rows) {
      String key = row.getAs(column);
      add(
          row.getAs(layer),
          columnNames.getOrDefault(key, key),
          8.0 * row.<Long>getAs("total_bytes") / row.<Long>getAs("params"));
    }
  }

  /** The same as a table, names of layers first; what is not there is empty. */
  List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    for (int down = 0; down < layers.size(); down++) {
      List<String> row = new ArrayList<>(List.of(layers.get(down)));
      for (int across = 0; across < columns.size(); across++) {
        Double value = bits.get(place(down, across));
        row.add(value == null ? "" : number(value));
      }
      rows.add(row);
    }
    return rows;
  }

  SvgPlot draw(String name, String title, String across) {
    int size = bits.size();
    double[][] values = new double[3][size];
    int next = 0;
    for (int down = 0; down < layers.size(); down++) {
      for (int column = 0; column < columns.size(); column++) {
        Double value = bits.get(place(down, column));
        if (value != null) {
          values[0][next] = column;
          // The axis counts upwards; turning it round would put its other end at the labels.
          values[1][next] = layers.size() - 1 - down;
          values[2][next++] = value;
        }
      }
    }
    DefaultXYZDataset data = new DefaultXYZDataset();
    data.addSeries("bits", values);
    XYBlockRenderer blocks = new XYBlockRenderer();
    blocks.setBlockAnchor(RectangleAnchor.CENTER);
    blocks.setPaintScale(scale(values[2]));
    blocks.setDefaultItemLabelGenerator((dataset, series, item) -> number(values[2][item]));
    blocks.setDefaultItemLabelFont(ChartStyle.SMALL);
    blocks.setDefaultItemLabelPaint(Palette.INK.color());
    blocks.setDefaultItemLabelsVisible(true);
    blocks.setDefaultPositiveItemLabelPosition(
        new ItemLabelPosition(ItemLabelAnchor.CENTER, TextAnchor.CENTER));
    List<String> rows = layers.stream().map(HeatMap::shortened).toList();
    List<String> heads =
        columns.stream().map(column -> new EncodingBars.Name(column).toString()).toList();
    SymbolAxis names = axis(null, reversed(rows));
    SymbolAxis top = axis(across, heads);
    top.setVerticalTickLabels(true);
    XYPlot plot = new XYPlot(data, top, names, blocks);
    plot.setDomainAxisLocation(AxisLocation.TOP_OR_LEFT);
    plot.setDomainGridlinesVisible(false);
    plot.setRangeGridlinesVisible(false);
    int width = longest(rows) * LETTER + COLUMN * columns.size() + 60;
    int height = longest(heads) * LETTER + ROW * layers.size() + 70;
    return new SvgPlot(
        name,
        title,
        "Layers downwards, "
            + across
            + " to the right; each field has the bits a weight of the layer, everything counted."
            + " More bits have a stronger colour.",
        ChartStyle.chart(plot, false),
        width,
        height);
  }

  private static LookupPaintScale scale(double[] values) {
    double least = Double.MAX_VALUE;
    double most = 0;
    for (double value : values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    double step = Math.max((most - least) / Palette.HEAT.size(), 1e-9);
    LookupPaintScale scale =
        new LookupPaintScale(least - step, most + step, Palette.HEAT.get(0).color());
    for (int i = 0; i < Palette.HEAT.size(); i++) {
      scale.add(least + i * step, Palette.HEAT.get(i).color());
    }
    return scale;
  }

  private static SymbolAxis axis(String label, List<String> names) {
    SymbolAxis axis = new SymbolAxis(label, names.toArray(new String[0]));
    axis.setGridBandsVisible(false);
    axis.setRange(-0.5, names.size() - 0.5);
    axis.setTickMarksVisible(false);
    axis.setAxisLineVisible(false);
    return axis;
  }

  private static int longest(List<String> names) {
    return names.stream().mapToInt(String::length).max().orElse(0);
  }

  /** The end tells names of layers apart. */
  private static String shortened(String name) {
    String clean = Html.printable(name);
    return clean.length() <= LONGEST
        ? clean
        : clean.substring(0, 8) + "…" + clean.substring(clean.length() - LONGEST + 9);
  }

  private static List<String> reversed(List<String> names) {
    List<String> turned = new ArrayList<>();
    for (String name : names) {
      turned.add(0, name);
    }
    return turned;
  }

  private static String number(double bits) {
    return String.format(Locale.ROOT, bits < 10 ? "%.2f" : "%.1f", bits);
  }
}
