package dev.tersor.jobs.sql;

import java.util.List;

/** What plans call files. */
final class Labels {
  private Labels() {}

  static String of(String format, List<String> files) {
    return format
        + " "
        + files.get(0)
        + (files.size() > 1 ? " and " + (files.size() - 1) + " more" : "");
  }
}
