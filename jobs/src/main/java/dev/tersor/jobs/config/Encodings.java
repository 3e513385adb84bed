package dev.tersor.jobs.config;

import dev.tersor.core.encode.Auto;
import dev.tersor.core.encode.RasSelection;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.index.IndexScheme;
import dev.tersor.core.index.IndexSchemes;
import dev.tersor.core.symbol.SymbolCoder;
import dev.tersor.core.symbol.SymbolCoders;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What lists of encodings mean: recipes, globs of recipes, recipes whose index scheme has
 * parameters, and choices ({@code auto}, {@code ras/CODER}).
 */
public final class Encodings {
  private Encodings() {}

  /**
   * Lists as a command line has them, cut at their commas; those within parentheses part the
   * parameters of one recipe.
   *
   * @param key the option, for errors
   * @throws UsageException if parentheses do not match
   */
  public static List<String> split(String key, List<String> lists) {
    List<String> parts = new ArrayList<>();
    for (String list : lists) {
      int depth = 0;
      int from = 0;
      for (int i = 0; i < list.length(); i++) {
        char c = list.charAt(i);
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (depth < 0 || depth > 1) {
          throw unbalanced(key, list);
        }
        if (c == ',' && depth == 0) {
          parts.add(list.substring(from, i));
          from = i + 1;
        }
      }
      if (depth != 0) {
        throw unbalanced(key, list);
      }
      parts.add(list.substring(from));
    }
    return parts;
  }

  private static UsageException unbalanced(String key, String list) {
    return new UsageException(
        key + ": parentheses do not match in '" + list + "', expected index(name=value,...)/coder");
  }

  /**
   * Names of the encodings that patterns mean, each once: recipes without parameters in registry
   * order, then those with parameters as given, then choices as given.
   */
  static List<String> resolve(String key, List<String> patterns) {
    Set<Recipe> registered = new LinkedHashSet<>();
    Set<String> parameterised = new LinkedHashSet<>();
    Set<String> choices = new LinkedHashSet<>();
    for (String pattern : patterns) {
      if (Auto.isAuto(pattern)) {
        choices.add(choice(key, pattern));
      } else if (RasSelection.isSelection(pattern)) {
        choices.addAll(selections(key, pattern));
      } else if (pattern.contains("(")) {
        for (Recipe recipe : withParameters(key, pattern)) {
          // Parameters of the values that the name alone means are none.
          if (recipe.index().name().contains("(")) {
            parameterised.add(recipe.name());
          } else {
            registered.add(recipe);
          }
        }
      } else {
        registered.addAll(registered(key, pattern));
      }
    }
    List<String> names = new ArrayList<>();
    Recipe.all().stream().filter(registered::contains).map(Recipe::name).forEach(names::add);
    names.addAll(parameterised);
    names.addAll(choices);
    return names;
  }

  private static String choice(String key, String pattern) {
    try {
      return Auto.parse(pattern).name();
    } catch (IllegalArgumentException e) {
      throw new UsageException(key + ": '" + pattern + "': " + e.getMessage(), e);
    }
  }

  private static List<Recipe> withParameters(String key, String pattern) {
    int close = pattern.lastIndexOf(')');
    int end = close < 0 ? pattern.length() : close + 1;
    String rest = pattern.substring(end);
    IndexScheme index;
    try {
      if (!rest.isEmpty() && !rest.startsWith("/")) {
        throw new IllegalArgumentException(
            "'" + rest + "' after the parameters, expected /coder or nothing");
      }
      index = IndexSchemes.parse(pattern.substring(0, end));
    } catch (IllegalArgumentException e) {
      throw new UsageException(key + ": '" + pattern + "': " + e.getMessage(), e);
    }
    String coder = rest.isEmpty() ? SymbolCoders.PACKED.name() : rest.substring(1);
    return coders(key, pattern, coder).stream().map(known -> new Recipe(index, known)).toList();
  }

  /** The selections of a pattern whose coder may be a glob. */
  private static List<String> selections(String key, String pattern) {
    int slash = pattern.indexOf('/');
    String coder = slash < 0 ? SymbolCoders.PACKED.name() : pattern.substring(slash + 1);
    boolean sparse = RasSelection.parse(slash < 0 ? pattern : pattern.substring(0, slash)).sparse();
    return coders(key, pattern, coder).stream()
        .map(known -> new RasSelection(sparse, known).name())
        .toList();
  }

  private static List<SymbolCoder> coders(String key, String pattern, String coder) {
    PathMatcher matcher = glob(key, coder);
    List<SymbolCoder> coders = new ArrayList<>();
    for (SymbolCoder known : SymbolCoders.ALL.all()) {
      if (matcher.matches(Path.of(known.name()))) {
        coders.add(known);
      }
    }
    if (coders.isEmpty()) {
      throw new UsageException(
          key
              + ": '"
              + pattern
              + "': unknown symbol coder '"
              + coder
              + "', known: "
              + String.join(", ", SymbolCoders.ALL.names()));
    }
    return coders;
  }

  private static List<Recipe> registered(String key, String pattern) {
    // An index scheme alone means packed symbols.
    String full =
        pattern.equals("*") ? "*/*" : pattern.contains("/") ? pattern : pattern + "/packed";
    List<Recipe> matching = matching(key, full);
    if (matching.isEmpty() && isGlob(pattern)) {
      // No scheme is called so: a star stands for any part of a whole name, slash and all.
      matching = matching(key, pattern.replaceAll("\\*+", "**"));
    }
    if (matching.isEmpty()) {
      List<String> names = Recipe.all().stream().map(Recipe::name).toList();
      throw new UsageException(
          key + ": unknown recipe '" + pattern + "', nearest: " + Nearest.to(full, names));
    }
    return matching;
  }

  private static List<Recipe> matching(String key, String glob) {
    PathMatcher matcher = glob(key, glob);
    return Recipe.all().stream()
        .filter(recipe -> matcher.matches(Path.of(recipe.name())))
        .filter(recipe -> recipe.index().isGeneral() || !isGlob(glob))
        .toList();
  }

  static boolean isGlob(String pattern) {
    return pattern.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
  }

  private static PathMatcher glob(String key, String pattern) {
    try {
      return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    } catch (IllegalArgumentException e) {
      throw new UsageException(key + ": '" + pattern + "' is not a glob: " + e.getMessage(), e);
    }
  }
}
