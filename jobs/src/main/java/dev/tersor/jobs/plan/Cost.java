package dev.tersor.jobs.plan;

import dev.tersor.core.encode.Auto;
import dev.tersor.core.encode.Recipe;
import dev.tersor.jobs.config.CostModel;
import dev.tersor.jobs.config.CostModel.Stage;
import dev.tersor.jobs.config.Measures;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.source.TensorRef;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a unit is expected to take on one core: its stages by the rates of a {@link CostModel}. It
 * orders units, packs them and cuts waves; a plan shows it as an estimate.
 */
public final class Cost {
  /** The family of codebooks that are fitted before the waves, over several segments. */
  public static final String FITTED_BEFORE = "fitted-before";

  /** Inputs of one product at most: time grows with their number, so that of more is scaled. */
  private static final int MOST_INPUTS = 784;

  /** What a decode that is timed several times is repeated for at least. */
  private static final double LEAST_TIMED_NANOS = 50_000_000;

  private final CostModel model;
  private final Measures measures;

  public Cost(CostModel model, Measures measures) {
    this.model = model;
    this.measures = measures;
  }

  /** Inputs that a product is timed with, where weights serve so many output positions. */
  public static int inputs(long positions) {
    return (int) Math.min(positions, MOST_INPUTS);
  }

  /** The family of an index scheme or a recipe of one: its name without parameters and coder. */
  public static String scheme(String recipe) {
    String name = recipe.contains("/") ? recipe.substring(0, recipe.lastIndexOf('/')) : recipe;
    return name.contains("(") ? name.substring(0, name.indexOf('(')) : name;
  }

  /** The family of a recipe's coder. */
  public static String coder(String recipe) {
    return recipe.substring(recipe.lastIndexOf('/') + 1);
  }

  /** The family of weights by where they come from: read from a file, or drawn. */
  public static String origin(TensorRef.Origin origin) {
    return origin == TensorRef.Origin.SYNTHETIC ? "drawn" : "read";
  }

  /**
   * The family of a codebook.
   *
   * @param isPart whether the tensor has more segments
   */
  public static String fitter(boolean isPart, String codebook) {
    return isPart ? FITTED_BEFORE : codebook;
  }

  /** Share of weights that a pruning leaves, as far as it says. */
  public static double kept(Pruning pruning) {
    return 1 - pruning.target().orElse(0);
  }

  /** Estimated nanoseconds of a unit on one core. */
  public long nanos(SegmentRef segment, Pruning pruning, Collection<Cell> cells) {
    TensorRef tensor = segment.tensor();
    int weights = segment.segment().length();
    boolean isPart = weights < tensor.shape().size();
    String origin = origin(tensor.origin());
    double nanos = nanos(origin, isPart, weights, weights * kept(pruning), cells);
    if (measures.products()) {
      // And that of the dense weights.
      double product = rate(Stage.PRODUCT, CostModel.OTHER, weights, weights);
      nanos += measures.timingRuns() * product * inputs(tensor.positions()) * (cells.size() + 1.0);
    }
    return (long) nanos;
  }

  /**
   * Estimated nanoseconds of a unit on one core, without products.
   *
   * @param origin family of its weights
   * @param isPart whether its tensor has more segments
   */
  public double nanos(
      String origin, boolean isPart, double weights, double kept, Collection<Cell> cells) {
    double runs = measures.timingRuns();
    double nanos = rate(Stage.PRUNE, origin, weights, kept);
    Set<List<Object>> shared = new HashSet<>();
    for (Cell cell : cells) {
      if (shared.add(List.of(cell.codebook()))) {
        nanos += rate(Stage.FIT, fitter(isPart, cell.codebook().fitter()), weights, kept);
      }
      for (String recipe : recipes(cell)) {
        String scheme = scheme(recipe);
        if (shared.add(List.of(cell.codebook(), scheme))) {
          nanos += runs * rate(Stage.SPLIT, scheme, weights, kept);
        }
        // The rate of splitting for a choice has all that it tries in it.
        nanos += Auto.isAuto(recipe) ? 0 : runs * rate(Stage.CODE, coder(recipe), weights, kept);
      }
      double decode =
          rate(Stage.DECODE, coder(cell.recipe()), weights, kept)
              + rate(Stage.JOIN, scheme(cell.recipe()), weights, kept);
      nanos += runs > 1 ? Math.max(runs * decode, LEAST_TIMED_NANOS) : decode;
      nanos += rate(Stage.CHECK, CostModel.OTHER, weights, kept);
    }
    return nanos;
  }

  /** The recipes that a cell tries: a choice all that there are, where its time is not known. */
  private List<String> recipes(Cell cell) {
    boolean isSearch =
        Auto.isAuto(cell.encoding()) && !model.has(Stage.SPLIT, scheme(cell.encoding()));
    return isSearch ? Recipe.all().stream().map(Recipe::name).toList() : List.of(cell.recipe());
  }

  private double rate(Stage stage, String family, double weights, double kept) {
    return model.rate(stage, family).nanos(weights, kept);
  }
}
