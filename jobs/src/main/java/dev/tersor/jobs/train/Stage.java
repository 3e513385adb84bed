package dev.tersor.jobs.train;

import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.config.TrainingSettings.Distillation;
import dev.tersor.jobs.config.TrainingSettings.Phase;
import dev.tersor.jobs.config.TrainingSettings.Trains;
import dev.tersor.jobs.plan.CellKeys;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One stage of one network: what a task trains. Its key says everything that its outcome depends
 * on, the stages before it included, so that stages are shared between rows of a grid and found
 * again by the next run.
 */
sealed interface Stage extends Serializable {
  String key();

  Phase phase();

  /** Of shuffling, initial weights, dropout and codebooks that draw. */
  long seed();

  /** What messages and tables call it. */
  String label();

  /** Key of the stage that it goes on from, or null. */
  String parent();

  /** Key of the network whose scores it learns from, or null. */
  String teacher();

  /** Training from nothing. */
  record Dense(String key, Phase phase, long seed) implements Stage {
    static Dense of(String task, Phase phase, long seed) {
      return new Dense(keyOf("dense", task, phase.key(), seed), phase, seed);
    }

    @Override
    public String label() {
      return "dense";
    }

    @Override
    public String parent() {
      return null;
    }

    @Override
    public String teacher() {
      return null;
    }
  }

  /**
   * Pruning and training what is left.
   *
   * @param densities share of weights that stays, by tensor
   * @param ramp of the cubic schedule, or 0 for one shot
   * @param units whether neurons and filters go with their weights
   * @param unitShares share of them that is left from the first step on, by the weight whose rows
   *     they are
   */
  record Prune(
      String key,
      String parent,
      Phase phase,
      long seed,
      TreeMap<String, Double> densities,
      Pruning.Scope scope,
      double ramp,
      boolean units,
      TreeMap<String, Double> unitShares,
      Distillation distillation)
      implements Stage {
    static Prune of(
        Dense dense,
        Phase phase,
        Map<String, Double> densities,
        Pruning.Scope scope,
        double ramp,
        Optional<Map<String, Double>> unitShares,
        Distillation distillation) {
      TreeMap<String, Double> sorted = new TreeMap<>(densities);
      String key = keyOf("prune", dense.key(), phase.key(), sorted, scope, ramp, distillation);
      return new Prune(
          // Results of before units went keep their keys.
          unitShares.isEmpty() ? key : keyOf(key, "units " + new TreeMap<>(unitShares.get())),
          dense.key(),
          phase,
          dense.seed(),
          sorted,
          scope,
          ramp,
          unitShares.isPresent(),
          new TreeMap<>(unitShares.orElse(Map.of())),
          distillation);
    }

    @Override
    public String label() {
      return "prune";
    }

    @Override
    public String teacher() {
      return distillation.weight() == 0 ? null : parent;
    }
  }

  /**
   * Sharing weights and training the centroids.
   *
   * @param bits of a code, by tensor
   * @param codebook name of the fitter
   * @param densities share of weights that stay, by tensor, where the smallest go after codebooks
   *     were fitted; empty where they went before
   * @param bitPrice loss that a bit a weight costs; 0 where bits cost nothing
   * @param trains what it trains where bits cost nothing
   */
  record Share(
      String key,
      String parent,
      String teacher,
      Phase phase,
      long seed,
      TreeMap<String, Integer> bits,
      String codebook,
      TreeMap<String, Double> densities,
      Distillation distillation,
      double bitPrice,
      Trains trains)
      implements Stage {
    /** Bits of a tensor whose weights stay numbers of their own. */
    static final int NOT_SHARED = 32;

    static Share of(
        Dense dense,
        Stage before,
        Phase phase,
        Map<String, Integer> bits,
        String codebook,
        Map<String, Double> densities,
        Distillation distillation,
        double bitPrice,
        Trains trains) {
      TreeMap<String, Integer> sorted = new TreeMap<>(bits);
      TreeMap<String, Double> after = new TreeMap<>(densities);
      String key = keyOf("share", before.key(), phase.key(), sorted, codebook, after, distillation);
      return new Share(
          // Results of before there were prices and straight-through gradients keep their keys.
          bitPrice != 0
              ? keyOf(key, "bit price " + bitPrice)
              : trains == Trains.WEIGHTS ? keyOf(key, "trains weights") : key,
          before.key(),
          distillation.weight() == 0 ? null : dense.key(),
          phase,
          dense.seed(),
          sorted,
          codebook,
          after,
          distillation,
          bitPrice,
          trains);
    }

    @Override
    public String label() {
      return "share";
    }
  }

  private static String keyOf(Object... parts) {
    return CellKeys.ofParts(List.of(parts).stream().map(String::valueOf).toList());
  }
}
