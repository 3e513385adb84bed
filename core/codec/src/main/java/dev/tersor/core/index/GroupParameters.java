package dev.tersor.core.index;

import dev.tersor.core.tensor.NameWithParameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The parameters of the group search ("Smaller together", Algorithm 1).
 *
 * @param sizes S, the lanes of a group, descending
 * @param strides D, the distances of lanes, ascending
 * @param padding lanes of a group that may be no element, one number a size, in place of {@code
 *     theta}; empty where that says it. The occupancy analysis of the paper (section III-B.2,
 *     {@code m_g} and {@code m_c}) comes to 0 0 1 0 for sizes 16 12 8 4 where a group must be
 *     smaller than full ones of the next size, and to 3 3 1 0 where it must be below an overhead of
 *     50 %
 * @param theta the least occupancy of a group, in (0, 1]
 * @param order what is tried after a group was taken
 */
record GroupParameters(
    List<Integer> sizes, List<Integer> strides, List<Integer> padding, double theta, Order order) {
  /** The layout holds 4 bits of stride; 16 lanes are the paper's vector register. */
  private static final int MOST = 16;

  /** The paper leaves open how the strides take turns; its own tables fit the first only. */
  enum Order {
    /** One group for each stride in turn, until a whole round takes none. */
    ROUND_ROBIN,
    /** All groups of the first stride, then all of the next. */
    EACH_STRIDE,
    /** The fullest group of any stride; among equals the smallest stride, then the first start. */
    GLOBAL_BEST;

    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Table II: sizes 16, 12, 8 and 4, strides 1 to 16, occupancy 0.8. */
  static final GroupParameters PAPER =
      new GroupParameters(
          List.of(16, 12, 8, 4),
          IntStream.rangeClosed(1, MOST).boxed().toList(),
          List.of(),
          0.8,
          Order.ROUND_ROBIN);

  GroupParameters {
    check("strides", strides);
    if (!(theta > 0 && theta <= 1)) {
      throw new IllegalArgumentException("theta: " + theta + " outside (0, 1]");
    }
    if (!padding.isEmpty() && padding.size() != sizes.size()) {
      throw new IllegalArgumentException(
          "padding: " + padding.size() + " numbers for " + sizes.size() + " sizes");
    }
    for (int i = 0; i < padding.size(); i++) {
      if (padding.get(i) < 0 || padding.get(i) >= sizes.get(i)) {
        throw new IllegalArgumentException(
            "padding: %d of %d lanes, expected less".formatted(padding.get(i), sizes.get(i)));
      }
    }
  }

  /** The same with some of its sizes, also none. */
  GroupParameters withSizes(List<Integer> some) {
    List<Integer> theirs =
        padding.isEmpty()
            ? padding
            : some.stream().map(lanes -> padding.get(sizes.indexOf(lanes))).toList();
    return new GroupParameters(some, strides, theirs, theta, order);
  }

  private static void check(String what, List<Integer> numbers) {
    if (numbers.isEmpty()) {
      throw new IllegalArgumentException(what + ": empty, expected numbers in 1.." + MOST);
    }
    for (int number : numbers) {
      if (number < 1 || number > MOST) {
        throw new IllegalArgumentException(
            what + ": " + number + " outside 1.." + MOST + ", which is what the layout holds");
      }
    }
  }

  /** The fewest non-zeros of a group. */
  int least(int lanes) {
    if (!padding.isEmpty()) {
      return lanes - padding.get(sizes.indexOf(lanes));
    }
    // The products are decimal fractions that binary ones miss by a hair: 0.7 * 10 is above 7.
    return Math.max(1, (int) Math.ceil(theta * lanes - 1e-9));
  }

  /**
   * These parameters with some replaced; those that are taken are removed from the map.
   *
   * @param given of {@code sizes=16+8}, {@code strides=1..4} or {@code 1+2+4}, {@code padding=1+0},
   *     a number for each size from the largest on, {@code theta=0.7}, {@code order=global-best}
   * @throws IllegalArgumentException naming the parameter, the value and what was expected
   */
  GroupParameters with(Map<String, String> given) {
    String newSizes = given.remove("sizes");
    String newStrides = given.remove("strides");
    String newPadding = given.remove("padding");
    String newTheta = given.remove("theta");
    String newOrder = given.remove("order");
    return new GroupParameters(
        newSizes == null ? sizes : List.copyOf(numbers("sizes", newSizes).descendingSet()),
        newStrides == null ? strides : List.copyOf(numbers("strides", newStrides)),
        newPadding == null ? padding : padding(newPadding),
        newTheta == null ? theta : theta(newTheta),
        newOrder == null ? order : order(newOrder));
  }

  private static TreeSet<Integer> numbers(String what, String text) {
    TreeSet<Integer> numbers = new TreeSet<>();
    try {
      for (String part : text.isEmpty() ? new String[0] : text.split("\\+", -1)) {
        int dots = part.indexOf("..");
        int from = Integer.parseInt(dots < 0 ? part : part.substring(0, dots));
        int to = dots < 0 ? from : Integer.parseInt(part.substring(dots + 2));
        check(what, List.of(from, to));
        if (from > to) {
          throw new IllegalArgumentException(what + ": " + part + " descends");
        }
        IntStream.rangeClosed(from, to).forEach(numbers::add);
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          what + ": '" + text + "' is not a list of numbers such as 16+8+4 or 1..16", e);
    }
    check(what, List.copyOf(numbers));
    return numbers;
  }

  private static List<Integer> padding(String text) {
    try {
      return Arrays.stream(text.split("\\+", -1)).map(Integer::valueOf).toList();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "padding: '" + text + "' is not a list of numbers such as 3+3+1+0", e);
    }
  }

  private static double theta(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("theta: '" + text + "' is not a number in (0, 1]", e);
    }
  }

  private static Order order(String text) {
    List<String> labels = new ArrayList<>();
    for (Order order : Order.values()) {
      if (order.label().equals(text)) {
        return order;
      }
      labels.add(order.label());
    }
    throw new IllegalArgumentException("order: '" + text + "', expected one of " + labels);
  }

  /** The parameters that differ from others, as {@link #with} takes them. */
  Map<String, String> differences(GroupParameters other) {
    Map<String, String> differences = new LinkedHashMap<>();
    if (!sizes.equals(other.sizes)) {
      differences.put("sizes", text(sizes));
    }
    if (!strides.equals(other.strides)) {
      differences.put("strides", text(strides));
    }
    if (!padding.equals(other.padding)) {
      differences.put(
          "padding", padding.stream().map(String::valueOf).collect(Collectors.joining("+")));
    }
    if (theta != other.theta) {
      differences.put("theta", NameWithParameters.number(theta));
    }
    if (order != other.order) {
      differences.put("order", order.label());
    }
    return differences;
  }

  private static String text(List<Integer> numbers) {
    int first = Collections.min(numbers);
    int last = Collections.max(numbers);
    return numbers.size() > 2 && last - first == numbers.size() - 1
        ? first + ".." + last
        : numbers.stream().map(String::valueOf).collect(Collectors.joining("+"));
  }
}
