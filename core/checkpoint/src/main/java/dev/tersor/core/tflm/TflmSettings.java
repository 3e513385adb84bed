package dev.tersor.core.tflm;

/**
 * What is changed of the weights of convolutions, fully connected layers and embeddings before they
 * are stored, and how they may be. A network whose weights are changed has another accuracy.
 *
 * @param sparsity share of each tensor's weights, the smallest, that become zero; 0 for none
 * @param bits for at most 2^bits values in a tensor, zero among them; 0 for all that there are
 * @param isCustom whether weights may be of custom types, which {@link TflmDecoders} decode
 */
public record TflmSettings(double sparsity, int bits, boolean isCustom) {
  /** Changes no weight. */
  public static final TflmSettings LOSSLESS = new TflmSettings(0, 0, false);

  private static final int MAX_BITS = 7;

  /**
   * @throws IllegalArgumentException naming the option and what was expected
   */
  public TflmSettings {
    if (!(sparsity >= 0 && sparsity < 1)) {
      throw new IllegalArgumentException("sparsity: " + sparsity + ", expected one in [0, 1)");
    }
    if (bits < 0 || bits > MAX_BITS) {
      throw new IllegalArgumentException("bits: " + bits + ", expected 1 to 7");
    }
  }

  /** Whether every weight stays as it is. */
  public boolean isLossless() {
    return sparsity == 0 && bits == 0;
  }
}
