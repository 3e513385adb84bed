package dev.tersor.jobs.upkeep;

import dev.tersor.jobs.config.UsageException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which runs stay. The last one always does.
 *
 * @param most the last so many, or null
 * @param since those that ended at this time or later, or null
 */
public record KeepRule(Integer most, Instant since) {
  private static final Pattern AGE = Pattern.compile("(\\d{1,6})([hdw])");
  private static final Map<String, Duration> UNITS =
      Map.of("h", Duration.ofHours(1), "d", Duration.ofDays(1), "w", Duration.ofDays(7));

  /**
   * @throws UsageException if it is not at least 1
   */
  public static KeepRule last(int runs) {
    if (runs < 1) {
      throw new UsageException("keep-runs: " + runs + " is not a whole number from 1 on");
    }
    return new KeepRule(runs, null);
  }

  /**
   * @param age for example 30d; h, d and w are hours, days and weeks
   * @throws UsageException if it is no such age
   */
  public static KeepRule youngerThan(String age, Instant now) {
    return new KeepRule(null, now.minus(age("older-than", age)));
  }

  /**
   * @param text for example 30d; h, d and w are hours, days and weeks
   * @throws UsageException if it is no such age
   */
  public static Duration age(String option, String text) {
    Matcher matcher = AGE.matcher(text);
    if (!matcher.matches()) {
      throw new UsageException(
          option + ": '" + text + "' is not an age such as 12h, 30d or 8w (hours, days, weeks)");
    }
    return UNITS.get(matcher.group(2)).multipliedBy(Long.parseLong(matcher.group(1)));
  }
}
