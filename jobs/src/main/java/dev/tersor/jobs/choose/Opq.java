package dev.tersor.jobs.choose;

import dev.tersor.core.index.Access;
import dev.tersor.jobs.choose.ClosedForm.Scale;
import dev.tersor.jobs.config.BitWidth;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.plan.Setting;
import dev.tersor.jobs.source.TensorRef;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * One-shot pruning and quantisation by {@link ClosedForm}, as a baseline: the sparsity of the whole
 * network is given, that of each layer and the one step of all follow. The step is the one number
 * that is left, and is found by bisection, each a file that is made and measured, so that the
 * target is met.
 */
public final class Opq {
  private static final int BITS = 8;
  private static final int ROUNDS = 12;

  /** Steps to the largest weight of a network: of fewer all is zero, of more some are clamped. */
  private static final double FEWEST = 0.5;

  private static final double MOST = 127;

  private final JavaSparkContext spark;
  private final ChosenNetwork network;
  private final Frame frame;
  private final List<TensorRef> tensors;
  private final String recipe;

  /** A choice with the file that was made of it. */
  public record Made(Choice choice, ChosenNetwork.Written written) {}

  /**
   * @param tensors the layers
   * @param recipe of all of them
   */
  public Opq(
      SparkSession session,
      ChosenNetwork network,
      Frame frame,
      List<TensorRef> tensors,
      String recipe) {
    this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    this.network = network;
    this.frame = frame;
    this.tensors = List.copyOf(tensors);
    this.recipe = recipe;
  }

  /**
   * The choice under a target, and its file.
   *
   * @param sparsity of all layers together, in [0, 1)
   * @throws UsageException saying what is the nearest, if no step meets the target
   */
  public Made under(ChoiceTarget target, double sparsity) {
    List<CodingTask> tasks = network.layers(tensors);
    List<CodingTask.Scales> found =
        spark.parallelize(tasks, tasks.size()).map(CodingTask::scales).collect();
    List<Scale> scales = new ArrayList<>();
    double largest = 0;
    for (int i = 0; i < tensors.size(); i++) {
      scales.add(new Scale(tensors.get(i).shape().size(), found.get(i).meanMagnitude()));
      largest = Math.max(largest, found.get(i).largest());
    }
    double threshold = ClosedForm.threshold(scales, sparsity);
    // The finer the step the larger the file, and the smaller the error.
    double fine = largest / MOST;
    double coarse = largest / FEWEST;
    boolean isError = target.kind() == ChoiceTarget.Kind.SQNR;
    Made best = made(isError ? fine : coarse, threshold, scales, found);
    if (!meets(target, best)) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "choose: %s cannot be reached by opq at sparsity %s; the nearest is %.2f dB in %,d"
                  + " bytes",
              target.options(),
              sparsity,
              Choice.decibels(best.choice().power(), best.written().error()),
              best.written().bytes().length));
    }
    for (int round = 0; round < ROUNDS; round++) {
      double middle = Math.sqrt(fine * coarse);
      Made tried = made(middle, threshold, scales, found);
      boolean isMet = meets(target, tried);
      if (isMet) {
        best = tried;
      }
      if (isMet == isError) {
        fine = middle;
      } else {
        coarse = middle;
      }
    }
    return best;
  }

  private boolean meets(ChoiceTarget target, Made made) {
    return target.kind() == ChoiceTarget.Kind.SQNR
        ? Choice.decibels(made.choice().power(), made.written().error()) >= target.value()
        : made.written().bytes().length <= target.bytes(frame.numbers(made.choice().layers()));
  }

  private Made made(
      double step, double threshold, List<Scale> scales, List<CodingTask.Scales> found) {
    double rounded = new BigDecimal(step).round(new MathContext(4)).doubleValue();
    String codebook = "uniform(step=" + rounded + ")";
    List<Layer> layers = new ArrayList<>();
    List<Candidate> chosen = new ArrayList<>();
    double bits = 0;
    for (int i = 0; i < tensors.size(); i++) {
      Scale scale = scales.get(i);
      double share = Math.rint(1e6 * ClosedForm.sparsity(scale, threshold)) / 1e6;
      double layerBits = scale.weights() * ClosedForm.bits(scale, threshold, rounded);
      Pruning pruning =
          share == 0
              ? new Pruning(Pruning.Scope.ASIS, Double.NaN, false)
              : new Pruning(Pruning.Scope.TENSOR, Math.min(share, 0.999999), false);
      // Of a uniform step within each level, and all of what is pruned.
      double error =
          scale.weights()
              * (ClosedForm.pruningError(scale, threshold) + (1 - share) * rounded * rounded / 12);
      Candidate candidate =
          new Candidate(
              new Setting(pruning, new BitWidth(BITS), codebook, recipe),
              recipe,
              BITS,
              Math.round(layerBits / Byte.SIZE),
              error,
              error,
              0,
              Access.SEQUENTIAL,
              Float.BYTES,
              List.of());
      bits += layerBits;
      chosen.add(candidate);
      layers.add(new Layer(tensors.get(i), found.get(i).power(), List.of(candidate)));
    }
    long bytes = Math.round(bits / Byte.SIZE) + frame.bytes(layers, chosen);
    Choice choice = new Choice(layers, chosen, bytes, Double.NaN);
    return new Made(choice, network.write(choice));
  }
}
