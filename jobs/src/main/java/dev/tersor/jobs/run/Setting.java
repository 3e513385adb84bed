package dev.tersor.jobs.run;

import dev.tersor.jobs.config.Pruning;
import java.io.Serializable;
import java.util.Locale;
import org.apache.spark.sql.Row;

/**
 * What a network is pruned and quantised by: all that its accuracy depends on beside itself.
 *
 * @param sparsity null where the weights stay as they are
 */
record Setting(String model, String pruning, Double sparsity, int bits, String codebook)
    implements Serializable {
  static Setting of(String model, Pruning pruning, int bits, String codebook) {
    return new Setting(
        model,
        pruning.scope().label(),
        pruning.target().isPresent() ? pruning.sparsity() : null,
        bits,
        codebook);
  }

  /** The setting of a row of cells or models. */
  static Setting of(Row row) {
    return new Setting(
        row.getAs("model"),
        row.getAs("pruning"),
        row.getAs("sparsity_target"),
        row.<Integer>getAs("bits"),
        row.getAs("codebook"));
  }

  /** For messages. */
  String label() {
    return String.format(
        Locale.ROOT,
        "%s, sparsity %s%s, %d bits %s",
        model,
        sparsity == null ? "asis" : sparsity,
        pruning.equals("global") ? " global" : "",
        bits,
        codebook);
  }
}
