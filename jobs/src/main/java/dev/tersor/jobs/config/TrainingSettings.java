package dev.tersor.jobs.config;

import dev.tersor.core.model.NamedConstant;
import java.io.Serializable;
import java.util.List;

/**
 * What is trained: the stages of Deep Compression and the grid over them. {@code
 * conf/training/default.conf} says what each setting means.
 *
 * @param network name of a model with a graph
 * @param data the set to train with; empty for that of the graph
 * @param heldOut training images, the last ones, that are kept from training, to choose settings by
 * @param images how many training images are used at most; 0 for all
 * @param densities shares of weights that stay
 * @param bits of a code; 32 for weights that are not shared
 * @param orders of the stages
 * @param bitPrices loss that a bit a weight of the shared tensors costs; 0 for none
 * @param ranks shares of the squared singular values that stay, of dense networks that are stored
 *     as products of two thin matrices instead
 * @param biasBits of a bias and other plain numbers: 32, 16, or 8 and fewer for a uniform codebook
 * @param checkpointSeconds between two checkpoints of a stage
 * @param test whether the test set is read, once, with the finished file
 */
public record TrainingSettings(
    String network,
    String data,
    int heldOut,
    int images,
    int batch,
    int shift,
    boolean flip,
    List<Long> seeds,
    Phase dense,
    Prune prune,
    Share share,
    Distillation distillation,
    List<PerTensor> densities,
    List<PerTensor> bits,
    List<Order> orders,
    List<String> codebooks,
    List<Double> bitPrices,
    List<Double> ranks,
    List<String> encodings,
    List<Integer> biasBits,
    boolean test,
    double checkpointSeconds,
    String out,
    String modelsDir,
    String dataDir,
    String cache)
    implements Serializable {
  /**
   * One stage's training by stochastic gradient descent with momentum; the rate rises for the first
   * {@code warmUp} share of the steps and falls along a cosine to nothing or, where there are
   * {@code decays}, by 90 % at each.
   *
   * @param weightDecay of weights, not of biases
   * @param dropout share of values that dropout layers drop
   * @param decays shares of the steps, rising
   */
  public record Phase(
      int epochs,
      double rate,
      double momentum,
      double weightDecay,
      double warmUp,
      double dropout,
      List<Double> decays)
      implements Serializable {
    public Phase {
      decays = List.copyOf(decays);
    }

    /** The rate of a step, by its progress in 0..1 and the size of a step in the same unit. */
    public double rate(double progress, double step) {
      if (progress < warmUp) {
        return rate * (progress + step) / warmUp;
      }
      if (decays.isEmpty()) {
        return rate * (1 + Math.cos(Math.PI * (progress - warmUp) / (1 - warmUp))) / 2;
      }
      double fallen = rate;
      for (double at : decays) {
        fallen = progress >= at ? fallen / 10 : fallen;
      }
      return fallen;
    }

    /** What a stage's key says of its phase; results of before there were decays keep theirs. */
    public String key() {
      return "Phase[epochs=%s, rate=%s, momentum=%s, weightDecay=%s, warmUp=%s, dropout=%s%s]"
          .formatted(
              epochs,
              rate,
              momentum,
              weightDecay,
              warmUp,
              dropout,
              decays.isEmpty() ? "" : ", decays=" + decays);
    }
  }

  /**
   * The pruning stage.
   *
   * @param scope of one threshold
   * @param ramp share of the steps over which {@link Schedule#CUBIC} prunes
   * @param units share of each layer's neurons and filters that is left from the first step on;
   *     those go that no weight leads to or leads on from. Empty where weights go alone
   */
  public record Prune(
      Phase phase, Schedule schedule, Pruning.Scope scope, double ramp, List<PerTensor> units)
      implements Serializable {
    /** What tables say of units. */
    public String unitsLabel() {
      return units.isEmpty() ? NO_UNITS : units.get(0).label();
    }

    static final String NO_UNITS = "none";
  }

  /** The stage in which weights are codes. */
  public record Share(Phase phase, Trains trains) implements Serializable {}

  /** What the share stage trains. */
  public enum Trains {
    /** What codes stand for; codes stay as they were fitted. */
    LEVELS,
    /** Weights behind codes, which are given anew in each step (straight through). */
    WEIGHTS;

    public String label() {
      return NamedConstant.label(this);
    }
  }

  /** The order of the stages. */
  public enum Order {
    /** The paper's: codebooks are fitted to what pruning and retraining left. */
    PRUNE_FIRST,
    /** Codebooks are fitted to all weights of the dense network, then the smallest ones go. */
    SHARE_FIRST;

    public String label() {
      return NamedConstant.label(this);
    }
  }

  /** When weights are pruned. */
  public enum Schedule {
    /** All at the start. */
    ONE_SHOT,
    /** Along a cubic (Zhu and Gupta 2017) over the first {@code ramp} share of the steps. */
    CUBIC;

    public String label() {
      return NamedConstant.label(this);
    }
  }

  /**
   * Learning from the dense network while retraining and fine-tuning: {@code (1 - weight)} of the
   * loss is on labels, {@code weight} on the dense network's scores at a temperature.
   *
   * @param weight 0 for labels alone
   * @param once whether these scores are computed once for each image as it may be varied
   */
  public record Distillation(double weight, double temperature, boolean once)
      implements Serializable {
    public Distillation(double weight, double temperature) {
      this(weight, temperature, false);
    }

    /** What keys say of it; results of before scores were kept keep theirs. */
    @Override
    public String toString() {
      return "Distillation[weight=%s, temperature=%s%s]"
          .formatted(weight, temperature, once ? ", once" : "");
    }
  }
}
