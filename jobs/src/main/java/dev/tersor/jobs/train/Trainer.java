package dev.tersor.jobs.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.tersor.core.model.Graph;
import dev.tersor.core.model.Parameter;
import dev.tersor.jobs.config.TrainingSettings.Distillation;
import dev.tersor.jobs.config.TrainingSettings.Phase;
import dev.tersor.jobs.train.Trained.Epoch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Trains a network through one phase. One instance trains in one thread. */
final class Trainer implements AutoCloseable {
  /** How often an epoch a gradual schedule prunes. */
  private static final int PRUNINGS_AN_EPOCH = 4;

  /** How often an epoch weights that are behind codes get these anew. */
  private static final int ASSIGNMENTS_AN_EPOCH = 32;

  /** Told after each epoch. */
  interface Listener {
    void epoch(Supplier<Weights.Snapshot> snapshot, List<Epoch> epochs);
  }

  private final NDManager manager;
  private final TorchNetwork network;
  private final Weights weights;
  private final Phase phase;
  private final int batch;
  private TorchNetwork teacher;
  private Distillation distillation;
  private Pruner pruner;

  Trainer(
      Graph graph,
      List<Parameter> parameters,
      Map<String, float[]> values,
      Phase phase,
      int batch) {
    this.manager = Torch.manager();
    this.weights = new Weights(manager, parameters, values);
    this.network = new TorchNetwork(graph, weights::of);
    this.phase = phase;
    this.batch = batch;
  }

  Weights weights() {
    return weights;
  }

  /** Makes the network learn from another one's scores as well. */
  void learnFrom(
      Graph graph, Map<String, float[]> values, List<Parameter> parameters, Distillation how) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      arrays.put(
          parameter.name(),
          manager.create(values.get(parameter.name()), Torch.shape(parameter.shape())));
    }
    this.teacher = new TorchNetwork(graph, arrays::get);
    this.distillation = how;
  }

  /** Prunes while it trains; the pruner's tensors alone. */
  void prune(Pruner how) {
    this.pruner = how;
  }

  /**
   * Trains.
   *
   * @param seed of the order of images and of dropout
   * @param done epochs that the weights have been through
   * @return all epochs
   * @throws DivergedException if the loss stops being a number
   */
  List<Epoch> train(
      Batches images, Batches heldOut, long seed, List<Epoch> done, Listener listener) {
    List<Epoch> epochs = new ArrayList<>(done);
    int steps = (images.count() + batch - 1) / batch;
    if (pruner != null) {
      mask(done.isEmpty() ? 0 : progress(done.size() * steps, steps));
    }
    for (int epoch = done.size(); epoch < phase.epochs(); epoch++) {
      long start = System.nanoTime();
      double loss = epoch(images, seed, epoch, steps);
      weights.assign();
      double seconds = (System.nanoTime() - start) / 1e9;
      epochs.add(new Epoch(epoch + 1, loss, error(heldOut), density(), seconds));
      listener.epoch(weights::snapshot, epochs);
    }
    if (pruner != null && phase.epochs() == 0) {
      mask(1);
    }
    return epochs;
  }

  private double epoch(Batches images, long seed, int epoch, int steps) {
    Batches.Epoch walk = images.shuffled(seed, epoch);
    SplittableRandom random = new SplittableRandom(~(31 * seed + epoch));
    TorchNetwork.Pass pass = new TorchNetwork.Pass(true, phase.dropout(), random);
    double losses = 0;
    for (int step = 0; walk.hasNext(); step++) {
      int at = epoch * steps + step;
      if (pruner != null
          && pruner.ramp() > 0
          && step % Math.max(1, steps / PRUNINGS_AN_EPOCH) == 0) {
        mask(progress(at, steps));
      }
      if (step > 0 && step % Math.max(1, steps / ASSIGNMENTS_AN_EPOCH) == 0) {
        weights.assign();
      }
      try (NDManager scratch = manager.newSubManager()) {
        Batches.Batch next = walk.next(scratch, batch);
        float loss = backward(scratch, next, pass);
        if (!Float.isFinite(loss)) {
          throw new DivergedException(
              "loss is %s in step %d of epoch %d; try a smaller rate than %s"
                  .formatted(loss, step + 1, epoch + 1, phase.rate()));
        }
        losses += (double) loss * next.labels().length;
      }
      weights.step((float) rate(at, steps), (float) phase.momentum(), (float) phase.weightDecay());
    }
    return losses / images.count();
  }

  /** Computes the loss of a batch and all gradients. */
  private float backward(NDManager scratch, Batches.Batch images, TorchNetwork.Pass pass) {
    NDArray taught =
        teacher == null
            ? null
            : teacher
                .scores(images.inputs(), TorchNetwork.Pass.TEST)
                .div(Torch.number(scratch, (float) distillation.temperature()))
                .softmax(1);
    Torch.recording(true);
    try {
      NDArray scores = network.scores(images.inputs(), pass);
      NDArray loss = CrossEntropy.of(scratch, scores, images.labels());
      if (taught != null) {
        float temperature = (float) distillation.temperature();
        float weight = (float) distillation.weight();
        NDArray softened = scores.div(Torch.number(scratch, temperature));
        NDArray soft = CrossEntropy.of(scratch, softened.logSoftmax(1), taught);
        // Hinton et al. 2015: gradients of soft targets shrink with the temperature squared.
        loss =
            loss.mul(Torch.number(scratch, 1 - weight))
                .add(soft.mul(Torch.number(scratch, weight * temperature * temperature)));
      }
      Torch.backward(loss);
      return loss.getFloat();
    } finally {
      Torch.recording(false);
    }
  }

  /** Share of images that are classified wrongly; not a number for none. */
  double error(Batches images) {
    return network.error(manager, images);
  }

  private double progress(int at, int steps) {
    return (double) at / Math.max(1, phase.epochs() * steps);
  }

  private double rate(int at, int steps) {
    return phase.rate(progress(at, steps), 1.0 / Math.max(1, phase.epochs() * steps));
  }

  private void mask(double progress) {
    pruner.masks(pruned(), progress).forEach(weights::mask);
  }

  private Map<String, float[]> pruned() {
    Map<String, float[]> values = new LinkedHashMap<>();
    pruner.densities().keySet().forEach(name -> values.put(name, weights.value(name)));
    return values;
  }

  private double density() {
    if (pruner == null) {
      return 1;
    }
    long kept = 0;
    long all = 0;
    for (float[] values : pruned().values()) {
      all += values.length;
      kept += Trained.nonZeros(values);
    }
    return (double) kept / all;
  }

  @Override
  public void close() {
    manager.close();
  }
}
