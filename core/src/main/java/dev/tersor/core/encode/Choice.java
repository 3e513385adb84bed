package dev.tersor.core.encode;

import dev.tersor.core.index.Access;
import dev.tersor.core.index.IndexScheme;
import dev.tersor.core.index.Split;
import dev.tersor.core.index.Stream;
import dev.tersor.core.symbol.Entropy;
import dev.tersor.core.symbol.SymbolCoder;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The smallest container so far of one tensor under a constraint. Splits are offered one after
 * another, so that whoever makes them anyway shares them. What cannot become smaller than the best
 * so far by the entropy of its streams is not encoded.
 */
public final class Choice {
  private static final int TIMINGS = 3;

  private final Auto constraint;
  private final Codes codes;
  private double copyNanos;
  private Recipe bestRecipe;
  private Encoded best;
  private Split bestSplit;

  Choice(Auto constraint, Codes codes) {
    this.constraint = constraint;
    this.codes = codes;
  }

  /** Takes a tensor's split by a scheme, with every coder that could make it the smallest. */
  public void offer(IndexScheme scheme, Split split) {
    List<Recipe> recipes = new ArrayList<>();
    // Where any access will do, a coder that is there for access is not what is looked for.
    boolean anyAccess = constraint.access() == Access.SEQUENTIAL;
    for (SymbolCoder coder : SymbolCoders.ALL.all()) {
      Recipe recipe = new Recipe(scheme, coder);
      if (coder.isStructure() && anyAccess) {
        continue;
      }
      if (recipe.access().and(constraint.access()) == constraint.access()) {
        recipes.add(recipe);
      }
    }
    // The one that promises most comes first, so that the others need not be tried.
    recipes.sort(Comparator.comparingDouble(recipe -> leastBytes(recipe, split)));
    for (Recipe recipe : recipes) {
      if (best != null && leastBytes(recipe, split) >= best.container().length) {
        break;
      }
      Encoded encoded = Container.encode(codes, recipe, split);
      if (isSmaller(encoded) && isFastEnough(encoded)) {
        best = encoded;
        bestRecipe = recipe;
        bestSplit = split;
      }
    }
  }

  private boolean isSmaller(Encoded encoded) {
    return best == null || encoded.container().length < best.container().length;
  }

  /**
   * A bound of the streams' bytes from below, whatever tables and header add. It holds for coders
   * of single symbols; one that looks at neighbours as well would need another.
   */
  private static double leastBytes(Recipe recipe, Split split) {
    double bytes = 0;
    for (Stream stream : split.streams()) {
      Symbols symbols = stream.symbols();
      bytes +=
          recipe.coder() == SymbolCoders.PACKED || !recipe.coder().accepts(symbols)
              ? Codes.denseBytes(symbols.count(), symbols.width())
              : Math.floor(Entropy.of(symbols).bits() / 8);
    }
    return bytes;
  }

  private boolean isFastEnough(Encoded encoded) {
    if (constraint.speed() == 0) {
      return true;
    }
    if (copyNanos == 0) {
      copyNanos = nanosOfCopy();
    }
    long fastest = Long.MAX_VALUE;
    for (int i = 0; i < TIMINGS; i++) {
      long start = System.nanoTime();
      Container.decode(encoded.container());
      fastest = Math.min(fastest, System.nanoTime() - start);
    }
    return copyNanos >= constraint.speed() * fastest;
  }

  private double nanosOfCopy() {
    long fastest = Long.MAX_VALUE;
    for (int i = 0; i < TIMINGS; i++) {
      long start = System.nanoTime();
      byte[] copy = codes.codes().clone();
      fastest = Math.min(fastest, System.nanoTime() - start);
      if (copy.length != codes.size()) {
        throw new AssertionError("a copy of another length");
      }
    }
    return Math.max(1, fastest);
  }

  /**
   * The smallest container.
   *
   * @throws IllegalStateException if no recipe that was offered meets the constraint
   */
  public Encoded best() {
    if (best == null) {
      throw new IllegalStateException("no recipe meets " + constraint);
    }
    return best;
  }

  /** What {@link #best} was made with. */
  public Recipe recipe() {
    best();
    return bestRecipe;
  }

  /** The split that {@link #best} was made from. */
  public Split split() {
    best();
    return bestSplit;
  }
}
