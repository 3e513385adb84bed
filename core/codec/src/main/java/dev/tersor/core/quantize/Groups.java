package dev.tersor.core.quantize;

import dev.tersor.core.tensor.GroupSteps;
import dev.tersor.core.tensor.NameWithParameters;
import java.util.LinkedHashMap;
import java.util.Map;

/** The parameter {@code n} of fitters: weights of a group. */
final class Groups {
  private Groups() {}

  /**
   * The name of a fitter.
   *
   * @param standard the group that the label alone means, or 0 where there is no other
   */
  static String name(String label, int group, int standard) {
    Map<String, String> parameters =
        standard == 0 || group == standard ? Map.of() : Map.of("n", Integer.toString(group));
    return new NameWithParameters(label, parameters).toString();
  }

  /**
   * The group that parameters name.
   *
   * @param otherwise where they name none
   * @throws IllegalArgumentException naming the parameter, the value and what was expected
   */
  static int parse(CodebookFitter fitter, Map<String, String> parameters, int otherwise) {
    Map<String, String> others = new LinkedHashMap<>(parameters);
    String n = others.remove("n");
    if (!others.isEmpty()) {
      throw new IllegalArgumentException(
          fitter.name() + " has no parameter '" + others.keySet().iterator().next() + "'");
    }
    if (n == null) {
      return otherwise;
    }
    try {
      int group = Integer.parseInt(n);
      GroupSteps.checkGroup(group);
      return group;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("n: '" + n + "' is not a number of weights", e);
    }
  }
}
