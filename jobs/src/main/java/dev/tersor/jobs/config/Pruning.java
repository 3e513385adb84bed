package dev.tersor.jobs.config;

import dev.tersor.core.prune.Magnitude;
import java.io.Serializable;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is pruned: one entry of the sparsities of a sweep.
 *
 * @param scope what goes, and where the threshold comes from
 * @param sparsity share of weights to prune; not a number for {@link Scope#ASIS}, and for {@link
 *     Scope#PAPER} until it is that of a tensor
 * @param bySaliency whether a given saliency decides, and not the weights' magnitude
 */
public record Pruning(Scope scope, double sparsity, boolean bySaliency) implements Serializable {
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
    /** The tensor's own weights, of which a paper's table says how many are kept. */
    PAPER,
    /** There is none: zeros are those that the checkpoint has. */
    ASIS;

    /** Those that the option {@code pruning} names. */
    private static final Set<Scope> NAMED = EnumSet.of(TENSOR, GLOBAL, LAYER, FILTER);

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Whether all swept weights of a model have a say in what is pruned of a tensor. */
    public boolean isModelWide() {
      return this == GLOBAL || this == LAYER;
    }
  }

  static Pruning parse(String sparsity, String scope) {
    if (sparsity.equals("asis")) {
      return new Pruning(Scope.ASIS, Double.NaN, false);
    }
    if (sparsity.equals(PAPER)) {
      return new Pruning(Scope.PAPER, Double.NaN, false);
    }
    double value;
    try {
      value = Double.parseDouble(sparsity);
    } catch (NumberFormatException e) {
      throw new UsageException(
          "sparsities: '" + sparsity + "' is neither a number in [0, 1), nor asis or paper", e);
    }
    try {
      Magnitude.count(value, 1);
    } catch (IllegalArgumentException e) {
      throw new UsageException("sparsities: " + sparsity + " is outside [0, 1)", e);
    }
    return new Pruning(scope(scope), value, false);
  }

  /** The pruning of a row of a table: its columns {@code pruning} and {@code sparsity_target}. */
  public static Pruning of(String kind, Double target) {
    boolean bySaliency = kind.endsWith("-" + SALIENCY);
    String label = bySaliency ? kind.substring(0, kind.lastIndexOf('-')) : kind;
    Scope scope =
        Arrays.stream(Scope.values())
            .filter(known -> known.label().equals(label))
            .findFirst()
            .orElseThrow(
                () -> new UsageException("a row of this version's future: pruning '" + kind + "'"));
    // A paper's target is each tensor's own.
    double sparsity = target == null || scope == Scope.PAPER ? Double.NaN : target;
    return new Pruning(scope, sparsity, bySaliency);
  }

  private static Scope scope(String name) {
    return Arrays.stream(Scope.values())
        .filter(scope -> Scope.NAMED.contains(scope) && scope.label().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UsageException(
                    "pruning: '"
                        + name
                        + "' is none of "
                        + Scope.NAMED.stream()
                            .map(Scope::label)
                            .collect(Collectors.joining(", "))));
  }

  /** The same with the share that a tensor has. */
  public Pruning withSparsity(double share) {
    return new Pruning(scope, share, bySaliency);
  }

  /** The same by a saliency, where weights are pruned, and not as a paper does by magnitude. */
  public Pruning withSaliency() {
    return new Pruning(scope, sparsity, scope != Scope.ASIS && scope != Scope.PAPER);
  }

  public OptionalDouble target() {
    return Double.isNaN(sparsity) ? OptionalDouble.empty() : OptionalDouble.of(sparsity);
  }

  /** The value of the column {@code pruning}. */
  public String kind() {
    return bySaliency ? scope.label() + "-" + SALIENCY : scope.label();
  }

  /** Part of cell keys. */
  public String label() {
    return Double.isNaN(sparsity) ? kind() : kind() + " " + sparsity;
  }
}
