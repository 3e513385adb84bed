package dev.tersor.jobs.config;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What a model may be called: its name becomes that of a folder of the tables, {@code model=NAME},
 * in which Spark writes marks as {@code %3A}.
 */
public final class ModelName {
  /** What a file system's 255 leave beside {@code model=}, and some for what is put around it. */
  private static final int MOST_BYTES = 200;

  /** How many bytes of a name are shown. */
  private static final int SHOWN = 100;

  private static final int ESCAPED = 3;
  private static final String PLAIN = "._-+@ ";

  /** The folder of rows without a model, as Spark has it. */
  private static final String NO_NAME = "__HIVE_DEFAULT_PARTITION__";

  private ModelName() {}

  /**
   * Sees to it that a name can be used.
   *
   * @param option what gave it, for messages
   * @throws UsageException saying what a name may be, if not
   */
  static void check(String option, String name) {
    if (!isUsable(name)) {
      throw new UsageException(
          option
              + ": '"
              + shown(name)
              + "' cannot be the name of a model: expected 1 to "
              + MOST_BYTES
              + " bytes ("
              + ESCAPED
              + " a mark like : or /) of printed characters without a space at either end, and not "
              + NO_NAME);
    }
  }

  private static boolean isUsable(String name) {
    return !name.isEmpty()
        && name.equals(name.strip())
        && !name.equals(NO_NAME)
        && name.codePoints().noneMatch(Character::isISOControl)
        && bytes(name) <= MOST_BYTES;
  }

  private static int bytes(String name) {
    int bytes = 0;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      boolean isPlain = b < 0 || Character.isLetterOrDigit(b) || PLAIN.indexOf(b) >= 0;
      bytes += isPlain ? 1 : ESCAPED;
    }
    return bytes;
  }

  private static String shown(String name) {
    StringBuilder text = new StringBuilder();
    name.codePoints()
        .limit(SHOWN)
        .forEach(
            c ->
                text.append(
                    Character.isISOControl(c)
                        ? String.format(Locale.ROOT, "\\u%04x", c)
                        : Character.toString(c)));
    return name.codePointCount(0, name.length()) > SHOWN ? text + "..." : text.toString();
  }
}
