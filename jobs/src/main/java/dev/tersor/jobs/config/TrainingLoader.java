package dev.tersor.jobs.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import dev.tersor.core.encode.Encoding;
import dev.tersor.core.model.NamedConstant;
import dev.tersor.core.quantize.CodebookFitter;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.quantize.ErrorMeasure;
import dev.tersor.jobs.config.TrainingSettings.Distillation;
import dev.tersor.jobs.config.TrainingSettings.Order;
import dev.tersor.jobs.config.TrainingSettings.Phase;
import dev.tersor.jobs.config.TrainingSettings.Prune;
import dev.tersor.jobs.config.TrainingSettings.Schedule;
import dev.tersor.jobs.config.TrainingSettings.Share;
import dev.tersor.jobs.config.TrainingSettings.Trains;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Puts the settings of a training together: flags over a file over the built-in defaults. */
public final class TrainingLoader {
  private static final String ROOT = "train";
  private static final ConfigFiles FILES = new ConfigFiles("training", "/tersor/training/");

  private TrainingLoader() {}

  /**
   * @param file a HOCON file, or the name of a built-in training; null for none
   * @param flags values by key, as given on the command line
   * @throws UsageException naming the key and the value, if anything is not as it should be
   */
  public static TrainingSettings load(String file, Map<String, ?> flags) {
    try {
      Config defaults = FILES.builtIn("default").getConfig(ROOT);
      Config all = file == null ? ConfigFactory.empty() : FILES.open(file);
      Config given = all.hasPath(ROOT) ? all.getConfig(ROOT) : ConfigFactory.empty();
      String origin = file == null ? "train" : file;
      LayerSettings.known(all.root().keySet(), Set.of(ROOT), origin);
      known(given, defaults, origin, "");
      Config config =
          ConfigFactory.parseMap(flags, "command line").withFallback(given).withFallback(defaults);
      return read(config);
    } catch (ConfigException | IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  private static void known(Config given, Config defaults, String origin, String path) {
    Set<String> keys = new TreeSet<>(defaults.root().keySet());
    LayerSettings.known(given.root().keySet(), keys, origin + path);
    for (String phase : List.of("dense", "prune", "share", "distil")) {
      if (given.hasPath(phase) && path.isEmpty()) {
        known(given.getConfig(phase), defaults.getConfig(phase), origin, ": " + phase);
      }
    }
  }

  private static TrainingSettings read(Config config) {
    List<Long> seeds = new ArrayList<>(config.getLongList("seeds"));
    List<PerTensor> densities = perTensor(config, "densities", 0, 1);
    List<PerTensor> bits = perTensor(config, "bits", 1, 32);
    for (PerTensor setting : bits) {
      for (double number : setting.numbers()) {
        if (number != Math.rint(number) || (number > 8 && number != 32)) {
          throw new UsageException("bits: " + setting.label() + " is not 1..8, or 32 for none");
        }
      }
    }
    List<Double> bitPrices = bitPrices(config);
    Trains trains = NamedConstant.of(config.getConfig("share"), "trains", Trains.class);
    boolean bitsCost = bitPrices.stream().anyMatch(price -> price > 0);
    if (trains == Trains.WEIGHTS && bitsCost) {
      throw new UsageException(
          "share.trains: weights behind their codes already are what bit-prices above 0 train,"
              + " expected levels");
    }
    for (String codebook : config.getStringList("codebooks")) {
      check(CodebookFitters.parse(codebook), bitPrices, trains);
    }
    if (config.getStringList("orders").contains(Order.SHARE_FIRST.label())
        && (bitsCost || trains == Trains.WEIGHTS)) {
      throw new UsageException(
          "orders: share-first keeps the codes that were fitted; with bit-prices above 0 and"
              + " share.trains = weights expected prune-first alone");
    }
    List<String> encodings = new ArrayList<>();
    for (String encoding : config.getStringList("encodings")) {
      encodings.add(Encoding.parse(encoding).name());
    }
    for (int bias : config.getIntList("bias-bits")) {
      if (bias != 32 && bias != 16 && (bias < 2 || bias > 8)) {
        throw new UsageException("bias-bits: " + bias + " is not 32, 16 or 2..8");
      }
    }
    ModelName.check("network", config.getString("network"));
    return new TrainingSettings(
        config.getString("network"),
        config.getString("data"),
        atLeast(config, "held-out", 0),
        atLeast(config, "images", 0),
        atLeast(config, "batch", 1),
        atLeast(config, "shift", 0),
        config.getBoolean("flip"),
        List.copyOf(seeds),
        phase(config, "dense"),
        prune(config),
        new Share(phase(config, "share"), trains),
        new Distillation(
            in(config, "distil.weight", 0, 1),
            in(config, "distil.temperature", 0.1, 100),
            config.getBoolean("distil.once")),
        densities,
        bits,
        config.getStringList("orders").stream()
            .map(
                name ->
                    NamedConstant.of(
                        name,
                        config.getValue("orders").origin().description(),
                        "order",
                        Order.class))
            .toList(),
        List.copyOf(config.getStringList("codebooks")),
        bitPrices,
        ranks(config),
        List.copyOf(encodings),
        List.copyOf(config.getIntList("bias-bits")),
        config.getBoolean("test"),
        in(config, "checkpoint-seconds", 0, 1e9),
        config.getString("out"),
        config.getString("models-dir"),
        config.getString("data-dir"),
        config.getString("cache"));
  }

  private static void check(CodebookFitter codebook, List<Double> bitPrices, Trains trains) {
    if (codebook.target().isPresent()) {
      throw new UsageException(
          "codebooks: "
              + codebook.name()
              + " has a target, and weights that are trained have none; expected a lambda");
    }
    if (codebook.measure() != ErrorMeasure.WEIGHTS) {
      throw new UsageException(
          "codebooks: "
              + codebook.name()
              + " goes by what training does not measure, expected one without by="
              + codebook.measure().label());
    }
    if (trains == Trains.WEIGHTS) {
      if (codebook.countsBits()) {
        throw new UsageException(
            "codebooks: "
                + codebook.name()
                + " counts bits, expected one of least error with share.trains = weights");
      }
      return;
    }
    if (!codebook.isShared()) {
      throw new UsageException(
          "codebooks: "
              + codebook.name()
              + " has a step for each row or group; share.trains = levels moves those of one"
              + " codebook a tensor, expected share.trains = weights");
    }
    if (codebook.countsBits()) {
      if (bitPrices.contains(0.0)) {
        throw new UsageException(
            "codebooks: " + codebook.name() + " counts bits, expected bit-prices above 0 alone");
      }
    } else if (!codebook.isTrainable()) {
      throw new UsageException(
          "codebooks: "
              + codebook.name()
              + " has fixed levels, expected share.trains = weights, or one like linear or uniform");
    }
  }

  private static Prune prune(Config config) {
    String scope = config.getString("prune.scope");
    return new Prune(
        phase(config, "prune"),
        NamedConstant.of(config.getConfig("prune"), "schedule", Schedule.class),
        switch (scope) {
          case "tensor" -> Pruning.Scope.TENSOR;
          case "global" -> Pruning.Scope.GLOBAL;
          default ->
              throw new UsageException("prune.scope: '" + scope + "' is neither tensor nor global");
        },
        in(config, "prune.ramp", 0, 1),
        units(config.getAnyRef("prune.units")));
  }

  private static List<PerTensor> units(Object value) {
    if (Prune.NO_UNITS.equals(value)) {
      return List.of();
    }
    PerTensor shares = PerTensor.of("prune.units", value);
    for (double share : shares.numbers()) {
      if (!(share > 0 && share <= 1)) {
        throw new UsageException("prune.units: " + share + " is outside (0, 1]");
      }
    }
    return List.of(shares);
  }

  private static Phase phase(Config config, String key) {
    return new Phase(
        atLeast(config, key + ".epochs", 0),
        in(config, key + ".rate", 0, 100),
        in(config, key + ".momentum", 0, 1),
        in(config, key + ".weight-decay", 0, 1),
        in(config, key + ".warm-up", 0, 1),
        in(config, key + ".dropout", 0, 0.95),
        decays(config, key + ".decays"));
  }

  private static List<Double> decays(Config config, String key) {
    List<Double> decays = config.getDoubleList(key);
    double last = 0;
    for (double at : decays) {
      if (!(at > last && at < 1)) {
        throw new UsageException(
            "%s: %s is not a rising list of shares in (0, 1)".formatted(key, decays));
      }
      last = at;
    }
    return decays;
  }

  private static List<PerTensor> perTensor(Config config, String key, double least, double most) {
    List<PerTensor> settings = new ArrayList<>();
    for (Object value : config.getAnyRefList(key)) {
      PerTensor setting = PerTensor.of(key, value);
      for (double number : setting.numbers()) {
        if (!(number > 0 && number >= least && number <= most)) {
          throw new UsageException(
              "%s: %s is outside %s".formatted(key, number, least == 0 ? "(0, 1]" : "1..32"));
        }
      }
      settings.add(setting);
    }
    if (settings.isEmpty()) {
      throw new UsageException(key + ": nothing given");
    }
    return settings;
  }

  private static List<Double> bitPrices(Config config) {
    List<Double> prices = List.copyOf(config.getDoubleList("bit-prices"));
    for (double price : prices) {
      if (!(price >= 0 && price <= 1e6)) {
        throw new UsageException("bit-prices: " + price + " is outside 0..1e6");
      }
    }
    if (prices.isEmpty()) {
      throw new UsageException("bit-prices: nothing given");
    }
    return prices;
  }

  private static List<Double> ranks(Config config) {
    List<Double> ranks = config.getDoubleList("ranks");
    for (double rank : ranks) {
      if (!(rank > 0 && rank <= 1)) {
        throw new UsageException("ranks: " + rank + " is outside (0, 1]");
      }
    }
    return List.copyOf(ranks);
  }

  private static int atLeast(Config config, String key, int least) {
    int value = config.getInt(key);
    if (value < least) {
      throw new UsageException(key + ": " + value + " is below " + least);
    }
    return value;
  }

  private static double in(Config config, String key, double least, double most) {
    double value = config.getDouble(key);
    if (!(value >= least && value <= most)) {
      throw new UsageException("%s: %s is outside %s..%s".formatted(key, value, least, most));
    }
    return value;
  }
}
