package dev.tersor.jobs.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.tersor.core.model.Graph;
import dev.tersor.core.model.Parameter;
import dev.tersor.core.tensor.Shape;
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
  private final List<Parameter> parameters;
  private final Map<String, Integer> sizes = new LinkedHashMap<>();
  private final Phase phase;
  private final int batch;
  private TorchNetwork teacher;
  private Distillation distillation;
  private TaughtScores taughtOnce;
  private Pruner pruner;
  private Compaction compaction;

  /** Share of each tensor's weights that is around units that are left in the beginning. */
  private final Map<String, Double> most = new LinkedHashMap<>();

  Trainer(
      Graph graph,
      List<Parameter> parameters,
      Map<String, float[]> values,
      Phase phase,
      int batch) {
    this.manager = Torch.manager();
    this.parameters = parameters;
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

  /** Prunes while it trains: the pruner's tensors, and biases of units that go with them. */
  void prune(Pruner how) {
    this.pruner = how;
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      shapes.put(parameter.name(), parameter.shape());
      sizes.put(parameter.name(), Math.toIntExact(parameter.shape().size()));
    }
    if (how.units().isPresent()) {
      compaction = new Compaction(manager, how.units().get(), shapes);
      network.compact(compaction);
      Map<String, float[]> alive = how.units().get().strongest(how.unitShares(), weights.values());
      alive.forEach(
          (name, mask) -> {
            weights.remove(name, mask);
            most.put(name, (double) Trained.nonZeros(mask) / mask.length);
          });
    }
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
    // Fewer epochs than ways to vary an image need fewer scores than there are.
    if (teacher != null && distillation.once() && phase.epochs() > images.variants()) {
      taughtOnce = TaughtScores.of(teacher, (float) distillation.temperature(), images, manager);
    }
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
    NDArray taught = taught(scratch, images);
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

  private NDArray taught(NDManager scratch, Batches.Batch images) {
    if (teacher == null) {
      return null;
    }
    return taughtOnce == null
        ? TaughtScores.softened(
            teacher, (float) distillation.temperature(), images.inputs(), scratch)
        : taughtOnce.of(images, scratch);
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
    Map<String, float[]> trained = new LinkedHashMap<>();
    pruner.densities().keySet().forEach(name -> trained.put(name, weights.value(name)));
    Map<String, float[]> masks = pruner.masks(trained, most, progress);
    masks.forEach(weights::mask);
    Map<String, float[]> alive = pruner.alive(masks, sizes);
    alive.forEach(weights::remove);
    if (compaction != null) {
      compaction.leave(alive);
    }
  }

  private double density() {
    if (pruner == null) {
      return 1;
    }
    long kept = 0;
    long all = 0;
    for (String name : pruner.densities().keySet()) {
      float[] values = weights.value(name);
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
