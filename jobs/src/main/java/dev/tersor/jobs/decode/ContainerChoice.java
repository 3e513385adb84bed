package dev.tersor.jobs.decode;

import dev.tersor.core.encode.Encoding;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.plan.Setting;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which containers are asked for; null where nothing is said.
 *
 * @param sparsity a target, or what stands for one
 * @param bits as the option says it
 * @param encoding of a recipe or a choice, as the sweep takes it
 */
public record ContainerChoice(
    String model,
    String tensor,
    String weightsHash,
    String sparsity,
    String bits,
    String codebook,
    String encoding) {
  private static final Set<String> LABELS = Set.of("asis", "paper");

  /**
   * @throws UsageException if the sparsity or the encoding is none
   */
  public ContainerChoice {
    if (encoding != null) {
      try {
        encoding = Encoding.parse(encoding).name();
      } catch (IllegalArgumentException e) {
        throw new UsageException("encoding: " + e.getMessage(), e);
      }
    }
    if (sparsity != null && !LABELS.contains(sparsity)) {
      try {
        Double.parseDouble(sparsity);
      } catch (NumberFormatException e) {
        throw new UsageException(
            "sparsity: '" + sparsity + "' is neither a number, asis nor paper", e);
      }
    }
  }

  /** What columns of text must be. */
  Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("model", model);
    texts.put("tensor", tensor);
    texts.put("weights_hash", weightsHash);
    texts.put("codebook", codebook);
    texts.put("encoding", encoding);
    texts.values().removeIf(text -> text == null);
    return texts;
  }

  /** Whether the sparsity and the bits of a setting are those asked for. */
  boolean isOf(Setting setting) {
    return (bits == null || bits.equals(String.valueOf(setting.bits())))
        && (sparsity == null
            || (LABELS.contains(sparsity)
                ? setting.pruning().kind().equals(sparsity)
                : setting.pruning().target().orElse(Double.NaN) == Double.parseDouble(sparsity)));
  }
}
