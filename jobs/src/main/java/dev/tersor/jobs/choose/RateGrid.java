package dev.tersor.jobs.choose;

import dev.tersor.core.index.Access;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.jobs.config.BitWidth;
import dev.tersor.jobs.config.GridSettings;
import dev.tersor.jobs.config.Pruning;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Settings that count bits as they quantise, to choose from beside a grid of those that do not: one
 * for each of many prices of a bit. Zeros among their levels are what pays, so nothing is pruned
 * before.
 */
public final class RateGrid {
  /** Codebooks that count bits; the first is decoded in order alone. */
  private static final List<String> CODEBOOKS = List.of("trellis", "rate");

  private static final int BITS = 8;

  /** Signal to noise that prices are for, in dB. */
  private static final double LEAST = 3;

  private static final double MOST = 42;
  private static final double APART = 1.5;

  private RateGrid() {}

  /**
   * The settings for layers. At noise D a weight, a bit more takes three quarters of it away: its
   * price is 2 ln 2 D, at high rates (Gish and Pierce 1968). Prices have two digits, so that cells
   * are found again.
   *
   * @param grid whose encodings and measures they have
   * @param access the weakest that is allowed
   * @param more encodings that are worth their time here alone
   * @return empty if all weights are zero
   */
  public static Optional<GridSettings> of(
      GridSettings grid, List<Layer> layers, Access access, List<String> more) {
    List<String> counting =
        access == Access.SEQUENTIAL ? CODEBOOKS : CODEBOOKS.subList(1, CODEBOOKS.size());
    Set<String> encodings = new LinkedHashSet<>(grid.encodings());
    encodings.addAll(more);
    double power = layers.stream().mapToDouble(Layer::power).sum();
    long weights = layers.stream().mapToLong(Layer::weights).sum();
    Set<String> codebooks = new LinkedHashSet<>();
    for (double decibels = LEAST; power > 0 && decibels <= MOST; decibels += APART) {
      double noise = power / weights * Math.pow(10, -decibels / 10);
      double price =
          new BigDecimal(2 * Math.log(2) * noise).round(new MathContext(2)).doubleValue();
      if (price > Float.MIN_NORMAL && price < Float.MAX_VALUE) {
        for (String codebook : counting) {
          codebooks.add(CodebookFitters.parse(codebook + "(lambda=" + price + ")").name());
        }
      }
    }
    return codebooks.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new GridSettings(
                List.of(new Pruning(Pruning.Scope.ASIS, Double.NaN, false)),
                List.of(new BitWidth(BITS)),
                new ArrayList<>(codebooks),
                List.copyOf(encodings),
                List.of(),
                List.of(),
                grid.fprThreshold(),
                grid.measures(),
                grid.seed()));
  }
}
