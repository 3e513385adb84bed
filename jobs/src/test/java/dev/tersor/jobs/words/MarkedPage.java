package dev.tersor.jobs.words;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page whose numbers stand under marks, which are comments on a line of their own. A mark holds
 * up to the next one, or to the end of its section.
 *
 * <ul>
 *   <li>{@code figures: FILE, FILE}: every number is in these files of results/published, in a row
 *       with the labels that the page gives it. Those in [brackets], and in columns of "the paper",
 *       are the paper's, and are in papers.txt or the papers' columns of the files.
 *   <li>{@code measured: COMMAND; PROCESSOR; JDK; DATE}: a measurement that is not published.
 *   <li>{@code tested: TEST}: that test compares it.
 *   <li>{@code facts: WHAT}: numbers that nobody measured. Times and speeds are none of these.
 * </ul>
 */
final class MarkedPage {
  private static final Pattern MARK = Pattern.compile("<!-- (\\w+): (.*) -->");
  private static final Pattern HEADING = Pattern.compile("(#+) .*");
  private static final Pattern MEASUREMENT =
      Pattern.compile(
          "\\d (ms|ns|s|minutes|GB/s)\\b|[\\d.]+ times (as (fast|large|small)|faster|smaller|slower|larger)");

  private record Mark(String kind, String text) {}

  private final Path published;
  private final List<String> complaints = new ArrayList<>();
  private final Mark[] marks = new Mark[8];
  private int level;
  private Mark mark;
  private List<Answers> sources = List.of();
  private List<String> header;
  private List<String> above = List.of();

  private MarkedPage(Path published) {
    this.published = published;
  }

  /** What is wrong with a page, a line each. */
  static List<String> complaints(String name, String text, Path published) throws IOException {
    MarkedPage page = new MarkedPage(published);
    boolean fenced = false;
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      int before = page.complaints.size();
      if (line.strip().startsWith("```")) {
        fenced = !fenced;
      } else if (fenced) {
        page.output(line);
      } else {
        page.line(line);
      }
      for (int i = before; i < page.complaints.size(); i++) {
        page.complaints.set(i, name + ":" + number + ": " + page.complaints.get(i));
      }
    }
    return page.complaints;
  }

  private void line(String line) throws IOException {
    Matcher heading = HEADING.matcher(line);
    Matcher comment = MARK.matcher(line);
    if (heading.matches()) {
      level = heading.group(1).length();
      Arrays.fill(marks, level, marks.length, null);
      choose();
    } else if (comment.matches()) {
      marks[level] = new Mark(comment.group(1), comment.group(2));
      choose();
    } else if (line.startsWith("|")) {
      row(Answers.cells(line));
      return;
    } else if (!line.startsWith("    ")) {
      prose(plain(line));
    }
    header = null;
  }

  /** The innermost mark, and what it stands for. */
  private void choose() throws IOException {
    mark = null;
    for (int i = 0; i <= level; i++) {
      mark = marks[i] == null ? mark : marks[i];
    }
    sources = new ArrayList<>();
    if (mark == null) {
      return;
    }
    switch (mark.kind) {
      case "figures" -> {
        for (String file : (mark.text + ", papers.txt").split(", ", -1)) {
          if (Files.exists(published.resolve(file))) {
            sources.add(new Answers(Files.readString(published.resolve(file))));
          } else {
            complaints.add("no such file in results/published: " + file);
          }
        }
      }
      case "measured" -> {
        if (!mark.text.matches("[^;]+; [^;]+; JDK \\d+(, \\d+)*; \\d{4}-\\d\\d-\\d\\d")) {
          complaints.add("expected COMMAND; PROCESSOR; JDK; DATE, found " + mark.text);
        }
      }
      case "tested" -> {
        if (!Files.exists(Path.of("src/test/java/dev/tersor/jobs/" + mark.text + ".java"))) {
          complaints.add("no such test: " + mark.text);
        }
      }
      case "facts" -> {}
      default -> complaints.add("unknown mark: " + mark.kind);
    }
  }

  /** Without code, and without where links go. */
  private static String plain(String line) {
    return line.replaceAll("`[^`]*`", " ").replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1");
  }

  private static boolean measured(String text) {
    return Figure.in(text).stream().anyMatch(Figure::measure);
  }

  /** Console output: under figures each of its lines is one of an answer. */
  private void output(String line) {
    if (!line.startsWith("|") && !line.startsWith("+--")) {
      return;
    }
    if (mark == null) {
      complaints.add("output without a mark: " + line);
    } else if (mark.kind.equals("figures") && sources.stream().noneMatch(s -> s.hasLine(line))) {
      complaints.add("not in " + mark.text + ": " + line);
    }
  }

  private void prose(String text) {
    if (mark == null && measured(text)) {
      complaints.add("a figure without a mark: " + text.strip());
    } else if (mark != null && mark.kind.equals("facts") && MEASUREMENT.matcher(text).find()) {
      complaints.add("a measurement under facts: " + text.strip());
    } else if (mark != null && mark.kind.equals("figures")) {
      check(Figure.in(text.replaceAll("\\[[^\\]]*\\]", " ")), false);
      check(Figure.in(text.replaceAll("(^|\\])[^\\[]*", " ")), true);
    }
  }

  private void check(List<Figure> figures, boolean paper) {
    for (Figure figure : figures) {
      if (figure.measure() && sources.stream().noneMatch(s -> s.has(figure, paper))) {
        complaints.add("not in " + mark.text + (paper ? ", the paper's " : ": ") + figure.text());
      }
    }
  }

  private void row(List<String> cells) {
    if (header == null) {
      header = cells;
      above = List.of();
      return;
    }
    if (cells.stream().allMatch(cell -> cell.matches(":?-+:?"))) {
      return;
    }
    if (mark == null && cells.stream().anyMatch(cell -> !Figure.in(plain(cell)).isEmpty())) {
      complaints.add("a table with numbers without a mark: " + cells);
    }
    if (mark == null || !mark.kind.equals("figures")) {
      return;
    }
    List<String> labels = labels(cells);
    for (int i = 0; i < cells.size(); i++) {
      String cell = plain(cells.get(i));
      String column = i < header.size() ? header.get(i).replace("`", "") : "";
      boolean paper = column.toLowerCase(Locale.ROOT).contains("paper");
      List<String> others = new ArrayList<>(labels);
      if (i < labels.size()) {
        others.remove(i);
      }
      check(Figure.in(paper ? "" : cell.replaceAll("\\[[^\\]]*\\]", " ")), others, column);
      check(Figure.in(paper ? cell : cell.replaceAll("(^|\\])[^\\[]*", " ")), true);
    }
  }

  private void check(List<Figure> cell, List<String> labels, String column) {
    if (!cell.isEmpty() && sources.stream().noneMatch(s -> s.has(cell, labels, column, false))) {
      complaints.add(
          "not in %s: %s of %s, %s"
              .formatted(mark.text, cell.stream().map(Figure::text).toList(), labels, column));
    }
  }

  /**
   * The leading cells up to the first with a point or bracket; empty ones are as in the row above.
   */
  private List<String> labels(List<String> cells) {
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < cells.size() && !cells.get(i).matches(".*(\\d*\\.\\d|\\[).*"); i++) {
      boolean same = cells.get(i).isEmpty() && i < above.size();
      labels.add(same ? above.get(i) : cells.get(i).replace("`", ""));
    }
    above = labels;
    return labels;
  }
}
