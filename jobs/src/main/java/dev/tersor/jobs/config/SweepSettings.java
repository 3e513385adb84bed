package dev.tersor.jobs.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A sweep that was checked as far as it can be without looking at a file.
 *
 * @param models names, in order, without repetition
 * @param weights checkpoints that stand in for a model's own sources, by model name
 * @param saliency checkpoints with a saliency of each swept weight, by model name
 * @param encodings names of recipes in registry order, then of those with parameters, then of
 *     choices: those of every setting
 * @param extras encodings that some settings have beside them
 * @param fprThreshold above which FPr selections of runtime-accessible sequences are block-wise
 * @param keep {@code best}, or names of encodings whose containers are stored
 * @param cache empty for the user's cache folder
 * @param cost file of the rates that times are estimated by; empty for the built-in ones
 * @param waveSeconds wall-clock seconds of work between two commits
 * @param skipMissing whether models without weights are left out
 * @param logStages whether a line of JSON is logged for each stage
 */
public record SweepSettings(
    List<String> models,
    Map<String, String> weights,
    Map<String, String> saliency,
    List<Pruning> prunings,
    List<BitWidth> bits,
    List<String> codebooks,
    List<String> encodings,
    List<ExtraEncodings> extras,
    double fprThreshold,
    List<String> keep,
    Measures measures,
    long seed,
    String out,
    String cache,
    String weightsDir,
    String modelsDir,
    String cost,
    double waveSeconds,
    boolean requireTrained,
    boolean offline,
    boolean skipMissing,
    boolean logStages,
    EvaluationSettings evaluation) {

  /** The value of {@link #keep} that stores the smallest container of each. */
  public static final String KEEP_BEST = "best";

  /** The codebook of weights that are not quantised. */
  public static final String NO_CODEBOOK = "none";

  /** The codebooks at a width: the one that is none where nothing is quantised. */
  public List<String> codebooks(BitWidth width) {
    return width.isLossless() ? List.of(NO_CODEBOOK) : codebooks;
  }

  /** The encodings at one setting, each once. */
  public List<String> encodings(Pruning pruning, BitWidth width) {
    Set<String> names = new LinkedHashSet<>(encodings);
    extras.stream()
        .filter(extra -> extra.isOf(pruning, width))
        .forEach(extra -> names.addAll(extra.encodings()));
    return List.copyOf(names);
  }

  /** The encodings of any setting, each once. */
  public List<String> allEncodings() {
    Set<String> names = new LinkedHashSet<>(encodings);
    extras.forEach(extra -> names.addAll(extra.encodings()));
    return List.copyOf(names);
  }

  /** Cells for each weight tensor segment. */
  public int cellsPerSegment() {
    int cells = 0;
    for (Pruning pruning : prunings) {
      for (BitWidth width : bits) {
        cells += codebooks(width).size() * encodings(pruning, width).size();
      }
    }
    return cells;
  }
}
