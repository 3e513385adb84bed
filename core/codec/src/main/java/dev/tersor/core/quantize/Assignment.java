package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Codebook;

/**
 * Gives each weight its code. Where a codebook {@linkplain Codebook#keepsZero keeps the zero}, zero
 * weights get code 0. With steps every other weight goes to the nearest level, zero included; with
 * centroids to the nearest one, never to zero, so that a surviving weight stays one. Ties go to the
 * lower value.
 */
public final class Assignment {
  private Assignment() {}

  /** Gives weights their codes by codebooks of one type. Implementations have no state. */
  interface ByType<C extends Codebook> {
    Class<C> type();

    /**
     * @throws IllegalArgumentException if the codebook is not of so many weights
     */
    byte[] codes(float[] weights, C codebook);
  }

  /**
   * A code for each weight.
   *
   * @param weights of the codebook's tensor in row-major order, pruned ones zero
   * @throws IllegalArgumentException if the codebook is not of so many weights
   */
  public static byte[] codes(float[] weights, Codebook codebook) {
    for (ByType<?> assignment : CodebookFitters.ASSIGNMENTS) {
      if (assignment.type().isInstance(codebook)) {
        return codes(weights, codebook, assignment);
      }
    }
    throw new IllegalArgumentException("no codes by a " + codebook.getClass().getSimpleName());
  }

  private static <C extends Codebook> byte[] codes(
      float[] weights, Codebook codebook, ByType<C> assignment) {
    return assignment.codes(weights, assignment.type().cast(codebook));
  }
}
