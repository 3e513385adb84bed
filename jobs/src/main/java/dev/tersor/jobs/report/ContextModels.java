package dev.tersor.jobs.report;

import dev.tersor.core.encode.Auto;
import dev.tersor.core.symbol.SymbolCoder;
import dev.tersor.core.symbol.SymbolCoders;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/**
 * The encodings whose coder knows where a weight stands, and so can take less than order-0 entropy:
 * the smallest of them, as it was measured and decoded, stands beside that entropy. What {@code
 * auto} chose for single tensors is not among them.
 */
final class ContextModels {
  /** What stands in place of a size where there is none. */
  static final String ABSENT = "not swept";

  private static final List<String> CODERS =
      SymbolCoders.ALL.all().stream()
          .filter(SymbolCoder::usesPlace)
          .map(SymbolCoder::name)
          .toList();

  private ContextModels() {}

  /** Their coders, for texts: {@code mix or context}. */
  static String names() {
    return String.join(" or ", CODERS);
  }

  /** A condition of SQL on the name of an encoding. */
  static String sql(String column) {
    return CODERS.stream()
        .map(coder -> column + " LIKE '%/" + coder + "'")
        .collect(Collectors.joining(" OR ", "(", ")"));
  }

  private static boolean isOne(String encoding) {
    return !Auto.isAuto(encoding)
        && CODERS.contains(encoding.substring(encoding.lastIndexOf('/') + 1));
  }

  /**
   * The smallest verified row of one by a column of bytes; empty where none was swept.
   *
   * @param rows of one setting
   */
  static Optional<Row> best(Collection<Row> rows, String bytes) {
    return rows.stream()
        .filter(row -> row.<Boolean>getAs("verified") && isOne(row.getAs("encoding")))
        .min(Comparator.comparingLong(row -> row.<Long>getAs(bytes)));
  }
}
