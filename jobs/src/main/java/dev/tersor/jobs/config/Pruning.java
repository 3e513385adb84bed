package dev.tersor.jobs.config;

import dev.tersor.core.prune.Magnitude;
import dev.tersor.core.prune.NOfM;
import java.io.Serializable;
import java.util.EnumSet;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What is pruned: one entry of the sparsities of a sweep.
 *
 * @param scope what goes, and where the threshold comes from
 * @param size numbers of the scope; {@link Size#NONE} where it has none
 * @param sparsity share of weights to prune; not a number for {@link Scope#ASIS}, and for {@link
 *     Scope#PAPER} until it is that of a tensor
 * @param bySaliency whether a given saliency decides, and not the weights' magnitude
 */
public record Pruning(Scope scope, Size size, double sparsity, boolean bySaliency)
    implements Serializable {
  /** What stands for a tensor's own figures. */
  static final String PAPER = "paper";

  private static final String SALIENCY = "saliency";

  /** What is pruned, and where a threshold comes from. */
  public enum Scope {
    /** The tensor's own weights. */
    TENSOR,
    /** All swept weights of the model. */
    GLOBAL,
    /** Whole tensors of the model. */
    LAYER,
    /** Whole rows of each tensor by itself. */
    FILTER,
    /** Blocks of rows and columns of each tensor by itself. */
    BLOCK,
    /** Heads of the attentions of the model. */
    HEAD,
    /** So many of each few weights of a row; its label is these numbers. */
    PATTERN,
    /** The tensor's own weights, of which a paper's table says how many are kept. */
    PAPER,
    /** There is none: zeros are those that the checkpoint has. */
    ASIS;

    /** Those that the option {@code pruning} names. */
    static final Set<Scope> NAMED = EnumSet.of(TENSOR, GLOBAL, LAYER, FILTER, BLOCK, HEAD);

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Whether other swept weights of a model have a say in what is pruned of a tensor. */
    public boolean isModelWide() {
      return this == GLOBAL || this == LAYER || this == HEAD;
    }

    /** Whether the share that goes can be far from the one asked for. */
    public boolean isCoarse() {
      return this == LAYER || this == HEAD;
    }
  }

  /**
   * Numbers of a scope: rows and columns of a block, weights that stay and of how many, or heads
   * and 0.
   */
  public record Size(int first, int second) implements Serializable {
    static final Size NONE = new Size(0, 0);

    /** A block that the name alone means. */
    static final Size BLOCK = new Size(4, 4);
  }

  /** A pruning whose scope has no numbers. */
  public Pruning(Scope scope, double sparsity, boolean bySaliency) {
    this(scope, Size.NONE, sparsity, bySaliency);
  }

  static Pruning parse(String sparsity, String scope) {
    if (sparsity.equals("asis")) {
      return new Pruning(Scope.ASIS, Double.NaN, false);
    }
    if (sparsity.equals(PAPER)) {
      return new Pruning(Scope.PAPER, Double.NaN, false);
    }
    if (PruningNames.isPattern(sparsity)) {
      Size pattern = PruningNames.pattern(sparsity);
      double gone = NOfM.sparsity(pattern.first(), pattern.second());
      return new Pruning(Scope.PATTERN, pattern, gone, false);
    }
    double value;
    try {
      value = Double.parseDouble(sparsity);
    } catch (NumberFormatException e) {
      throw new UsageException(
          "sparsities: '" + sparsity + "' is neither a number in [0, 1), nor n:m, asis or paper",
          e);
    }
    try {
      Magnitude.count(value, 1);
    } catch (IllegalArgumentException e) {
      throw new UsageException("sparsities: " + sparsity + " is outside [0, 1)", e);
    }
    return PruningNames.parse(scope).withSparsity(value);
  }

  /** The pruning of a row of a table: its columns {@code pruning} and {@code sparsity_target}. */
  public static Pruning of(String kind, Double target) {
    boolean bySaliency = kind.endsWith("-" + SALIENCY);
    String label = bySaliency ? kind.substring(0, kind.lastIndexOf('-')) : kind;
    Pruning named = PruningNames.ofLabel(label);
    // A paper's target is each tensor's own.
    double sparsity = target == null || named.scope == Scope.PAPER ? Double.NaN : target;
    return new Pruning(named.scope, named.size, sparsity, bySaliency);
  }

  /** The same with the share that a tensor has. */
  public Pruning withSparsity(double share) {
    return new Pruning(scope, size, share, bySaliency);
  }

  /** The same by a saliency, where weights are pruned, and not as a paper does by magnitude. */
  public Pruning withSaliency() {
    return new Pruning(scope, size, sparsity, scope != Scope.ASIS && scope != Scope.PAPER);
  }

  public OptionalDouble target() {
    return Double.isNaN(sparsity) ? OptionalDouble.empty() : OptionalDouble.of(sparsity);
  }

  /** The value of the column {@code pruning}. */
  public String kind() {
    String label = PruningNames.label(scope, size);
    return bySaliency ? label + "-" + SALIENCY : label;
  }

  /** Part of cell keys. */
  public String label() {
    return Double.isNaN(sparsity) ? kind() : kind() + " " + sparsity;
  }
}
