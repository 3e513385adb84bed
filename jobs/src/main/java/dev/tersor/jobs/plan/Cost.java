package dev.tersor.jobs.plan;

import dev.tersor.core.encode.Auto;
import dev.tersor.core.encode.Recipe;
import dev.tersor.jobs.config.Measures;
import dev.tersor.jobs.source.TensorRef;
import java.util.Collection;

/**
 * What a unit is expected to take on one core. The figures were measured on one machine and serve
 * only to order units, to pack them and to cut waves; a plan shows them as an estimate.
 */
public final class Cost {
  /** Reading, pruning, sorting, fitting and assigning, for each weight. */
  private static final double PREPARE_NANOS = 80;

  /** Encoding, decoding and comparing one cell, for each weight. */
  private static final double CELL_NANOS = 14;

  /** Overhead of a cell of any size. */
  private static final double FIXED_NANOS = 200_000;

  /** A multiply-accumulate of a product that is timed. */
  private static final double PRODUCT_NANOS = 0.3;

  /** Inputs of one product at most: time grows with their number, so that of more is scaled. */
  private static final int MOST_INPUTS = 784;

  private Cost() {}

  /** Inputs of the products that are timed of a tensor; 0 where none are. */
  public static int inputs(Measures measures, TensorRef tensor) {
    return measures.products() ? inputs(tensor.positions()) : 0;
  }

  /** Inputs that a product is timed with, where weights serve so many output positions. */
  public static int inputs(long positions) {
    return (int) Math.min(positions, MOST_INPUTS);
  }

  /**
   * Estimated nanoseconds of a unit of so many weights and these encodings on one core.
   *
   * @param inputs of the products that are timed; 0 where none are
   */
  public static long nanos(long weights, Collection<String> encodings, int inputs) {
    // A choice tries every recipe there is; several choices share some of that.
    long cells = 0;
    for (String encoding : encodings) {
      cells += Auto.isAuto(encoding) ? Recipe.all().size() : 1;
    }
    // And those of the dense weights.
    double products = PRODUCT_NANOS * inputs * (encodings.size() + 1);
    return (long) (weights * (PREPARE_NANOS + CELL_NANOS * cells + products) + FIXED_NANOS * cells);
  }
}
