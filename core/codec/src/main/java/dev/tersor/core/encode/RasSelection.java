package dev.tersor.core.encode;

import dev.tersor.core.symbol.SymbolCoder;
import dev.tersor.core.symbol.SymbolCoders;
import java.util.Optional;

/**
 * Layer-wise selection of the kind of runtime-accessible sequence (Succinct Compression, section
 * 4.1), written {@code ras/CODER}, and {@code ras-sparse/CODER} for tuples: block-wise where a
 * layer is computationally intensive, element-wise elsewhere. It is no recipe but a choice of one
 * for each tensor, by its multiply-accumulates over its parameters, FPr: how many output positions
 * a weight serves. A container holds the recipe that was taken and nothing of the choice.
 *
 * @param sparse whether sequences are of tuples
 */
public record RasSelection(boolean sparse, SymbolCoder coder) {
  private static final String DENSE = "ras";
  private static final String SPARSE = "ras-sparse";

  /** Whether an encoding is a selection and no recipe. */
  public static boolean isSelection(String encoding) {
    return find(encoding).isPresent();
  }

  private static Optional<Boolean> find(String encoding) {
    int slash = encoding.indexOf('/');
    String name = slash < 0 ? encoding : encoding.substring(0, slash);
    return switch (name) {
      case DENSE -> Optional.of(false);
      case SPARSE -> Optional.of(true);
      default -> Optional.empty();
    };
  }

  /**
   * @param encoding {@code ras} or {@code ras-sparse}, alone for packed symbols or with a coder
   * @throws IllegalArgumentException naming what there is, if it is none or the coder is unknown
   */
  public static RasSelection parse(String encoding) {
    boolean sparse =
        find(encoding)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "'" + encoding + "', expected ras/CODER or ras-sparse/CODER"));
    int slash = encoding.indexOf('/');
    return new RasSelection(
        sparse,
        slash < 0 ? SymbolCoders.PACKED : SymbolCoders.ALL.get(encoding.substring(slash + 1)));
  }

  /** The recipe of a layer. */
  public Recipe recipe(boolean blockWise) {
    return Recipe.of(
        (blockWise ? "ras-block" : "ras-element") + (sparse ? "-sparse" : ""), coder.name());
  }

  /**
   * Whether a layer is block-wise: above the threshold.
   *
   * @param macs multiply-accumulates of the layer for one input
   * @param params its weights
   */
  public static boolean isBlockWise(long macs, long params, double threshold) {
    return macs > threshold * params;
  }

  /** The recipe of a layer: block-wise above the threshold, element-wise else. */
  public Recipe recipe(long macs, long params, double threshold) {
    return recipe(isBlockWise(macs, params, threshold));
  }

  /** The text that {@link #parse} reads. */
  public String name() {
    return (sparse ? SPARSE : DENSE) + "/" + coder.name();
  }
}
