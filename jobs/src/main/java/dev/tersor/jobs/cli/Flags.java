package dev.tersor.jobs.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** Settings that the command line gives; those that it does not are left to files and defaults. */
final class Flags {
  private final Map<String, Object> values = new LinkedHashMap<>();

  /**
   * @param value null where the option was not given
   */
  Flags put(String key, Object value) {
    if (value != null) {
      values.put(key, value);
    }
    return this;
  }

  Map<String, Object> values() {
    return values;
  }
}
