package dev.tersor.core.encode;

import dev.tersor.core.index.Access;
import dev.tersor.core.index.IndexScheme;
import dev.tersor.core.index.IndexSchemes;
import dev.tersor.core.index.SharedWork;
import dev.tersor.core.index.Split;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.NameWithParameters;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The choice of the smallest recipe for a tensor under a constraint: {@code auto}, {@code
 * auto(access=parallel)}, {@code auto(speed=0.05)}. Candidates are all registered index schemes
 * that hold any shape, with all registered symbol coders; the containers' whole lengths decide. A
 * container holds the chosen recipe's name and nothing of the choice.
 *
 * @param access the weakest that is allowed: random allows random alone, parallel also parallel,
 *     sequential any
 * @param speed the least speed of decoding, as a share of the speed of copying the dense codes,
 *     both measured on this tensor when the choice is made; 0 for none
 */
public record Auto(Access access, double speed) implements Encoding {
  private static final String NAME = "auto";

  public Auto {
    if (!(speed >= 0 && speed <= 1)) {
      throw new IllegalArgumentException(
          "speed: " + speed + " outside 0..1: it is a share of the speed of a memory copy");
    }
  }

  /** Whether an encoding is a choice and no recipe. */
  public static boolean isAuto(String encoding) {
    return encoding.equals(NAME) || encoding.startsWith(NAME + "(");
  }

  /**
   * @throws IllegalArgumentException naming the parameter, the value and what was expected
   */
  public static Auto parse(String text) {
    NameWithParameters parsed = NameWithParameters.parse(text);
    if (!parsed.name().equals(NAME)) {
      throw new IllegalArgumentException("'" + text + "', expected auto or auto(access=...)");
    }
    Map<String, String> left = new LinkedHashMap<>(parsed.parameters());
    String access = left.remove("access");
    String speed = left.remove("speed");
    if (!left.isEmpty()) {
      throw new IllegalArgumentException(
          "auto has no parameter '"
              + left.keySet().iterator().next()
              + "', it has access and speed");
    }
    return new Auto(
        access == null ? Access.SEQUENTIAL : access(access), speed == null ? 0 : speed(speed));
  }

  private static Access access(String text) {
    return switch (text) {
      case "random" -> Access.RANDOM;
      case "parallel" -> Access.PARALLEL;
      case "any" -> Access.SEQUENTIAL;
      default ->
          throw new IllegalArgumentException(
              "access: '" + text + "', expected random, parallel or any");
    };
  }

  private static double speed(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "speed: '" + text + "' is not a share of the speed of a memory copy, such as 0.05", e);
    }
  }

  /** The text that {@link #parse} reads. */
  @Override
  public String name() {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (access != Access.SEQUENTIAL) {
      parameters.put("access", access.name().toLowerCase(Locale.ROOT));
    }
    if (speed > 0) {
      parameters.put("speed", NameWithParameters.number(speed));
    }
    return new NameWithParameters(NAME, parameters).toString();
  }

  @Override
  public String toString() {
    return name();
  }

  /** The index schemes to choose from, in the order of the registry. */
  public Collection<IndexScheme> candidates() {
    return IndexSchemes.ALL.all().stream()
        .filter(IndexScheme::isGeneral)
        .filter(scheme -> scheme.access().and(access) == access)
        .toList();
  }

  /**
   * A choice for one tensor that nothing was offered to yet.
   *
   * @param work that the tensor is split with
   */
  public Choice choice(Content content, SharedWork work) {
    return new Choice(this, content, work);
  }

  /**
   * The smallest container of a tensor.
   *
   * @throws IllegalStateException if no recipe meets the constraint
   */
  public Encoded encode(Codes codes) {
    SharedWork work = new SharedWork();
    Choice choice = choice(Content.of(codes), work);
    for (IndexScheme scheme : candidates()) {
      Split split = scheme.split(codes, work);
      choice.offer(scheme, split);
    }
    return choice.best();
  }

  /** The smallest of the recipes that are smallest for some segment. */
  @Override
  public Recipe recipe(List<Codes> segments) {
    Set<Recipe> candidates = new LinkedHashSet<>();
    for (Codes segment : segments) {
      candidates.add(Container.recipe(encode(segment).container()));
    }
    Recipe best = null;
    long least = Long.MAX_VALUE;
    for (Recipe recipe : candidates) {
      long bytes = 0;
      for (Codes segment : candidates.size() == 1 ? List.<Codes>of() : segments) {
        bytes += Container.encode(segment, recipe).container().length;
      }
      if (bytes < least) {
        least = bytes;
        best = recipe;
      }
    }
    return best;
  }
}
