package dev.tersor.core.model;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.tersor.core.checkpoint.Layout;
import dev.tersor.core.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/**
 * An architecture as its file {@code conf/models/NAME.conf} describes it (HOCON).
 *
 * @param input shape of one input, for which the tensors' MACs are counted; empty where no tensors
 *     are listed
 * @param sources in the order in which they are tried
 * @param tensors in the order of the network; empty where they are those of the checkpoint, all
 *     weights of rank 2 and more
 * @param graph how the network computes, where that is known
 */
public record Architecture(
    String name,
    String title,
    List<Long> input,
    List<WeightSource> sources,
    List<TensorSpec> tensors,
    Optional<Graph> graph) {

  private static final int MOST_LAYERS = 10_000;

  /**
   * Reads a description.
   *
   * @param origin the file's name, for error messages
   * @throws IllegalArgumentException naming the file and the line, if it is not one
   */
  public static Architecture parse(String hocon, String origin) {
    try {
      Config config = Hocon.parse(hocon, origin);
      List<TensorSpec> tensors = new ArrayList<>();
      Set<String> names = new HashSet<>();
      for (Config entry :
          config.hasPath("tensors") ? config.getConfigList("tensors") : List.<Config>of()) {
        for (TensorSpec spec :
            entry.hasPath("repeat") ? block(entry) : List.of(tensor(entry, ""))) {
          if (!names.add(spec.name())) {
            throw new IllegalArgumentException(origin + ": two tensors " + spec.name());
          }
          tensors.add(spec);
        }
      }
      List<WeightSource> sources = new ArrayList<>();
      for (Config source : config.getConfigList("sources")) {
        sources.add(source(source, origin));
      }
      Architecture architecture =
          new Architecture(
              config.getString("name"),
              config.getString("title"),
              config.hasPath("input") ? List.copyOf(config.getLongList("input")) : List.of(),
              List.copyOf(sources),
              List.copyOf(tensors),
              config.hasPath("graph")
                  ? Optional.of(GraphReader.read(config.getConfig("graph")))
                  : Optional.empty());
      architecture.check(origin);
      return architecture;
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private void check(String origin) {
    if (input.isEmpty() && !tensors.isEmpty()) {
      throw new IllegalArgumentException(
          origin + ": no input, which tensors' macs are counted for");
    }
    if (tensors.isEmpty()
        && sources.stream().anyMatch(source -> source instanceof WeightSource.Synthetic)) {
      throw new IllegalArgumentException(
          origin + ": synthetic weights need the list tensors, with their shapes");
    }
    try {
      parameters();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(origin + ": " + e.getMessage(), e);
    }
  }

  /**
   * All parameters of the graph in their order; empty where there is no graph.
   *
   * @throws IllegalArgumentException if graph and tensors do not fit each other
   */
  public List<Parameter> parameters() {
    Map<String, Shape> weights = new LinkedHashMap<>();
    tensors.forEach(tensor -> weights.put(tensor.name(), tensor.shape()));
    return graph.map(g -> g.parameters(input, weights)).orElse(List.of());
  }

  /** Layers that are alike: the number of each takes the place of {@code {}} in the names. */
  private static List<TensorSpec> block(Config config) {
    int repeat = config.getInt("repeat");
    if (repeat < 1 || repeat > MOST_LAYERS) {
      throw new IllegalArgumentException(
          config.origin().description() + ": repeat is " + repeat + ", expected 1.." + MOST_LAYERS);
    }
    List<TensorSpec> tensors = new ArrayList<>();
    for (int layer = 0; layer < repeat; layer++) {
      for (Config tensor : config.getConfigList("tensors")) {
        tensors.add(tensor(tensor, String.valueOf(layer)));
      }
    }
    return tensors;
  }

  /**
   * @param layer what takes the place of {@code {}}; empty outside of blocks
   */
  private static TensorSpec tensor(Config config, String layer) {
    long[] dims = config.getLongList("shape").stream().mapToLong(Long::longValue).toArray();
    String name = config.getString("name");
    return new TensorSpec(
        layer.isEmpty() ? name : name.replace("{}", layer),
        NamedConstant.of(config, "kind", Kind.class),
        Shape.of(dims),
        config.getLong("macs"),
        config.hasPath("layout") ? NamedConstant.of(config, "layout", Layout.class) : Layout.OUT_IN,
        config.getBoolean("prune"),
        !config.hasPath("hub") || config.getBoolean("hub"),
        config.hasPath("paper-density")
            ? OptionalDouble.of(config.getDouble("paper-density"))
            : OptionalDouble.empty(),
        optionalInt(config, "paper-bits"),
        optionalInt(config, "paper-index-bits"));
  }

  private static OptionalInt optionalInt(Config config, String key) {
    return config.hasPath(key) ? OptionalInt.of(config.getInt(key)) : OptionalInt.empty();
  }

  private static WeightSource source(Config config, String origin) {
    if (config.hasPath("file")) {
      return new WeightSource.LocalFile(config.getString("file"));
    }
    if (config.hasPath("hub")) {
      return new WeightSource.Hub(
          config.getString("hub"),
          config.hasPath("sha256") ? Optional.of(config.getString("sha256")) : Optional.empty());
    }
    if (config.hasPath("maven")) {
      return new WeightSource.Maven(config.getString("maven"), config.getString("entry"));
    }
    if (config.hasPath("npm")) {
      return new WeightSource.Npm(
          config.getString("npm"),
          config.getString("entry"),
          config.hasPath("sha256") ? Optional.of(config.getString("sha256")) : Optional.empty());
    }
    if (config.hasPath("trained")) {
      return new WeightSource.Trained(config.getString("trained"));
    }
    if (config.hasPath("synthetic")) {
      return new WeightSource.Synthetic(config.getLong("synthetic"));
    }
    throw new IllegalArgumentException(
        origin
            + ": a source is one of file, hub, maven, npm, trained, synthetic, not "
            + config.root().render());
  }
}
