package dev.tersor.jobs.config;

import dev.tersor.core.prune.BlockGrid;
import dev.tersor.core.prune.NOfM;
import dev.tersor.core.tensor.NameWithParameters;
import dev.tersor.jobs.config.Pruning.Scope;
import dev.tersor.jobs.config.Pruning.Size;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names of prunings, with their numbers: {@code filter}, {@code block(size=8x1)}, {@code 2:4}. */
final class PruningNames {
  private static final Pattern PATTERN = Pattern.compile("([0-9]{1,9}):([0-9]{1,9})");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})x([0-9]{1,9})");
  private static final String BLOCK_SIZE = "size";
  private static final String HEADS = "heads";

  private PruningNames() {}

  /** Whether a sparsity is n of m. */
  static boolean isPattern(String sparsity) {
    return PATTERN.matcher(sparsity).matches();
  }

  /**
   * @throws UsageException if there is no such pattern
   */
  static Size pattern(String sparsity) {
    Size size = numbers(PATTERN, sparsity).orElseThrow();
    try {
      NOfM.check(size.first(), size.second());
    } catch (IllegalArgumentException e) {
      throw new UsageException("sparsities: " + e.getMessage(), e);
    }
    return size;
  }

  private static Optional<Size> numbers(Pattern form, String text) {
    Matcher matcher = form.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new Size(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
        : Optional.empty();
  }

  /**
   * What the option {@code pruning} names, without a share.
   *
   * @throws UsageException naming what there is, if there is no such pruning, or the parameter
   */
  static Pruning parse(String text) {
    if (isPattern(text)) {
      throw new UsageException(
          "pruning: '" + text + "' is a sparsity, expected: --sparsities " + text);
    }
    NameWithParameters parsed;
    try {
      parsed = NameWithParameters.parse(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException("pruning: " + e.getMessage(), e);
    }
    Scope scope = named(parsed.name());
    Map<String, String> left = new LinkedHashMap<>(parsed.parameters());
    Size size =
        switch (scope) {
          case BLOCK -> block(left.remove(BLOCK_SIZE));
          case HEAD -> heads(left.remove(HEADS));
          default -> Size.NONE;
        };
    if (!left.isEmpty()) {
      throw new UsageException(
          "pruning: "
              + scope.label()
              + " has no parameter '"
              + left.keySet().iterator().next()
              + "'");
    }
    return new Pruning(scope, size, Double.NaN, false);
  }

  private static Scope named(String name) {
    return Arrays.stream(Scope.values())
        .filter(scope -> Scope.NAMED.contains(scope) && scope.label().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UsageException(
                    "pruning: '"
                        + name
                        + "' is none of "
                        + Scope.NAMED.stream()
                            .map(Scope::label)
                            .collect(Collectors.joining(", "))));
  }

  private static Size block(String text) {
    if (text == null) {
      return Size.BLOCK;
    }
    Size size =
        numbers(SIZE, text)
            .orElseThrow(
                () ->
                    new UsageException(
                        "pruning: size: '" + text + "', expected rows x columns such as 4x4"));
    try {
      BlockGrid.check(size.first(), size.second());
    } catch (IllegalArgumentException e) {
      throw new UsageException("pruning: " + e.getMessage(), e);
    }
    return size;
  }

  private static Size heads(String text) {
    boolean isNumber = text != null && text.matches("[1-9][0-9]{0,5}");
    if (!isNumber) {
      throw new UsageException(
          "pruning: heads: "
              + (text == null ? "not given" : "'" + text + "'")
              + ", expected how many an attention has, such as head(heads=12)");
    }
    return new Size(Integer.parseInt(text), 0);
  }

  /** The label of a scope with its numbers, where they are not those that the name alone means. */
  static String label(Scope scope, Size size) {
    return switch (scope) {
      case PATTERN -> size.first() + ":" + size.second();
      case BLOCK ->
          size.equals(Size.BLOCK)
              ? scope.label()
              : with(scope, BLOCK_SIZE, size.first() + "x" + size.second());
      case HEAD -> with(scope, HEADS, Integer.toString(size.first()));
      default -> scope.label();
    };
  }

  private static String with(Scope scope, String parameter, String value) {
    return new NameWithParameters(scope.label(), Map.of(parameter, value)).toString();
  }

  /**
   * The inverse of {@link #label}, without a share.
   *
   * @throws UsageException if this version has no such pruning
   */
  static Pruning ofLabel(String label) {
    if (isPattern(label)) {
      return new Pruning(Scope.PATTERN, pattern(label), Double.NaN, false);
    }
    for (Scope scope : Scope.values()) {
      if (scope.label().equals(label) && scope != Scope.BLOCK && scope != Scope.HEAD) {
        return new Pruning(scope, Double.NaN, false);
      }
    }
    try {
      return parse(label);
    } catch (UsageException e) {
      throw new UsageException("a row of this version's future: pruning '" + label + "'", e);
    }
  }
}
