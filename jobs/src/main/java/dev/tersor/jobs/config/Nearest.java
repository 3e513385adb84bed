package dev.tersor.jobs.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** The names that a misspelt one may have meant. */
public final class Nearest {
  private static final int SHOWN = 3;

  private Nearest() {}

  /** Up to three of {@code known}, nearest first, joined by commas. */
  public static String to(String name, Collection<String> known) {
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    return known.stream()
        .sorted(
            Comparator.comparingInt((String other) -> distance.apply(name, other))
                .thenComparing(Comparator.naturalOrder()))
        .limit(SHOWN)
        .collect(Collectors.joining(", "));
  }
}
