package dev.tersor.jobs.config;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Encodings that only some settings of a sweep have, beside those that all have: slow searches that
 * a whole grid would wait for. One entry of {@code extras}.
 *
 * @param prunings those of the settings; none are added to the grid
 * @param bits those of the settings
 * @param encodings as {@link GridSettings#encodings}
 */
public record ExtraEncodings(List<Pruning> prunings, List<BitWidth> bits, List<String> encodings) {
  private static final Set<String> KEYS = Set.of("sparsities", "bits", "encodings");

  /**
   * @throws UsageException naming the key and the value, if anything is not as it should be
   */
  static List<ExtraEncodings> all(Config config, String pruning) {
    List<ExtraEncodings> all = new ArrayList<>();
    for (Config entry : config.getConfigList("extras")) {
      LayerSettings.known(entry.root().keySet(), KEYS, entry.origin().description() + ": extras");
      all.add(
          new ExtraEncodings(
              entry.getStringList("sparsities").stream()
                  .map(sparsity -> Pruning.parse(sparsity, pruning))
                  .toList(),
              entry.getStringList("bits").stream().map(BitWidth::parse).toList(),
              Encodings.resolve("extras", entry.getStringList("encodings"))));
    }
    return all;
  }

  /** Whether a setting has these. */
  boolean isOf(Pruning pruning, BitWidth width) {
    return prunings.contains(pruning) && bits.contains(width);
  }
}
