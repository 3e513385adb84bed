package dev.tersor.jobs.config;

import dev.tersor.core.prune.Magnitude;
import java.io.Serializable;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What is pruned: one entry of the sparsities of a sweep.
 *
 * @param scope where the threshold comes from
 * @param sparsity share of weights to prune; not a number for {@link Scope#ASIS}, and for {@link
 *     Scope#PAPER} until it is that of a tensor
 */
public record Pruning(Scope scope, double sparsity) implements Serializable {
  /** What stands for a tensor's own figures. */
  static final String PAPER = "paper";

  /** Where a threshold comes from. */
  public enum Scope {
    /** The tensor's own weights. */
    TENSOR,
    /** All swept weights of the model. */
    GLOBAL,
    /** The tensor's own weights, of which a paper's table says how many are kept. */
    PAPER,
    /** There is none: zeros are those that the checkpoint has. */
    ASIS;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Pruning parse(String sparsity, String scope) {
    if (sparsity.equals("asis")) {
      return new Pruning(Scope.ASIS, Double.NaN);
    }
    if (sparsity.equals(PAPER)) {
      return new Pruning(Scope.PAPER, Double.NaN);
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
    return new Pruning(scope(scope), value);
  }

  private static Scope scope(String name) {
    return switch (name) {
      case "tensor" -> Scope.TENSOR;
      case "global" -> Scope.GLOBAL;
      default -> throw new UsageException("pruning: '" + name + "' is neither tensor nor global");
    };
  }

  /** The same with the share that a tensor has. */
  public Pruning withSparsity(double share) {
    return new Pruning(scope, share);
  }

  public OptionalDouble target() {
    return Double.isNaN(sparsity) ? OptionalDouble.empty() : OptionalDouble.of(sparsity);
  }

  /** Part of cell keys. */
  public String label() {
    return Double.isNaN(sparsity) ? scope.label() : scope.label() + " " + sparsity;
  }
}
