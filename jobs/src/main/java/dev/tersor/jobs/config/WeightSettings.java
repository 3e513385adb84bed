package dev.tersor.jobs.config;

import java.util.List;
import java.util.Map;

/**
 * Where the weights of a sweep come from.
 *
 * @param models names, in order, without repetition
 * @param files checkpoints that stand in for a model's own sources, by model name
 * @param saliency checkpoints with a saliency of each swept weight, by model name
 * @param cache empty for the user's cache folder
 * @param skipMissing whether models without weights are left out
 */
public record WeightSettings(
    List<String> models,
    Map<String, String> files,
    Map<String, String> saliency,
    String cache,
    String weightsDir,
    String modelsDir,
    boolean requireTrained,
    boolean offline,
    boolean skipMissing) {}
