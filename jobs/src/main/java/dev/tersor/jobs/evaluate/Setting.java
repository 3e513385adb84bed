package dev.tersor.jobs.evaluate;

import dev.tersor.jobs.config.BitWidth;
import dev.tersor.jobs.config.Pruning;
import java.io.Serializable;
import java.util.Locale;
import org.apache.spark.sql.Row;

/**
 * What a network is pruned and quantised by: all that its accuracy depends on beside itself.
 *
 * @param sparsity null where the weights stay as they are, or each tensor has its own
 * @param bits a number, or {@code paper} where each tensor has its own
 */
public record Setting(String model, String pruning, Double sparsity, String bits, String codebook)
    implements Serializable {
  public static Setting of(String model, Pruning pruning, BitWidth bits, String codebook) {
    return new Setting(
        model,
        pruning.kind(),
        pruning.target().isPresent() ? pruning.sparsity() : null,
        bits.toString(),
        codebook);
  }

  /** The setting of a row of cells or models. */
  public static Setting of(Row row) {
    String pruning = row.getAs("pruning");
    String setting = row.getAs("setting");
    return new Setting(
        row.getAs("model"),
        pruning,
        pruning.equals(Pruning.Scope.PAPER.label()) ? null : row.getAs("sparsity_target"),
        setting == null ? String.valueOf(row.<Object>getAs("bits")) : setting,
        row.getAs("codebook"));
  }

  /** For messages. */
  String label() {
    return String.format(
        Locale.ROOT,
        "%s, sparsity %s%s, %s bits %s",
        model,
        sparsity == null ? pruning : sparsity,
        sparsity == null || pruning.equals(Pruning.Scope.TENSOR.label()) ? "" : " " + pruning,
        bits,
        codebook);
  }
}
