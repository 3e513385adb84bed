package dev.tersor.jobs.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.ColumnData;
import dev.tersor.core.encode.Auto;
import dev.tersor.core.symbol.SymbolCoders;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/**
 * Every size of a sweep, in the manner of "Smaller together", Table I: a row for each model and
 * sparsity, a column for each encoding with its size and its size relative to dense codes of the
 * same bits, and order-0 entropy with the smallest context model beside it. One block for each
 * symbol coder; the smallest of a row, over all blocks, has a star. Where a block has many
 * encodings, rows and columns change places.
 */
public final class SizeTable {
  /** More encodings than this are rows and no columns. */
  private static final int MAX_COLUMNS = 5;

  /** More settings than this go into tables below each other, where encodings are rows. */
  private static final int MAX_SETTINGS = 6;

  /** The block of encodings that choose a recipe, and so a coder, for each tensor. */
  private static final String CHOICES = "auto";

  private static final String CONTEXT = "best context model";

  private SizeTable() {}

  /**
   * @param models rows of the models table
   * @param encodings their names, in the order of the columns
   */
  public static String of(List<Row> models, List<String> encodings) {
    List<SettingRows> settings = SettingRows.of(models);
    Map<String, List<String>> blocks = new LinkedHashMap<>();
    SymbolCoders.ALL.names().forEach(coder -> blocks.put(coder, new ArrayList<>()));
    blocks.put(CHOICES, new ArrayList<>());
    encodings.forEach(encoding -> blocks.get(coder(encoding)).add(encoding));
    StringBuilder text = new StringBuilder();
    blocks.forEach(
        (coder, columns) -> {
          if (!columns.isEmpty()) {
            boolean wide = columns.size() > MAX_COLUMNS;
            text.append("Bytes of index and values, ")
                .append(coder)
                .append(" (tables, codebook, header not counted) / relative to dense codes of")
                .append(" the same bits; * smallest of the ")
                .append(wide ? "column in all tables\n" : "row in all tables\n")
                .append(wide ? tall(settings, coder, columns) : block(settings, coder, columns))
                .append('\n');
          }
        });
    return text.toString();
  }

  private static String block(List<SettingRows> rows, String coder, List<String> recipes) {
    List<ColumnData<SettingRows>> columns = new ArrayList<>();
    columns.add(PlanText.left("model").with(SettingRows::model));
    columns.add(PlanText.left("weights").with(SettingRows::source));
    columns.add(PlanText.right("sparsity").with(row -> row.setting().target()));
    columns.add(PlanText.right("bits").with(row -> row.setting().codes()));
    for (String recipe : recipes) {
      columns.add(PlanText.right(index(recipe)).with(row -> size(row.byEncoding(), recipe)));
    }
    columns.add(
        PlanText.right(entropyName(coder))
            .with(row -> entropy(row.byEncoding(), entropyColumn(coder))));
    columns.add(PlanText.right(CONTEXT).with(row -> context(row.byEncoding())));
    return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, rows, columns);
  }

  /** A row for each encoding, order-0 entropy and the context model; a column for each setting. */
  private static String tall(List<SettingRows> all, String coder, List<String> recipes) {
    List<String> rows = new ArrayList<>(recipes);
    String entropy = entropyName(coder);
    rows.add(entropy);
    rows.add(CONTEXT);
    StringBuilder text = new StringBuilder();
    for (int from = 0; from < all.size(); from += MAX_SETTINGS) {
      List<ColumnData<String>> columns = new ArrayList<>();
      columns.add(PlanText.left("encoding").with(row -> recipes.contains(row) ? index(row) : row));
      for (SettingRows each : all.subList(from, Math.min(all.size(), from + MAX_SETTINGS))) {
        String header =
            String.join(
                "\n", each.model(), each.source(), each.setting().target(), each.setting().codes());
        columns.add(
            PlanText.right(header)
                .with(
                    row ->
                        // A blank where sizes have their star.
                        row.equals(entropy)
                            ? entropy(each.byEncoding(), entropyColumn(coder)) + " "
                            : row.equals(CONTEXT)
                                ? context(each.byEncoding()) + " "
                                : size(each.byEncoding(), row)));
      }
      text.append(text.isEmpty() ? "" : "\n")
          .append(AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, rows, columns));
    }
    return text.toString();
  }

  private static String coder(String encoding) {
    return Auto.isAuto(encoding) ? CHOICES : encoding.substring(encoding.lastIndexOf('/') + 1);
  }

  private static String index(String encoding) {
    return Auto.isAuto(encoding) ? encoding : encoding.substring(0, encoding.lastIndexOf('/'));
  }

  // Packed values take their full width: what bounds them is the mask's entropy alone.

  private static String entropyName(String coder) {
    return coder.equals("packed") ? "mask entropy + values" : "order-0 entropy";
  }

  private static String entropyColumn(String coder) {
    return coder.equals("packed") ? "floor_packed_bytes" : "floor_bytes";
  }

  private static double dense(Row row) {
    // Of tensors with bits of their own as well: their sum is in the ratio.
    return Math.rint(row.<Double>getAs("ratio_packed") * row.<Long>getAs("total_bytes"));
  }

  private static String size(Map<String, Row> row, String recipe) {
    Row cell = row.get(recipe);
    if (cell == null) {
      return "";
    }
    if (!cell.<Boolean>getAs("verified")) {
      return "failed: " + cell.<Long>getAs("failed");
    }
    double bytes = (double) cell.<Long>getAs("payload_bytes");
    double smallest =
        row.values().stream()
            .filter(other -> other.<Boolean>getAs("verified"))
            .mapToDouble(other -> (double) other.<Long>getAs("payload_bytes"))
            .min()
            .orElse(bytes);
    return Figures.size(bytes)
        + " / "
        + Figures.ratio(bytes / dense(cell))
        + (bytes == smallest ? "*" : " ");
  }

  private static String entropy(Map<String, Row> row, String column) {
    return row.values().stream()
        .filter(cell -> cell.<Boolean>getAs("verified"))
        .findFirst()
        .map(
            cell -> {
              double bytes = cell.<Double>getAs(column);
              return Figures.size(bytes) + " / " + Figures.ratio(bytes / dense(cell));
            })
        .orElse("");
  }

  /** The smallest payload of a coder that knows the place; its block says of which. */
  private static String context(Map<String, Row> row) {
    return ContextModels.best(row.values(), "payload_bytes")
        .map(
            cell -> {
              double bytes = (double) cell.<Long>getAs("payload_bytes");
              return Figures.size(bytes) + " / " + Figures.ratio(bytes / dense(cell));
            })
        .orElse(
            row.values().stream().anyMatch(cell -> cell.<Boolean>getAs("verified"))
                ? ContextModels.ABSENT
                : "");
  }
}
