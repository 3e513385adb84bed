package dev.tersor.core.quantize;

import dev.tersor.core.tensor.NameWithParameters;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a fitter that counts bits is to reach, in place of a lambda: bits a weight, or signal to
 * noise in decibels, over all weights of a network or over each tensor. One lambda for all tensors
 * gives a network the least error at its bits: at equal slopes no bit is worth more elsewhere.
 *
 * @param value above 0
 * @param each whether every tensor is to reach it, and not the network
 */
public record RateTarget(Kind kind, double value, boolean each) implements Serializable {
  /** What is to be reached. */
  public enum Kind {
    /** Bits a weight. */
    RATE(-0.5, "bits a weight"),
    /** Decibels: 10 log10 of the weights' squares over the squared error. */
    SQNR(-3.0103, "dB");

    private final double anOctave;
    private final String unit;

    Kind(double anOctave, String unit) {
      this.anOctave = anOctave;
      this.unit = unit;
    }

    String parameter() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final String EACH = "each";

  public RateTarget {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          kind.parameter() + ": " + value + ", expected a finite number above 0");
    }
  }

  /**
   * That of a name's parameters, which are taken out of {@code left}; none where there is none.
   *
   * @throws IllegalArgumentException naming the parameter, the value and what was expected
   */
  static Optional<RateTarget> take(Map<String, String> left) {
    String rate = left.remove(Kind.RATE.parameter());
    String sqnr = left.remove(Kind.SQNR.parameter());
    String each = left.remove(EACH);
    if (each != null && !each.equals("true")) {
      throw new IllegalArgumentException(EACH + ": '" + each + "', expected true");
    }
    if (rate != null && sqnr != null) {
      throw new IllegalArgumentException("rate: " + rate + " beside sqnr: " + sqnr);
    }
    if (rate == null && sqnr == null) {
      if (each != null) {
        throw new IllegalArgumentException(EACH + " is of a rate or a sqnr, expected one of them");
      }
      return Optional.empty();
    }
    Kind kind = rate != null ? Kind.RATE : Kind.SQNR;
    return Optional.of(
        new RateTarget(kind, number(kind, rate != null ? rate : sqnr), each != null));
  }

  private static double number(Kind kind, String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          kind.parameter() + ": '" + text + "', expected a finite number above 0", e);
    }
  }

  /** Its parameters in a name. */
  Map<String, String> parameters() {
    String number = NameWithParameters.number(value);
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put(kind.parameter(), number);
    if (each) {
      parameters.put(EACH, "true");
    }
    return parameters;
  }

  /** What a measured point has of it. */
  double of(RatePoint point) {
    return kind == Kind.RATE ? point.rate() : point.sqnr();
  }

  /** How much it changes where lambda doubles, about. */
  double anOctave() {
    return kind.anOctave;
  }

  /** The number with its unit: {@code 3 bits a weight}. */
  public String text(double number) {
    return String.format(Locale.ROOT, "%.3f %s", number, kind.unit);
  }

  /** {@code rate 3}, {@code sqnr 20}, {@code rate 3 each}: the column {@code rate_target}. */
  public String label() {
    return kind.parameter() + " " + NameWithParameters.number(value) + (each ? " " + EACH : "");
  }
}
