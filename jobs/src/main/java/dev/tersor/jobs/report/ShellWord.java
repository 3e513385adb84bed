package dev.tersor.jobs.report;

import java.util.regex.Pattern;

/** A word of a command line that a person pastes into a shell. */
public final class ShellWord {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  private ShellWord() {}

  /** The word as POSIX shells read it: as it is, or in single quotes where it has to be. */
  public static String of(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
