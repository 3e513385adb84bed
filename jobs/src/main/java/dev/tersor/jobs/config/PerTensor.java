package dev.tersor.jobs.config;

import dev.tersor.core.model.TensorSpec;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A number for each tensor of a network: one for all, the paper's, or each its own.
 *
 * @param what the setting's name, for messages
 * @param common for tensors without one of their own; not a number for none
 * @param isPaper whether it is the one of the model's description, from the paper's table
 * @param own by tensor name
 */
public record PerTensor(String what, double common, boolean isPaper, TreeMap<String, Double> own)
    implements Serializable {
  /** The setting {@code paper}. */
  public static final String PAPER = "paper";

  static PerTensor of(String what, Object value) {
    if (value instanceof Number number) {
      return new PerTensor(what, number.doubleValue(), false, new TreeMap<>());
    }
    if (value instanceof Map<?, ?> map) {
      TreeMap<String, Double> own = new TreeMap<>();
      map.forEach((tensor, number) -> own.put(tensor.toString(), number(what, number)));
      return new PerTensor(what, Double.NaN, false, own);
    }
    if (PAPER.equals(value)) {
      return new PerTensor(what, Double.NaN, true, new TreeMap<>());
    }
    return new PerTensor(what, number(what, value), false, new TreeMap<>());
  }

  private static double number(String what, Object value) {
    try {
      return Double.parseDouble(value.toString());
    } catch (NumberFormatException e) {
      throw new UsageException(
          what + ": '" + value + "' is neither a number, 'paper', nor numbers by tensor", e);
    }
  }

  /**
   * The number of a tensor.
   *
   * @param paper what the paper's table says of it
   * @throws UsageException naming the tensor, if it has none
   */
  public double of(TensorSpec tensor, OptionalDouble paper) {
    if (isPaper) {
      return paper.orElseThrow(
          () ->
              new UsageException(
                  what + ": the paper has none for tensor " + tensor.name() + "; give a number"));
    }
    Double value = own.get(tensor.name());
    if (value != null) {
      return value;
    }
    if (Double.isNaN(common)) {
      throw new UsageException(
          what + ": none for tensor " + tensor.name() + ", only for " + own.keySet());
    }
    return common;
  }

  /**
   * @throws UsageException if a number is for a tensor that there is not
   */
  public void check(List<String> tensors) {
    for (String name : own.keySet()) {
      if (!tensors.contains(name)) {
        throw new UsageException(
            what + ": no tensor " + name + " to set, nearest: " + Nearest.to(name, tensors));
      }
    }
  }

  /** Every number that is given. */
  List<Double> numbers() {
    List<Double> numbers = new ArrayList<>(own.values());
    if (!Double.isNaN(common)) {
      numbers.add(common);
    }
    return numbers;
  }

  /** As it is written in keys and tables. */
  public String label() {
    if (isPaper) {
      return PAPER;
    }
    return !Double.isNaN(common)
        ? plain(common)
        : own.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + plain(entry.getValue()))
            .collect(Collectors.joining(" "));
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
