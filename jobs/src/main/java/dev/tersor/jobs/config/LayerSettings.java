package dev.tersor.jobs.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueFactory;
import dev.tersor.core.Compression;
import dev.tersor.core.model.Hocon;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * How the layers of one network are compressed: settings for all, and others for tensors by name or
 * glob. A name goes before a glob, and a longer glob before a shorter one.
 */
public final class LayerSettings {
  private static final String ROOT = "compress";
  private static final String TENSORS = "tensors";
  private static final String CODEBOOK = "codebook";
  private static final String BITS = "bits";
  private static final List<String> TARGETS = List.of("rate", "sqnr", "lambda", "each");

  /**
   * But for bits, codebook and targets: those of {@link Compression#DEFAULT}, or of the codebook.
   */
  private static final Config DEFAULTS =
      ConfigFactory.parseString(
          "sparsity = asis, encoding = auto, half = false",
          ConfigParseOptions.defaults().setOriginDescription("defaults"));

  private final Config common;
  private final List<String> patterns;

  private LayerSettings(Config common, List<String> patterns) {
    this.common = common;
    this.patterns = patterns;
  }

  /**
   * @param file a HOCON file with {@code compress { ..., tensors { "fc1.*" { ... } } }}, or null
   * @param flags values by key, which go before the file's common settings
   * @throws UsageException naming the key and the value, if anything is not as it should be
   */
  public static LayerSettings load(String file, Map<String, ?> flags) {
    try {
      Config given = ConfigFactory.empty();
      if (file != null) {
        Config all = read(file);
        known(all.root().keySet(), Set.of(ROOT), file);
        given = all.getConfig(ROOT);
      }
      Set<String> ofTensors = new TreeSet<>(DEFAULTS.root().keySet());
      ofTensors.add(CODEBOOK);
      ofTensors.add(BITS);
      ofTensors.addAll(TARGETS);
      Set<String> keys = new TreeSet<>(ofTensors);
      keys.add(TENSORS);
      known(given.root().keySet(), keys, file);
      Config common =
          ConfigValueFactory.fromMap(flags, "command line")
              .toConfig()
              .withFallback(given)
              .withFallback(DEFAULTS);
      List<String> patterns = new ArrayList<>();
      if (common.hasPath(TENSORS)) {
        for (String pattern : common.getObject(TENSORS).keySet()) {
          known(common.getConfig(path(pattern)).root().keySet(), ofTensors, pattern);
          patterns.add(pattern);
        }
      }
      // A configuration file's keys have no order of their own.
      patterns.sort(
          Comparator.comparing(Encodings::isGlob)
              .reversed()
              .thenComparing(String::length)
              .thenComparing(Comparator.naturalOrder()));
      LayerSettings settings = new LayerSettings(common, patterns);
      settings.compression(common);
      patterns.forEach(pattern -> settings.compression(settings.with(pattern)));
      return settings;
    } catch (ConfigException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  private static Config read(String file) {
    try {
      return Hocon.parse(Path.of(file));
    } catch (IOException e) {
      throw new UsageException("config: cannot read " + file + ": " + e, e);
    }
  }

  /** Refuses keys that there are not. */
  static void known(Set<String> given, Set<String> known, String where) {
    for (String key : given) {
      if (!known.contains(key)) {
        throw new UsageException(
            where + ": unknown key '" + key + "', nearest: " + Nearest.to(key, known));
      }
    }
  }

  private static String path(String pattern) {
    return TENSORS + "." + ConfigUtil.quoteString(pattern);
  }

  private Config with(String pattern) {
    return common.getConfig(path(pattern)).withFallback(common);
  }

  /** The settings of a tensor by its name. */
  public Compression of(String tensor) {
    Config chosen = common;
    for (String pattern : patterns) {
      if (matches(pattern, tensor)) {
        chosen = with(pattern);
      }
    }
    return compression(chosen);
  }

  /** Patterns that none of these names matches: most likely misspelt. */
  public List<String> unused(List<String> tensors) {
    return patterns.stream()
        .filter(pattern -> tensors.stream().noneMatch(tensor -> matches(pattern, tensor)))
        .toList();
  }

  private static boolean matches(String pattern, String tensor) {
    return pattern.equals(tensor)
        || FileSystems.getDefault().getPathMatcher("glob:" + pattern).matches(Path.of(tensor));
  }

  /** The codebook, with the target where there is one. */
  private static String codebook(Config config) {
    Map<String, String> target = new LinkedHashMap<>();
    for (String key : TARGETS) {
      boolean isOff = key.equals("each") && config.hasPath(key) && !config.getBoolean(key);
      if (config.hasPath(key) && !isOff) {
        target.put(key, config.getString(key));
      }
    }
    boolean isNamed = config.hasPath(CODEBOOK);
    if (target.isEmpty()) {
      return isNamed ? config.getString(CODEBOOK) : Compression.DEFAULT.codebook().name();
    }
    return Targets.codebook(isNamed ? config.getString(CODEBOOK) : Targets.STANDARD, target);
  }

  private Compression compression(Config config) {
    Pruning pruning = Pruning.parse(config.getString("sparsity"), "tensor");
    if (pruning.scope() == Pruning.Scope.PAPER) {
      throw new UsageException("sparsity: paper is for sweeps of described models");
    }
    if (pruning.scope() == Pruning.Scope.PATTERN) {
      throw new UsageException(
          "sparsity: " + pruning.kind() + " is for sweeps, expected a share in [0, 1) or asis");
    }
    try {
      Compression compression =
          Compression.DEFAULT
              .sparsity(pruning.target().orElse(0))
              .codebook(codebook(config))
              .encoding(config.getString("encoding"))
              .half(config.getBoolean("half"));
      // A codebook whose codes have one width has it where nobody asks for another.
      return config.hasPath(BITS) ? compression.bits(config.getInt(BITS)) : compression;
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }
}
