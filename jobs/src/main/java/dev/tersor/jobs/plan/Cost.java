package dev.tersor.jobs.plan;

import dev.tersor.core.encode.Auto;
import dev.tersor.core.encode.Recipe;
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

  private Cost() {}

  /** Estimated nanoseconds of a unit of so many weights and these encodings on one core. */
  public static long nanos(long weights, Collection<String> encodings) {
    // A choice tries every recipe there is; several choices share some of that.
    long cells = 0;
    for (String encoding : encodings) {
      cells += Auto.isAuto(encoding) ? Recipe.all().size() : 1;
    }
    return (long) (weights * (PREPARE_NANOS + CELL_NANOS * cells) + FIXED_NANOS * cells);
  }
}
