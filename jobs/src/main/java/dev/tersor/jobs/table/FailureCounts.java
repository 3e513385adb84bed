package dev.tersor.jobs.table;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;

/** Failed cells by what they say, an example of each. */
public final class FailureCounts {
  private static final int MOST = 50;

  private record Failure(String error, String example, long cells) {
    Failure plus(Failure other) {
      return new Failure(error, example, cells + other.cells);
    }

    Map<String, Object> facts() {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("error", error);
      facts.put("cells", cells);
      facts.put("example", example);
      return facts;
    }
  }

  private final Map<String, Failure> byError = new TreeMap<>();

  /**
   * Counts a cell that failed.
   *
   * @param cell with verified, error, model, tensor and encoding
   */
  public void add(Row cell) {
    if (cell.<Boolean>getAs("verified")) {
      return;
    }
    String error = String.valueOf(cell.<String>getAs("error"));
    String example =
        cell.getAs("model") + " " + cell.getAs("tensor") + " " + cell.getAs("encoding");
    byError.merge(error, new Failure(error, example, 1), Failure::plus);
  }

  /** The most frequent ones, with {@code error}, {@code cells} and {@code example}. */
  public List<Map<String, Object>> mostFrequent() {
    return byError.values().stream()
        .sorted(Comparator.comparingLong(Failure::cells).reversed())
        .limit(MOST)
        .map(Failure::facts)
        .toList();
  }
}
