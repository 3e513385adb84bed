package dev.tersor.jobs.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.Parameter;
import dev.tersor.core.tensor.Centroids;
import dev.tersor.jobs.config.Pruning.Scope;
import dev.tersor.jobs.config.TrainingSettings.Distillation;
import dev.tersor.jobs.config.TrainingSettings.Phase;
import dev.tersor.jobs.data.DataCatalog;
import dev.tersor.jobs.data.DataSets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
  private static final Distillation NONE = new Distillation(0, 2);

  /** Garbage collections in a training, about. */
  private static final int COLLECTIONS = 60;

  @TempDir Path folder;
  private SmallDigits digits;

  @BeforeEach
  void write() throws IOException {
    digits = new SmallDigits(folder);
  }

  private Architecture architecture(String name) throws IOException {
    return Architecture.parse(digits.model(name), name);
  }

  private TrainingImages images(Architecture architecture) {
    LabelledImages images =
        new DataSets(folder.resolve("cache"))
            .train(new DataCatalog(folder.resolve("data").toString()).get("digits"));
    return TrainingImages.of(images, architecture.graph().orElseThrow(), 50, 0, 1, false);
  }

  private StageTask task(Architecture architecture, String out) throws IOException {
    StageFiles files = new StageFiles(folder.resolve(out).toString(), new Configuration());
    return new StageTask(architecture, files, images(architecture), 20, 0);
  }

  private static Phase phase(int epochs, double dropout) {
    return new Phase(epochs, 0.02, 0.9, 1e-4, 0.1, dropout, List.of());
  }

  @Test
  void ratesFallAlongACosineOrByNinetyPerCent() {
    Phase cosine = new Phase(10, 0.4, 0.9, 0, 0.2, 0, List.of());
    assertEquals(0.2, cosine.rate(0.1 - 0.01, 0.01), 1e-12);
    assertEquals(0.4, cosine.rate(0.2, 0.01), 1e-12);
    assertEquals(0.2, cosine.rate(0.6, 0.01), 1e-12);
    assertEquals(0, cosine.rate(1, 0.01), 1e-12);
    Phase steps = new Phase(40, 0.05, 0.9, 0, 0, 0, List.of(0.8, 0.925));
    assertEquals(0.05, steps.rate(0, 0.01), 1e-12);
    assertEquals(0.05, steps.rate(0.8 - 1e-9, 0.01), 1e-12);
    assertEquals(0.005, steps.rate(0.8, 0.01), 1e-12);
    assertEquals(0.0005, steps.rate(0.925, 0.01), 1e-12);
    // A training of before there were such falls is found again by its key.
    assertEquals(
        "Phase[epochs=10, rate=0.4, momentum=0.9, weightDecay=0.0, warmUp=0.2, dropout=0.0]",
        cosine.key());
    assertTrue(steps.key().contains("decays=[0.8, 0.925]"));
  }

  @Test
  void theSameSeedGivesTheSameBits() throws IOException {
    for (String name : List.of("tiny", "residual")) {
      Architecture architecture = architecture(name);
      Stage.Dense stage = Stage.Dense.of("test", phase(2, 0.2), 7);
      Trained a = task(architecture, name + "-a").train(stage);
      Trained b = task(architecture, name + "-b").train(stage);
      for (String parameter : a.values().keySet()) {
        assertArrayEquals(a.values().get(parameter), b.values().get(parameter), parameter);
      }
      Trained other =
          task(architecture, name + "-c").train(Stage.Dense.of("test", phase(2, 0.2), 8));
      String first = architecture.tensors().get(0).name();
      assertTrue(!Arrays.equals(a.values().get(first), other.values().get(first)));
    }
  }

  /** What PyTorch computes a gradient from must not be in memory that Java gives back before. */
  @Test
  void theGarbageCollectorChangesNothing() throws Exception {
    Architecture architecture = architecture("tiny");
    Stage.Dense dense = Stage.Dense.of("test", phase(1, 0), 3);
    Stage.Prune prune =
        Stage.Prune.of(
            dense,
            phase(40, 0),
            Map.of("fc1.weight", 0.3),
            Scope.TENSOR,
            0,
            Optional.empty(),
            new Distillation(0.7, 2));
    StageTask quiet = task(architecture, "quiet");
    quiet.train(dense);
    long started = System.nanoTime();
    Trained expected = quiet.train(prune);
    // A collection stops the training, for long in a large heap: so many, and not as many as go.
    long pause = (System.nanoTime() - started) / COLLECTIONS;
    StageTask disturbed = task(architecture, "disturbed");
    disturbed.train(dense);
    AtomicBoolean done = new AtomicBoolean();
    Thread collector =
        new Thread(
            () -> {
              while (!done.get()) {
                LockSupport.parkNanos(pause);
                System.gc();
                // What was given back is taken again, and filled.
                for (int i = 0; i < 200; i++) {
                  ByteBuffer.allocateDirect(4).putInt(0, -1);
                }
              }
            });
    collector.start();
    Trained trained;
    try {
      trained = disturbed.train(prune);
    } finally {
      done.set(true);
      collector.join();
    }
    for (String parameter : expected.values().keySet()) {
      assertArrayEquals(
          expected.values().get(parameter), trained.values().get(parameter), parameter);
    }
  }

  @Test
  void trainingLearns() throws IOException {
    Trained trained =
        task(architecture("tiny"), "out").train(Stage.Dense.of("test", phase(8, 0), 1));
    List<Trained.Epoch> epochs = trained.epochs();
    assertEquals(8, epochs.size());
    assertTrue(epochs.get(7).loss() < 0.3 * epochs.get(0).loss(), epochs::toString);
    assertTrue(epochs.get(7).heldOutError() < 0.25, epochs::toString);
  }

  /** Interrupted after each epoch, a stage ends with the very weights of one that was not. */
  @Test
  void anInterruptedStageEndsWithTheSameBits() throws IOException {
    interrupted("tiny", Map.of("fc1.weight", 0.3), 4, Optional.empty());
    interrupted("residual", Map.of("b", 0.3), 4, Optional.empty());
    // Scores of the teacher are kept where there are more epochs than ways to shift an image.
    interrupted(
        "tiny",
        Map.of("fc1.weight", 0.002, "fc2.weight", 0.2),
        10,
        Optional.of(Map.of("fc1.weight", 0.5)));
  }

  private void interrupted(
      String network,
      Map<String, Double> densities,
      int length,
      Optional<Map<String, Double>> units)
      throws IOException {
    Architecture architecture = architecture(network);
    String name = network + length;
    Stage.Dense dense = Stage.Dense.of("test", phase(3, 0.2), 1);
    Stage.Prune prune =
        Stage.Prune.of(
            dense,
            phase(length, 0),
            densities,
            Scope.TENSOR,
            0.7,
            units,
            new Distillation(0.5, 2, units.isPresent()));
    StageTask whole = task(architecture, name + "-whole");
    whole.train(dense);
    Trained expected = whole.train(prune);

    StageFiles files =
        new StageFiles(folder.resolve(name + "-parts").toString(), new Configuration());
    task(architecture, name + "-parts").train(dense);
    TrainingImages images = images(architecture);
    List<Parameter> parameters = architecture.parameters();
    for (int stop = 1; stop <= 3; stop++) {
      Map<String, float[]> start = files.read(dense.key()).orElseThrow().values();
      try (Trainer trainer =
          new Trainer(architecture.graph().orElseThrow(), parameters, start, prune.phase(), 20)) {
        trainer.prune(StageTask.pruner(prune, architecture));
        trainer.learnFrom(
            architecture.graph().orElseThrow(), start, parameters, prune.distillation());
        var partial = files.readPartial(prune.key());
        partial.ifPresent(p -> trainer.weights().restore(p.snapshot()));
        int last = stop;
        assertThrows(
            InterruptedTraining.class,
            () ->
                trainer.train(
                    images.training(),
                    images.heldOut(),
                    StageTask.seed(prune),
                    partial.map(StageFiles.Partial::epochs).orElse(List.of()),
                    (snapshot, epochs) -> {
                      write(files, prune.key(), snapshot.get(), epochs);
                      if (epochs.size() == last) {
                        throw new InterruptedTraining();
                      }
                    }));
      }
    }
    Trained resumed = task(architecture, name + "-parts").train(prune);
    assertEquals(length, resumed.epochs().size());
    expected
        .values()
        .forEach((key, value) -> assertArrayEquals(value, resumed.values().get(key), key));
  }

  /** A teacher's scores that were kept are those of the images as they are seen. */
  @Test
  void keptScoresAreThoseOfTheImages() throws IOException {
    Architecture architecture = architecture("tiny");
    Trained dense = task(architecture, "scores").train(Stage.Dense.of("test", phase(1, 0), 1));
    LabelledImages all =
        new DataSets(folder.resolve("cache"))
            .train(new DataCatalog(folder.resolve("data").toString()).get("digits"));
    for (boolean flip : new boolean[] {false, true}) {
      Batches images =
          TrainingImages.of(all, architecture.graph().orElseThrow(), 50, 100, 1, flip).training();
      assertEquals(flip ? 18 : 9, images.variants());
      try (NDManager manager = Torch.manager()) {
        Weights weights = new Weights(manager, architecture.parameters(), dense.values());
        TorchNetwork teacher = new TorchNetwork(architecture.graph().orElseThrow(), weights::of);
        TaughtScores kept = TaughtScores.of(teacher, 2, images, manager);
        Batches.Epoch epoch = images.shuffled(5, 3);
        while (epoch.hasNext()) {
          Batches.Batch batch = epoch.next(manager, 16);
          assertArrayEquals(
              TaughtScores.softened(teacher, 2, batch.inputs(), manager).toFloatArray(),
              kept.of(batch, manager).toFloatArray(),
              1e-5f);
        }
      }
    }
  }

  /** What is left of a network whose units went is on a path, biases too. */
  @Test
  void unitsGoWithTheirWeights() throws IOException {
    Architecture architecture = architecture("tiny");
    Stage.Dense dense = Stage.Dense.of("test", phase(2, 0), 1);
    StageTask task = task(architecture, "units");
    task.train(dense);
    for (double ramp : new double[] {0, 0.5}) {
      Stage.Prune prune =
          Stage.Prune.of(
              dense,
              phase(4, 0),
              Map.of("fc1.weight", 0.002, "fc2.weight", 0.15),
              Scope.TENSOR,
              ramp,
              Optional.of(Map.of("fc1.weight", 0.75)),
              NONE);
      Trained trained = task.train(prune);
      float[] in = trained.values().get("fc1.weight");
      float[] out = trained.values().get("fc2.weight");
      float[] bias = trained.values().get("fc1.bias");
      int dead = 0;
      for (int unit = 0; unit < 20; unit++) {
        boolean hasInput = nonZeros(Arrays.copyOfRange(in, unit * 784, (unit + 1) * 784)) > 0;
        boolean hasUse = false;
        for (int row = 0; row < 10; row++) {
          hasUse |= out[row * 20 + unit] != 0;
        }
        assertEquals(hasInput, hasUse, "unit " + unit);
        assertEquals(hasInput, bias[unit] != 0, "bias " + unit);
        dead += hasInput ? 0 : 1;
      }
      assertTrue(dead > 0 && dead < 20, dead + " of 20 units are dead");
      assertTrue(nonZeros(in) <= 31 && nonZeros(out) <= 30);
    }
  }

  private static void write(
      StageFiles files, String key, Weights.Snapshot snapshot, List<Trained.Epoch> epochs) {
    try {
      files.writePartial(key, snapshot, epochs);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static final class InterruptedTraining extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void prunedWeightsStayZero() throws IOException {
    Architecture architecture = architecture("tiny");
    Stage.Dense dense = Stage.Dense.of("test", phase(2, 0), 1);
    StageTask task = task(architecture, "out");
    task.train(dense);
    for (double ramp : new double[] {0, 0.5}) {
      Stage.Prune prune =
          Stage.Prune.of(
              dense,
              phase(3, 0),
              Map.of("fc1.weight", 0.1, "fc2.weight", 0.5),
              Scope.TENSOR,
              ramp,
              Optional.empty(),
              NONE);
      Trained trained = task.train(prune);
      assertEquals(1568, nonZeros(trained.values().get("fc1.weight")));
      assertEquals(100, nonZeros(trained.values().get("fc2.weight")));
      assertEquals(1668.0 / 15880, trained.epochs().get(2).density(), 1e-12);
    }
  }

  private static int nonZeros(float[] values) {
    int count = 0;
    for (float value : values) {
      count += value != 0 ? 1 : 0;
    }
    return count;
  }

  /** The gradient of a centroid is the sum of its weights' (Deep Compression, equation 3). */
  @Test
  void aCentroidMovesByTheSumOfItsWeightsGradients() {
    byte[] codes = {1, 0, 2, 1, 2, 2};
    Centroids codebook = new Centroids(2, new float[] {-0.5f, 0.25f});
    float[] factors = {1, 2, 3, 4, 5, 6};
    try (NDManager manager = Torch.manager()) {
      SharedVariable shared =
          new SharedVariable(manager, dev.tersor.core.tensor.Shape.of(2, 3), codebook, codes);
      assertArrayEquals(
          new float[] {-0.5f, 0, 0.25f, -0.5f, 0.25f, 0.25f}, shared.value().toFloatArray());
      Torch.recording(true);
      NDArray loss = shared.value().mul(manager.create(factors, new Shape(2, 3))).sum();
      Torch.backward(loss);
      Torch.recording(false);
      shared.step(0.01f, 0, 0);
      // Sums of the gradients: 1 + 4 for code 1, 3 + 5 + 6 for code 2; code 0 is not trained.
      assertArrayEquals(new float[] {0, -0.55f, 0.11f, 0}, shared.numbers(), 1e-6f);
      assertArrayEquals(
          new float[] {0, 0, 0, 0, 0, 0}, shared.value().getGradient().toFloatArray());
      assertEquals(new Centroids(2, new float[] {-0.55f, 0.11f}).value(2), 0.11f, 1e-6f);
    }
  }

  /** Velocity and decay word by word. */
  @Test
  void aStepIsThatOfTheFormula() {
    try (NDManager manager = Torch.manager()) {
      FreeVariable variable =
          new FreeVariable(
              manager, dev.tersor.core.tensor.Shape.of(3), new float[] {1, -2, 3}, true);
      double[] value = {1, -2, 3};
      double[] velocity = new double[3];
      float[] factors = {0.5f, 1, -1};
      for (int step = 0; step < 3; step++) {
        Torch.recording(true);
        Torch.backward(variable.value().mul(manager.create(factors)).sum());
        Torch.recording(false);
        variable.step(0.1f, 0.9f, 0.01f);
        for (int i = 0; i < 3; i++) {
          velocity[i] = 0.9 * velocity[i] - 0.1 * (factors[i] + 0.01 * value[i]);
          value[i] += velocity[i];
        }
      }
      for (int i = 0; i < 3; i++) {
        assertEquals(value[i], variable.numbers()[i], 1e-5);
      }
    }
  }

  /** Training moves the running statistics a tenth of the way to the batch's. */
  @Test
  void batchNormalisationKeepsNineTenthsOfItsStatistics() throws IOException {
    Architecture architecture =
        Architecture.parse(
            """
            name = n, title = n, input = [1, 1, 1], sources = []
            tensors = []
            graph { data = none, mean = [0], deviation = [1]
              layers = [{ op = batch-norm, name = n }, { op = flatten }] }
            """,
            "n");
    Map<String, float[]> values = new TreeMap<>();
    values.put("n.gamma", new float[] {2});
    values.put("n.beta", new float[] {1});
    values.put("n.moving_mean", new float[] {5});
    values.put("n.moving_variance", new float[] {4});
    try (NDManager manager = Torch.manager()) {
      Weights weights = new Weights(manager, architecture.parameters(), values);
      TorchNetwork network = new TorchNetwork(architecture.graph().orElseThrow(), weights::of);
      NDArray inputs = manager.create(new float[] {1, 3}, new Shape(2, 1, 1, 1));
      float[] tested = network.scores(inputs, TorchNetwork.Pass.TEST).toFloatArray();
      assertEquals(2 * (1 - 5) / Math.sqrt(4 + 1e-3) + 1, tested[0], 1e-5);
      float[] trained = network.scores(inputs, new TorchNetwork.Pass(true, 0, null)).toFloatArray();
      assertEquals(2 * (1 - 2) / Math.sqrt(1 + 1e-3) + 1, trained[0], 1e-5);
      assertEquals(0.9 * 5 + 0.1 * 2, weights.value("n.moving_mean")[0], 1e-5);
      // PyTorch's running variance is that of a sample: n - 1.
      assertEquals(0.9 * 4 + 0.1 * 2, weights.value("n.moving_variance")[0], 1e-5);
    }
  }

  @Test
  void aLossThatIsNoNumberEndsTheStage() throws IOException {
    StageTask task = task(architecture("linear"), "out");
    Stage.Dense stage = Stage.Dense.of("test", new Phase(3, 100, 0.9, 0, 0, 0, List.of()), 1);
    String message = assertThrows(DivergedException.class, () -> task.train(stage)).getMessage();
    assertTrue(
        message.matches("loss is (NaN|-?Infinity) in step \\d+ of epoch 1; try .*"), message);
  }
}
