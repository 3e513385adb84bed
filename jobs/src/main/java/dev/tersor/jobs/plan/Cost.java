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
 * What a unit is expected to take on one core, by the rates of a {@link CostModel}. It orders
 * units, packs them and cuts waves; a plan shows it as an estimate.
 */
public final class Cost {
  /** The family of codebooks that are fitted before the waves, over several segments. */
  private static final String FITTED_BEFORE = "fitted-before";

  /** What a pruned weight takes of the time of one that is kept. */
  private static final double PRUNED_SHARE = 0.3;

  /** Inputs of one product at most: time grows with their number, so that of more is scaled. */
  private static final int MOST_INPUTS = 784;

  /** What a decode that is timed several times is repeated for at least. */
  private static final double LEAST_TIMED_NANOS = 50_000_000;

  /** What a choice takes at least: it tries all recipes, of however few weights. */
  private static final double LEAST_CHOICE_NANOS = 50_000_000;

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

  /** The family of a recipe or a choice: its name without parameters. */
  public static String family(String recipe) {
    return recipe.replaceFirst("\\(.*\\)", "");
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
    return isPart ? FITTED_BEFORE : family(codebook);
  }

  /** The time of a weight in proportion to one of which nothing is pruned. */
  public static double share(Pruning pruning) {
    return 1 - (1 - PRUNED_SHARE) * pruning.target().orElse(0);
  }

  /** Estimated nanoseconds of a unit on one core. */
  public long nanos(SegmentRef segment, Pruning pruning, Collection<Cell> cells) {
    TensorRef tensor = segment.tensor();
    int weights = segment.segment().length();
    boolean isPart = weights < tensor.shape().size();
    double nanos = nanos(origin(tensor.origin()), isPart, weights, pruning, cells);
    if (measures.products()) {
      // And that of the dense weights.
      double product = weights * model.rate(Stage.PRODUCT, "dense");
      nanos += measures.timingRuns() * product * inputs(tensor.positions()) * (cells.size() + 1.0);
    }
    return (long) nanos;
  }

  /** The same without products, of weights from an origin. */
  public double nanos(
      String origin, boolean isPart, long weights, Pruning pruning, Collection<Cell> cells) {
    int runs = measures.timingRuns();
    double rate = 0;
    double fixed = runs > 1 ? cells.size() * LEAST_TIMED_NANOS : 0;
    Set<CodebookId> codebooks = new HashSet<>();
    for (Cell cell : cells) {
      if (codebooks.add(cell.codebook())) {
        rate += model.rate(Stage.FIT, fitter(isPart, cell.codebook().fitter()));
      }
      fixed += Auto.isAuto(cell.encoding()) ? runs * LEAST_CHOICE_NANOS : 0;
      for (String recipe : recipes(cell)) {
        rate += runs * model.rate(Stage.CELL, family(recipe));
      }
    }
    return weights * (model.rate(Stage.PRUNE, origin) + share(pruning) * rate) + fixed;
  }

  /** The recipes that a cell tries: a choice all that there are, where its time is not known. */
  private List<String> recipes(Cell cell) {
    boolean isSearch =
        Auto.isAuto(cell.encoding())
            && !model.rates().get(Stage.CELL).containsKey(family(cell.encoding()));
    return isSearch ? Recipe.all().stream().map(Recipe::name).toList() : List.of(cell.recipe());
  }
}
