package dev.tersor.jobs.cli;

import dev.tersor.jobs.config.UsageException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What a repeatable option {@code NAME=VALUE} gives one name. */
record NamedValue(String name, String value) {
  /** Cuts at the first {@code =}: a value may have more of them. */
  static final class Converter implements ITypeConverter<NamedValue> {
    @Override
    public NamedValue convert(String text) {
      int at = text.indexOf('=');
      if (at < 0) {
        throw new TypeConversionException("'" + text + "' is not NAME=VALUE");
      }
      return new NamedValue(text.substring(0, at), text.substring(at + 1));
    }
  }

  /**
   * All that an option was given, by name.
   *
   * @param values null where it was not given
   * @return null likewise
   * @throws UsageException naming both values, if a name has two
   */
  static Map<String, String> byName(String option, List<NamedValue> values) {
    if (values == null) {
      return null;
    }
    Map<String, String> byName = new LinkedHashMap<>();
    for (NamedValue given : values) {
      String other = byName.put(given.name(), given.value());
      if (other != null) {
        throw new UsageException(
            option
                + ": '"
                + given.name()
                + "' is given twice: "
                + other
                + " and "
                + given.value()
                + "; one name has one");
      }
    }
    return byName;
  }
}
