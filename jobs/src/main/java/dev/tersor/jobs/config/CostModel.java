package dev.tersor.jobs.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueFactory;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the stages of a unit take on one core, as {@code conf/cost.conf} has it: nanoseconds a
 * weight for each family, which is what the stage's time depends on most.
 *
 * @param from what the rates were fitted to, for people
 */
public record CostModel(String from, Map<Stage, Map<String, Double>> rates) {
  private static final String ROOT = "cost";
  private static final ConfigFiles FILES = new ConfigFiles("cost", "/tersor/");

  /** A stage of a unit of work, and what its families are. */
  public enum Stage {
    /** Getting weights and pruning them, once a unit: read from a file, or drawn. */
    PRUNE,
    /** Fitting a codebook and assigning codes, once a codebook: its fitter. */
    FIT,
    /** Encoding, decoding and comparing, each cell: the recipe without its parameters. */
    CELL,
    /** A product with one input. */
    PRODUCT;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Nanoseconds a weight. A family that was not measured has the mean of those that share its index
   * scheme or its coder, or else of all.
   */
  public double rate(Stage stage, String family) {
    Map<String, Double> families = rates.get(stage);
    if (families.containsKey(family)) {
      return families.get(family);
    }
    List<String> parts = parts(family);
    List<Double> related =
        families.keySet().stream()
            .filter(other -> !Collections.disjoint(parts(other), parts))
            .map(families::get)
            .toList();
    return mean(related.isEmpty() ? families.values() : related);
  }

  private static List<String> parts(String family) {
    return Arrays.asList(family.split("/", 2));
  }

  private static double mean(Collection<Double> rates) {
    return rates.stream().mapToDouble(Double::doubleValue).average().orElse(0);
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
    if (config.hasPath("split")) {
      throw new UsageException(
          config.origin().description()
              + ": cost: rates of an earlier version; 'bin/sweep cost' fits new ones");
    }
    Map<Stage, Map<String, Double>> rates = new EnumMap<>(Stage.class);
    for (Stage stage : Stage.values()) {
      Map<String, Double> families = new TreeMap<>();
      Config all = config.getConfig(stage.label());
      for (String family : all.root().keySet()) {
        double rate = all.getDouble(ConfigUtil.quoteString(family));
        if (!(rate >= 0) || Double.isInfinite(rate)) {
          throw new UsageException(
              all.getValue(ConfigUtil.quoteString(family)).origin().description()
                  + ": cost: %s is %s, expected 0 or more".formatted(family, rate));
        }
        families.put(family, rate);
      }
      rates.put(stage, families);
    }
    return new CostModel(config.getString("from"), rates);
  }

  /** The text of a file with this model: three digits are more than the error allows. */
  public String render() {
    Map<String, Object> root = new TreeMap<>();
    root.put("from", from);
    rates.forEach(
        (stage, families) -> {
          Map<String, Double> all = new TreeMap<>(families);
          all.replaceAll(
              (family, rate) -> new BigDecimal(rate).round(new MathContext(3)).doubleValue());
          root.put(stage.label(), all);
        });
    return "# Nanoseconds a weight on one core, written by 'bin/sweep cost' (docs/howto/cluster.md).\n"
        + ConfigValueFactory.fromMap(Map.of(ROOT, root))
            .render(ConfigRenderOptions.defaults().setOriginComments(false).setJson(false));
  }
}
