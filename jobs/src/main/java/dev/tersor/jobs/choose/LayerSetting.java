package dev.tersor.jobs.choose;

import dev.tersor.core.Compression;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a settings file says of a layer.
 *
 * @param sparsity share of the weights that are pruned; 0 for as they are
 */
record LayerSetting(
    double sparsity, int bits, String codebook, String encoding, boolean half, long seed)
    implements Serializable {
  static LayerSetting of(Candidate candidate, boolean half, long seed) {
    return new LayerSetting(
        candidate.setting().pruning().target().orElse(0),
        candidate.bits(),
        candidate.setting().codebook(),
        candidate.recipe(),
        half,
        seed);
  }

  /** The keys and values of a settings file. */
  Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("sparsity", sparsity == 0 ? "asis" : sparsity);
    values.put("bits", bits);
    values.put("codebook", codebook);
    values.put("encoding", encoding);
    return values;
  }

  Compression compression() {
    return Compression.DEFAULT
        .sparsity(sparsity)
        .codebook(codebook)
        .bits(bits)
        .encoding(encoding)
        .half(half)
        .seed(seed);
  }
}
