package dev.tersor.core.kernel;

import dev.tersor.core.bits.KernelFamily;

/**
 * Products of packed codes with one input. A row of codes begins at a byte; {@code columns * bits}
 * is a multiple of 8. Nothing is allocated.
 */
public interface PackedProducts {
  /** Those with the Vector API. */
  KernelFamily<PackedProducts> FAMILY =
      new KernelFamily<>(
          "packed-products",
          PackedProducts.class,
          "dev.tersor.core.kernel.VectorPackedProducts",
          PackedProductsTrial::isPassed);

  /** Numbers of tables for sixteen bytes. */
  int SUMS = 16 << Byte.SIZE;

  /**
   * Sets y = w x where a code of 2, 4 or 8 bits stands for the two's complement number that it is:
   * the codes of a uniform codebook, whose step is left to the caller.
   *
   * @param packed rows x columns codes, least significant bits first, and at least {@link #padding}
   *     further bytes
   * @param scratch at least {@link #scratch} numbers, overwritten
   */
  void levels(
      byte[] packed, int bits, int rows, int columns, float[] x, float[] scratch, float[] y);

  /**
   * Sets y = w x where a code of 4 bits stands for a number of a table.
   *
   * @param packed as in {@link #levels}
   * @param table 16 numbers
   * @param scratch at least {@link #scratch} numbers, overwritten
   */
  void looked(
      byte[] packed, float[] table, int rows, int columns, float[] x, float[] scratch, float[] y);

  /** Numbers that a product overwrites. */
  static int scratch(int columns) {
    return Math.max(columns, SUMS);
  }

  /** Bytes after the codes that may be read, and do not matter. */
  static int padding() {
    return Long.BYTES;
  }

  /** The fastest one that runs here: with the Vector API where that works. */
  static PackedProducts fastest() {
    return FAMILY.working().orElseGet(ScalarPackedProducts::new);
  }

  /** The one without the Vector API. */
  static PackedProducts scalar() {
    return new ScalarPackedProducts();
  }

  /**
   * The one with the Vector API.
   *
   * @throws LinkageError where its module is absent
   */
  static PackedProducts vectors() {
    return FAMILY.vectors();
  }
}
