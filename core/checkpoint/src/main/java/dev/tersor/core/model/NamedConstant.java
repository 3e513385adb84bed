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
    return of(config.getString(key), config.getValue(key).origin().description(), key, type);
  }

  /**
   * The constant of a name.
   *
   * @param where it was read, and {@code key} what it is, for messages
   * @throws IllegalArgumentException naming both, the value and what there is
   */
  public static <E extends Enum<E>> E of(String name, String where, String key, Class<E> type) {
    List<String> known = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      String label = label(constant);
      if (label.equals(name)) {
        return constant;
      }
      known.add(label);
    }
    throw new IllegalArgumentException(
        where
            + ": unknown "
            + key
            + " '"
            + name
            + "', expected one of "
            + String.join(", ", known));
  }

  /** How descriptions write a constant. */
  public static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
