package dev.tersor.core.model;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Constants of enums as descriptions write them: in lower case, with dashes. */
public final class NamedConstant {
  private NamedConstant() {}

  /**
   * The constant that a key of a configuration names.
   *
   * @throws IllegalArgumentException naming the file and line, the key, the value and what there is
   */
  public static <E extends Enum<E>> E of(Config config, String key, Class<E> type) {
    String name = config.getString(key);
    List<String> known = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      String label = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (label.equals(name)) {
        return constant;
      }
      known.add(label);
    }
    throw new IllegalArgumentException(
        config.getValue(key).origin().description()
            + ": unknown "
            + key
            + " '"
            + name
            + "', expected one of "
            + String.join(", ", known));
  }
}
