package dev.tersor.jobs.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the stages of a cell take on one core, as {@code conf/cost.conf} has it: a rate for each
 * stage and family, which is what the stage's time depends on most. {@link #OTHER} is that of a
 * family that has none.
 *
 * @param from what the rates were fitted to, for people
 */
public record CostModel(String from, Map<Stage, Map<String, Rate>> rates) {
  public static final String OTHER = "other";

  private static final String ROOT = "cost";
  private static final ConfigFiles FILES = new ConfigFiles("cost", "/tersor/");

  /** A stage of a unit of work, and what its families are. */
  public enum Stage {
    /** Getting weights and pruning them, once a unit: read from a file, or drawn. */
    PRUNE,
    /** Fitting a codebook and assigning codes, once a codebook: its fitter. */
    FIT,
    /** Splitting into streams, once a codebook and index scheme: the scheme. */
    SPLIT,
    /** Coding the streams: the coder. */
    CODE,
    /** Decoding the coded streams: the coder. */
    DECODE,
    /** Putting codes together from streams: the scheme. */
    JOIN,
    /** Comparing, counting entropies, copying and making rows, each cell. */
    CHECK,
    /** A product with one input. */
    PRODUCT;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What a stage takes: nanoseconds for each weight, for each weight that is kept, and at least.
   */
  public record Rate(double weight, double kept, double fixed) {
    public static final Rate NONE = new Rate(0, 0, 0);

    public double nanos(double weights, double keptWeights) {
      return weight * weights + kept * keptWeights + fixed;
    }
  }

  /** The rate of a family, or that of others. */
  public Rate rate(Stage stage, String family) {
    Map<String, Rate> families = rates.getOrDefault(stage, Map.of());
    Rate rate = families.get(family);
    return rate != null ? rate : families.getOrDefault(OTHER, Rate.NONE);
  }

  /** Whether a family has a rate of its own. */
  public boolean has(Stage stage, String family) {
    return rates.getOrDefault(stage, Map.of()).containsKey(family);
  }

  /**
   * Reads a model.
   *
   * @param file empty for the built-in one
   * @throws UsageException naming file and key, if it is none
   */
  public static CostModel load(String file) {
    try {
      return of((file.isEmpty() ? FILES.builtIn(ROOT) : FILES.open(file)).getConfig(ROOT));
    } catch (ConfigException e) {
      throw new UsageException("cost: " + e.getMessage(), e);
    }
  }

  private static CostModel of(Config config) {
    Map<Stage, Map<String, Rate>> rates = new EnumMap<>(Stage.class);
    for (Stage stage : Stage.values()) {
      Map<String, Rate> families = new TreeMap<>();
      ConfigObject all = config.getObject(stage.label());
      for (String family : all.keySet()) {
        families.put(family, rate(all.toConfig(), family));
      }
      rates.put(stage, families);
    }
    return new CostModel(config.getString("from"), rates);
  }

  private static Rate rate(Config families, String family) {
    Config rate = families.getConfig(com.typesafe.config.ConfigUtil.quoteString(family));
    for (String key : rate.root().keySet()) {
      if (!key.equals("weight") && !key.equals("kept") && !key.equals("fixed")) {
        throw new UsageException(
            rate.origin().description()
                + ": cost: unknown key '"
                + key
                + "', expected weight, kept or fixed");
      }
    }
    return new Rate(number(rate, "weight"), number(rate, "kept"), number(rate, "fixed"));
  }

  private static double number(Config rate, String key) {
    double number = rate.hasPath(key) ? rate.getDouble(key) : 0;
    if (!(number >= 0) || Double.isInfinite(number)) {
      throw new UsageException(
          rate.origin().description()
              + ": cost: "
              + key
              + " is "
              + number
              + ", expected 0 or more");
    }
    return number;
  }

  /** The text of a file with this model. */
  public String render() {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("from", from);
    rates.forEach(
        (stage, families) -> {
          Map<String, Object> all = new LinkedHashMap<>();
          families.forEach(
              (family, rate) -> {
                Map<String, Object> keys = new LinkedHashMap<>();
                put(keys, "weight", rate.weight());
                put(keys, "kept", rate.kept());
                put(keys, "fixed", rate.fixed());
                all.put(family, keys);
              });
          root.put(stage.label(), all);
        });
    return "# Nanoseconds of one core: for each weight, for each kept weight, and at least.\n"
        + "# Written by 'bin/sweep cost'; docs/howto/cluster.md says how.\n"
        + ConfigValueFactory.fromMap(Map.of(ROOT, root))
            .render(
                ConfigRenderOptions.defaults()
                    .setOriginComments(false)
                    .setJson(false)
                    .setFormatted(true));
  }

  /** Three significant digits are more than the error allows. */
  private static void put(Map<String, Object> keys, String key, double number) {
    if (number > 0) {
      keys.put(
          key, new java.math.BigDecimal(number).round(new java.math.MathContext(3)).doubleValue());
    }
  }
}
