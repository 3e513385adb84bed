package dev.tersor.jobs.words;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** What queries answered, as published: tables of text, and lines around them. */
final class Answers {
  /**
   * A row, or a line outside of tables, which has no columns.
   *
   * @param columns labels of the columns
   * @param known the labels of its whole table, those of the columns among them
   */
  private record Row(List<String> columns, List<String> cells, Set<String> known) {
    boolean has(Figure figure, String column, boolean paper) {
      for (int i = 0; i < cells.size(); i++) {
        boolean other = columns.contains(column) && !paper && !columns.get(i).equals(column);
        if (!other && Figure.in(text(i, paper)).stream().anyMatch(figure::rounds)) {
          return true;
        }
      }
      return false;
    }

    /** What a cell says of ours, or of the paper's: its columns, brackets, and lines. */
    private String text(int i, boolean paper) {
      String cell = cells.get(i);
      if (columns.isEmpty() || columns.get(i).contains("paper")) {
        return paper ? cell : "";
      }
      return paper
          ? cell.replaceAll("^[^\\[]*$|^[^\\[]*\\[|\\].*$", " ")
          : cell.replaceAll("\\[[^\\]]*\\]", " ");
    }

    /** The labels that this table knows of a text: the whole, or else its parts. */
    List<String> labels(String text) {
      String whole = label(text);
      return known.contains(whole)
          ? List.of(whole)
          : Stream.of(text.split(",\\s|[()]")).map(Answers::label).filter(known::contains).toList();
    }

    boolean labelled(String text) {
      return labels(text).stream()
          .allMatch(
              label ->
                  columns.contains(label)
                      || cells.stream().anyMatch(cell -> label(cell).equals(label)));
    }
  }

  private final List<Row> rows = new ArrayList<>();
  private final String text;

  Answers(String text) {
    this.text = text;
    List<String> columns = List.of();
    Set<String> known = new HashSet<>();
    for (String line : text.lines().toList()) {
      if (line.startsWith("|") && columns.isEmpty()) {
        columns = cells(line).stream().map(Answers::label).toList();
        known = new HashSet<>(columns);
      } else if (line.startsWith("|")) {
        cells(line).stream().map(Answers::label).forEach(known::add);
        rows.add(new Row(columns, cells(line), known));
      } else if (!line.startsWith("+")) {
        columns = List.of();
        rows.add(new Row(columns, List.of(line), Set.of()));
      }
    }
  }

  static List<String> cells(String line) {
    String inner = line.strip().replaceAll("^\\||\\|$", "");
    return Arrays.stream(inner.split("\\|", -1)).map(String::strip).toList();
  }

  /** As labels are compared: ResNet-50 is resnet50, and 30 % is 0.3. */
  private static String label(String text) {
    List<Figure> figures = Figure.in(text);
    if (figures.size() == 1 && figures.get(0).text().equals(text.strip())) {
      double value = figures.get(0).value();
      return "#" + (figures.get(0).percent() ? value / 100 : value);
    }
    return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.=]", "");
  }

  boolean hasLine(String line) {
    return text.lines().anyMatch(other -> other.strip().equals(line.strip()));
  }

  boolean has(Figure figure, boolean paper) {
    return rows.stream().anyMatch(row -> row.has(figure, "", paper));
  }

  /**
   * Whether a row has all the numbers of a cell and the labels of its row and column, as far as its
   * table knows these; where the column's is the name of a column, in that column.
   */
  boolean has(List<Figure> cell, List<String> labels, String column, boolean paper) {
    return rows.stream()
        .filter(row -> row.labelled(column) && labels.stream().allMatch(row::labelled))
        .anyMatch(
            row -> {
              List<String> of = row.labels(column);
              String name = of.isEmpty() ? "" : of.get(0);
              return cell.stream().allMatch(figure -> row.has(figure, name, paper));
            });
  }
}
