package dev.tersor.jobs.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import dev.tersor.core.encode.NetworkSequence;
import dev.tersor.core.model.Kind;
import dev.tersor.core.model.NamedConstant;
import dev.tersor.core.quantize.CodebookFitter;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.tensor.NameWithParameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Puts the settings of a sweep together: flags over a file over the built-in defaults. */
public final class SettingsLoader {
  /** The codebook fitted by Spark MLlib, the one that core does not have. */
  public static final String MLLIB = "mllib";

  private static final String ROOT = "sweep";
  private static final ConfigFiles FILES = new ConfigFiles("sweep", "/tersor/sweeps/");
  private static final int MAX_TIMING_RUNS = 1000;

  private SettingsLoader() {}

  /**
   * @param file a HOCON file, or the name of a built-in sweep; null for none
   * @param flags values by key, as given on the command line
   * @throws UsageException naming the key and the value, if anything is not as it should be
   */
  public static SweepSettings load(String file, Map<String, ?> flags) {
    try {
      Config defaults = FILES.builtIn("default").getConfig(ROOT);
      Config fromFile = file == null ? ConfigFactory.empty() : FILES.open(file);
      checkKeys(fromFile, defaults);
      Config given = fromFile.hasPath(ROOT) ? fromFile.getConfig(ROOT) : ConfigFactory.empty();
      Config fromFlags = ConfigValueFactory.fromMap(flags, "command line").toConfig();
      Config own = fromFlags.withFallback(given);
      Config config = own.withFallback(defaults);
      // A checkpoint that is named is swept, without naming its model a second time.
      boolean onlyWeights = own.hasPath("weights") && !own.hasPath("models");
      // Whoever says which encodings there are means those and no others.
      if (own.hasPath("encodings") && !own.hasPath("extras")) {
        config = config.withValue("extras", ConfigValueFactory.fromIterable(List.of()));
      }
      // Targets have a codebook and a width of their own.
      if (!Targets.of(config).isEmpty()) {
        if (!own.hasPath("codebooks")) {
          config = config.withValue("codebooks", strings(List.of(Targets.STANDARD)));
        }
        if (!own.hasPath("bits")) {
          config = config.withValue("bits", strings(Targets.bits()));
        }
      }
      return check(config, onlyWeights);
    } catch (ConfigException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  /**
   * Flags that say what a sweep does where nothing else is said.
   *
   * @param keys of the built-in defaults
   */
  public static String defaults(List<String> keys) {
    Config defaults = FILES.builtIn("default").getConfig(ROOT);
    return keys.stream()
        .map(
            key -> {
              Object value = defaults.getValue(key).unwrapped();
              return "--"
                  + key
                  + " "
                  + (value instanceof List<?> list
                      ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
                      : value);
            })
        .collect(Collectors.joining(" "));
  }

  private static String codebook(String text) {
    if (text.equals(MLLIB)) {
      return MLLIB;
    }
    try {
      if (CodebookFitters.ALL.find(NameWithParameters.parse(text).name()).isPresent()) {
        return CodebookFitters.parse(text).name();
      }
    } catch (IllegalArgumentException e) {
      throw new UsageException("codebooks: " + e.getMessage(), e);
    }
    Set<String> known = new LinkedHashSet<>(CodebookFitters.ALL.names());
    known.add(MLLIB);
    throw new UsageException(
        "codebooks: unknown codebook '" + text + "', known: " + String.join(", ", known));
  }

  private static SweepSettings check(Config config, boolean onlyWeights) {
    Map<String, String> weights = files(config, "weights");
    Set<String> models = new LinkedHashSet<>();
    if (!onlyWeights) {
      models.addAll(notEmpty(config, "models"));
    }
    models.forEach(model -> ModelName.check("models", model));
    models.addAll(new TreeSet<>(weights.keySet()));
    List<Pruning> prunings = new ArrayList<>();
    for (String sparsity : notEmpty(config, "sparsities")) {
      prunings.add(Pruning.parse(sparsity, config.getString("pruning")));
    }
    List<BitWidth> bits = notEmpty(config, "bits").stream().map(BitWidth::parse).toList();
    List<String> codebooks = codebooks(config);
    checkWidths(codebooks, bits);
    double waveSeconds = config.getDouble("wave-seconds");
    if (!(waveSeconds > 0)) {
      throw new UsageException("wave-seconds: " + waveSeconds + " is not above 0");
    }
    WeightSettings from =
        new WeightSettings(
            List.copyOf(models),
            weights,
            saliency(config, models, prunings),
            swept(config, "input-products", models),
            kinds(config),
            config.getString("cache"),
            config.getString("weights-dir"),
            config.getString("models-dir"),
            config.getBoolean("require-trained"),
            config.getBoolean("offline"),
            config.getBoolean("skip-missing"));
    GridSettings grid =
        new GridSettings(
            prunings.stream().distinct().toList(),
            bits.stream().distinct().toList(),
            codebooks.stream().distinct().toList(),
            Encodings.resolve("encodings", notEmpty(config, "encodings")),
            ExtraEncodings.all(config, config.getString("pruning")),
            sequences(config),
            fprThreshold(config),
            new Measures(
                timingRuns(config), config.getBoolean("histograms"), config.getBoolean("products")),
            config.getLong("seed"));
    RunSettings run =
        new RunSettings(
            config.getString("out"),
            keep(config.getStringList("keep")),
            config.getString("cost"),
            waveSeconds,
            config.getBoolean("log-stages"));
    return new SweepSettings(from, grid, run, EvaluationSettings.of(config, models));
  }

  private static ConfigValue strings(List<String> values) {
    return ConfigValueFactory.fromIterable(values);
  }

  /** Each codebook, once for each target where there are any. */
  private static List<String> codebooks(Config config) {
    List<String> named =
        notEmpty(config, "codebooks").stream().map(SettingsLoader::codebook).toList();
    List<Map<String, String>> targets = Targets.of(config);
    if (targets.isEmpty()) {
      return named;
    }
    List<String> codebooks = new ArrayList<>();
    for (Map<String, String> target : targets) {
      named.forEach(name -> codebooks.add(Targets.codebook(name, target)));
    }
    return codebooks;
  }

  /** Refuses a codebook that none of the bits asked for can have. */
  private static void checkWidths(List<String> codebooks, List<BitWidth> bits) {
    List<BitWidth> coded =
        bits.stream().filter(width -> !width.isLossless() && !width.isFile()).toList();
    for (String codebook : codebooks) {
      if (!coded.isEmpty() && coded.stream().noneMatch(w -> GridSettings.takes(codebook, w))) {
        throw new UsageException(
            "codebooks: %s has codes of %s bits, expected among bits %s"
                .formatted(codebook, widths(CodebookFitters.parse(codebook)), coded));
      }
    }
  }

  /** The bits that codes can have, in words. */
  private static String widths(CodebookFitter fitter) {
    return IntStream.rangeClosed(1, Byte.SIZE)
        .filter(fitter::takes)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(" or "));
  }

  /** Paths of checkpoints by name of a model. */
  private static Map<String, String> files(Config config, String key) {
    Map<String, String> files = new LinkedHashMap<>();
    for (Map.Entry<String, ConfigValue> entry : config.getObject(key).entrySet()) {
      ModelName.check(key, entry.getKey());
      files.put(entry.getKey(), entry.getValue().unwrapped().toString());
    }
    return files;
  }

  /** Paths of checkpoints of models that are swept. */
  private static Map<String, String> swept(Config config, String key, Set<String> models) {
    Map<String, String> files = files(config, key);
    for (String model : files.keySet()) {
      if (!models.contains(model)) {
        throw new UsageException(
            key + ": no model '" + model + "' is swept, nearest: " + Nearest.to(model, models));
      }
    }
    return files;
  }

  private static Map<String, String> saliency(
      Config config, Set<String> models, List<Pruning> prunings) {
    Map<String, String> saliency = swept(config, "saliency", models);
    if (!saliency.isEmpty()
        && prunings.stream().anyMatch(pruning -> pruning.scope() == Pruning.Scope.PAPER)) {
      throw new UsageException("saliency: sparsity paper is that of pruning by magnitude");
    }
    return saliency;
  }

  private static List<Kind> kinds(Config config) {
    String origin = config.getValue("kinds").origin().description();
    try {
      return config.getStringList("kinds").stream()
          .map(kind -> NamedConstant.of(kind, origin, "kind", Kind.class))
          .distinct()
          .toList();
    } catch (IllegalArgumentException e) {
      throw new UsageException("kinds: " + e.getMessage(), e);
    }
  }

  private static List<String> notEmpty(Config config, String key) {
    List<String> values =
        config.getStringList(key).stream().map(String::trim).filter(v -> !v.isEmpty()).toList();
    if (values.isEmpty()) {
      throw new UsageException(key + ": empty, so there is nothing to sweep");
    }
    return values;
  }

  /** Trees of whole networks, as encodings. */
  private static List<String> sequences(Config config) {
    try {
      return config.getStringList("sequences").stream()
          .map(coder -> NetworkSequence.ENCODING + coder.trim())
          .peek(NetworkSequence::coder)
          .distinct()
          .toList();
    } catch (IllegalArgumentException e) {
      throw new UsageException("sequences: " + e.getMessage(), e);
    }
  }

  private static double fprThreshold(Config config) {
    double threshold = config.getDouble("fpr-threshold");
    if (!(threshold >= 0 && threshold < Double.POSITIVE_INFINITY)) {
      throw new UsageException("fpr-threshold: " + threshold + " is not a number from 0 on");
    }
    return threshold;
  }

  private static int timingRuns(Config config) {
    int runs = config.getInt("timing-runs");
    if (runs < 1 || runs > MAX_TIMING_RUNS) {
      throw new UsageException(
          "timing-runs: " + runs + " is not a whole number in 1.." + MAX_TIMING_RUNS);
    }
    return runs;
  }

  private static List<String> keep(List<String> values) {
    if (values.contains(RunSettings.KEEP_BEST) && values.size() > 1) {
      throw new UsageException("keep: 'best' stands alone, found " + values);
    }
    return values.isEmpty() || values.equals(List.of(RunSettings.KEEP_BEST))
        ? values
        : Encodings.resolve("keep", values);
  }

  private static void checkKeys(Config given, Config defaults) {
    for (String key : given.root().keySet()) {
      if (!key.equals(ROOT)) {
        throw new UsageException(
            given.origin().description() + ": unknown key '" + key + "', expected sweep");
      }
    }
    if (given.hasPath(ROOT)) {
      Set<String> known = defaults.root().keySet();
      for (String key : given.getConfig(ROOT).root().keySet()) {
        if (!known.contains(key)) {
          throw new UsageException(
              given.origin().description()
                  + ": unknown key 'sweep."
                  + key
                  + "', nearest: "
                  + Nearest.to(key, known));
        }
      }
    }
  }
}
