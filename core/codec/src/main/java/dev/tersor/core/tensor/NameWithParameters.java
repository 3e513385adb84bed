package dev.tersor.core.tensor;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What names a registered thing and sets its parameters: {@code
 * hybrid(theta=0.7,remainder=bitmap)}, or a name alone.
 *
 * @param parameters in the order given
 */
public record NameWithParameters(String name, Map<String, String> parameters) {
  private static final Pattern FORM = Pattern.compile("([^()]*)(?:\\(([^()]*)\\))?");

  /**
   * @throws IllegalArgumentException if the text is not of that form
   */
  public static NameWithParameters parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + Registry.shortened(text) + "' is neither a name nor name(parameter=value,...)");
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    String inside = matcher.group(2);
    for (String part : inside == null || inside.isBlank() ? new String[0] : inside.split(",", -1)) {
      int equals = part.indexOf('=');
      String key = equals < 0 ? "" : part.substring(0, equals).trim();
      if (key.isEmpty() || parameters.put(key, part.substring(equals + 1).trim()) != null) {
        throw new IllegalArgumentException(
            "'"
                + Registry.shortened(text)
                + "': '"
                + Registry.shortened(part)
                + "' is not parameter=value, or repeats one");
      }
    }
    return new NameWithParameters(matcher.group(1).trim(), parameters);
  }

  /** A number as a parameter's value, without a fraction that is zero. */
  public static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }

  /** The text that {@link #parse} reads. */
  @Override
  public String toString() {
    return parameters.isEmpty()
        ? name
        : parameters.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(",", name + "(", ")"));
  }
}
