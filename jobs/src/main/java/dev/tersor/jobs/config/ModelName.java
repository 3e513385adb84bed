package dev.tersor.jobs.config;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** What a model may be called: its name becomes that of a folder of the tables. */
public final class ModelName {
  private static final int MOST_BYTES = 100;
  private static final String MARKS = "._-+@ ";

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
              + "' cannot be the name of a model, which begins with a letter or digit, goes on with"
              + " these, spaces and . _ - + @, and has at most "
              + MOST_BYTES
              + " bytes");
    }
  }

  private static boolean isUsable(String name) {
    return !name.isEmpty()
        && name.getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES
        && Character.isLetterOrDigit(name.codePointAt(0))
        && name.codePoints().allMatch(c -> Character.isLetterOrDigit(c) || MARKS.indexOf(c) >= 0)
        // Windows takes these away from the end of a folder's name.
        && !name.endsWith(" ")
        && !name.endsWith(".");
  }

  private static String shown(String name) {
    StringBuilder text = new StringBuilder();
    name.codePoints()
        .limit(MOST_BYTES)
        .forEach(
            c ->
                text.append(
                    Character.isISOControl(c)
                        ? String.format(Locale.ROOT, "\\u%04x", c)
                        : Character.toString(c)));
    return name.codePointCount(0, name.length()) > MOST_BYTES ? text + "..." : text.toString();
  }
}
