package dev.tersor.jobs.sql;

import java.io.IOException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.sources.And;
import org.apache.spark.sql.sources.EqualTo;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.sources.GreaterThan;
import org.apache.spark.sql.sources.GreaterThanOrEqual;
import org.apache.spark.sql.sources.In;
import org.apache.spark.sql.sources.LessThan;
import org.apache.spark.sql.sources.LessThanOrEqual;
import org.apache.spark.sql.sources.Or;
import org.apache.spark.sql.sources.StringStartsWith;

/**
 * Conditions of a query that a source can tell before it decodes a tensor. Spark tests them again:
 * a row that is let through without need costs time and nothing else.
 *
 * @param filters all of which must hold
 */
record RowFilter(List<Filter> filters) implements Serializable {
  static final RowFilter NONE = new RowFilter(List.of());

  /**
   * Those filters that can be told.
   *
   * @param known columns that cost nothing
   */
  static RowFilter of(Filter[] filters, Set<String> known) {
    return new RowFilter(
        Arrays.stream(filters)
            .filter(filter -> known.containsAll(Arrays.asList(filter.references())))
            .filter(RowFilter::isKnown)
            .toList());
  }

  private static boolean isKnown(Filter filter) {
    if (filter instanceof And and) {
      return isKnown(and.left()) && isKnown(and.right());
    }
    if (filter instanceof Or or) {
      return isKnown(or.left()) && isKnown(or.right());
    }
    return filter instanceof EqualTo
        || filter instanceof In
        || filter instanceof StringStartsWith
        // The order of strings is Spark's own affair.
        || bound(filter) instanceof Number;
  }

  /** What a comparison compares with; null of other filters. */
  private static Object bound(Filter filter) {
    if (filter instanceof GreaterThan than) {
      return than.value();
    }
    if (filter instanceof GreaterThanOrEqual than) {
      return than.value();
    }
    if (filter instanceof LessThan than) {
      return than.value();
    }
    return filter instanceof LessThanOrEqual than ? than.value() : null;
  }

  /** Whether a row may be part of the answer; a null is not, as no filter here is true of it. */
  boolean test(TensorRow row) throws IOException {
    for (Filter filter : filters) {
      if (!test(filter, row)) {
        return false;
      }
    }
    return true;
  }

  private static boolean test(Filter filter, TensorRow row) throws IOException {
    if (filter instanceof And and) {
      return test(and.left(), row) && test(and.right(), row);
    }
    if (filter instanceof Or or) {
      return test(or.left(), row) || test(or.right(), row);
    }
    Object value = row.column(filter.references()[0]);
    if (value == null) {
      return false;
    }
    if (filter instanceof EqualTo equal) {
      return isSame(value, equal.value());
    }
    if (filter instanceof In in) {
      return Arrays.stream(in.values()).anyMatch(one -> isSame(value, one));
    }
    if (filter instanceof StringStartsWith start) {
      return ((String) value).startsWith(start.value());
    }
    long number = number(value);
    long bound = number(bound(filter));
    if (filter instanceof GreaterThan) {
      return number > bound;
    }
    if (filter instanceof GreaterThanOrEqual) {
      return number >= bound;
    }
    return filter instanceof LessThan ? number < bound : number <= bound;
  }

  private static boolean isSame(Object value, Object other) {
    if (value instanceof Number && other instanceof Number) {
      return number(value) == number(other);
    }
    return value.equals(other);
  }

  private static long number(Object value) {
    return ((Number) value).longValue();
  }

  /** The same as a condition on rows of a table. */
  Column column() {
    return filters.stream()
        .map(RowFilter::column)
        .reduce(Column::and)
        .orElseGet(() -> functions.lit(true));
  }

  private static Column column(Filter filter) {
    if (filter instanceof And and) {
      return column(and.left()).and(column(and.right()));
    }
    if (filter instanceof Or or) {
      return column(or.left()).or(column(or.right()));
    }
    Column column = functions.col(filter.references()[0]);
    if (filter instanceof EqualTo equal) {
      return column.equalTo(equal.value());
    }
    if (filter instanceof In in) {
      return column.isin(in.values());
    }
    if (filter instanceof StringStartsWith start) {
      return column.startsWith(start.value());
    }
    Object bound = bound(filter);
    if (filter instanceof GreaterThan) {
      return column.gt(bound);
    }
    if (filter instanceof GreaterThanOrEqual) {
      return column.geq(bound);
    }
    return filter instanceof LessThan ? column.lt(bound) : column.leq(bound);
  }
}
