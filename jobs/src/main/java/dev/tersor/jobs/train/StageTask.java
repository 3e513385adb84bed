package dev.tersor.jobs.train;

import ai.djl.ndarray.NDManager;
import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.Graph;
import dev.tersor.core.model.Parameter;
import dev.tersor.core.quantize.Assignment;
import dev.tersor.core.quantize.CodebookFitter;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.quantize.Points;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.jobs.config.TrainingSettings.Distillation;
import dev.tersor.jobs.config.TrainingSettings.Trains;
import dev.tersor.jobs.train.Trained.Epoch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Trains one stage, from where it was interrupted if it was. */
final class StageTask {
  private final Architecture architecture;
  private final Graph graph;
  private final List<Parameter> parameters;
  private final StageFiles files;
  private final TrainingImages images;
  private final int batch;
  private final double checkpointSeconds;

  /**
   * @param checkpointSeconds between two checkpoints: what a kill loses at most, and an epoch
   */
  StageTask(
      Architecture architecture,
      StageFiles files,
      TrainingImages images,
      int batch,
      double checkpointSeconds) {
    this.architecture = architecture;
    this.graph = architecture.graph().orElseThrow();
    this.parameters = architecture.parameters();
    this.files = files;
    this.images = images;
    this.batch = batch;
    this.checkpointSeconds = checkpointSeconds;
  }

  /**
   * Trains a dense or pruned network, unless that was done before.
   *
   * @throws DivergedException if its loss stops being a number
   */
  Trained train(Stage stage) throws IOException {
    Optional<Trained> held = files.read(stage.key());
    if (held.isPresent()) {
      return held.get();
    }
    Trained start =
        stage.parent() == null
            ? Trained.fresh(parameters, stage.seed())
            : files.read(stage.parent()).orElseThrow();
    try (Trainer trainer = new Trainer(graph, parameters, start.values(), stage.phase(), batch)) {
      if (stage instanceof Stage.Prune prune) {
        trainer.prune(pruner(prune, architecture));
        learn(trainer, stage, prune.distillation());
      }
      List<Epoch> epochs = run(stage, trainer);
      Trained trained = new Trained(trainer.weights().values(), epochs);
      files.write(
          stage.key(),
          parameters,
          trained,
          Map.of(
              "model", architecture.name(),
              "data", images.name(),
              "stage", stage.toString()));
      return trained;
    }
  }

  static Pruner pruner(Stage.Prune prune, Architecture architecture) {
    return new Pruner(
        prune.densities(),
        prune.scope(),
        prune.ramp(),
        prune.units()
            ? Optional.of(Units.of(architecture.graph().orElseThrow(), architecture.parameters()))
            : Optional.empty(),
        prune.unitShares());
  }

  private void learn(Trainer trainer, Stage stage, Distillation distillation) throws IOException {
    if (stage.teacher() != null) {
      trainer.learnFrom(
          graph, files.read(stage.teacher()).orElseThrow().values(), parameters, distillation);
    }
  }

  /**
   * A network whose weights are shared.
   *
   * @param trained every parameter, after the centroids were trained
   * @param sharedError held-out error before the centroids were trained
   * @param codebooks of the shared tensors
   * @param codes of the shared tensors
   */
  record Shared(
      Trained trained,
      double sharedError,
      Map<String, Codebook> codebooks,
      Map<String, byte[]> codes) {}

  /**
   * Shares the weights of a network and trains the centroids, or the weights behind their codes
   * where the stage says so or bits have a price; kept in memory alone.
   */
  Shared share(Stage.Share stage) throws IOException {
    Trained start = files.read(stage.parent()).orElseThrow();
    try (Trainer trainer = new Trainer(graph, parameters, start.values(), stage.phase(), batch)) {
      Map<String, byte[]> codes = new java.util.TreeMap<>();
      Map<String, Codebook> codebooks = new java.util.TreeMap<>();
      double price = stage.bitPrice() / Math.max(1, sharedWeights(stage));
      for (Parameter parameter : parameters) {
        String name = parameter.name();
        int bits = stage.bits().getOrDefault(name, Stage.Share.NOT_SHARED);
        if (bits == Stage.Share.NOT_SHARED) {
          continue;
        }
        float[] weights = start.values().get(name);
        CodebookFitter fitter = CodebookFitters.parse(stage.codebook());
        if (stage.trains() == Trains.WEIGHTS) {
          codebooks.put(
              name,
              trainer
                  .weights()
                  .trainBehindCodes(name, parameter.shape(), weights, fitter, bits, stage.seed()));
          continue;
        }
        Codebook fitted = fitter.fit(Points.ofNonZero(weights), bits, stage.seed());
        if (price > 0) {
          trainer.weights().rate(name, parameter.shape(), weights, fitter, fitted, price);
          codebooks.put(name, fitted);
          continue;
        }
        if (!(fitted instanceof Codebook.OfTensor codebook)) {
          throw new IllegalArgumentException(
              stage.codebook() + ": training shares the values of one codebook a tensor");
        }
        byte[] places = Assignment.codes(weights, codebook);
        if (stage.densities().containsKey(name)) {
          drop(places, weights, stage.densities().get(name));
        }
        codes.put(name, places);
        codebooks.put(name, codebook);
        trainer.weights().share(name, parameter.shape(), codebook, places);
      }
      double sharedError = trainer.error(images.heldOut());
      learn(trainer, stage, stage.distillation());
      List<Epoch> epochs = codebooks.isEmpty() ? List.of() : run(stage, trainer);
      codebooks.replaceAll((name, codebook) -> trainer.weights().codebook(name));
      codebooks.keySet().forEach(name -> codes.put(name, trainer.weights().codes(name)));
      return new Shared(
          new Trained(trainer.weights().values(), epochs), sharedError, codebooks, codes);
    }
  }

  private long sharedWeights(Stage.Share stage) {
    return parameters.stream()
        .filter(
            parameter ->
                stage.bits().getOrDefault(parameter.name(), Stage.Share.NOT_SHARED)
                    != Stage.Share.NOT_SHARED)
        .mapToLong(parameter -> parameter.shape().size())
        .sum();
  }

  /** Gives the smallest weights the code of zero. */
  private static void drop(byte[] codes, float[] weights, double density) {
    float[] kept = Pruner.kept(weights, density);
    for (int i = 0; i < codes.length; i++) {
      codes[i] = kept[i] == 0 ? 0 : codes[i];
    }
  }

  private List<Epoch> run(Stage stage, Trainer trainer) throws IOException {
    Optional<StageFiles.Partial> partial = files.readPartial(stage.key());
    partial.ifPresent(p -> trainer.weights().restore(p.snapshot()));
    long[] last = {System.nanoTime()};
    return trainer.train(
        images.training(),
        images.heldOut(),
        seed(stage),
        partial.map(StageFiles.Partial::epochs).orElse(List.of()),
        (snapshot, epochs) -> {
          Epoch epoch = epochs.get(epochs.size() - 1);
          try {
            files.report(stage.key(), line(stage, epoch));
            if ((System.nanoTime() - last[0]) / 1e9 >= checkpointSeconds) {
              files.writePartial(stage.key(), snapshot.get(), epochs);
              last[0] = System.nanoTime();
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Each stage sees the images in orders of its own. */
  static long seed(Stage stage) {
    return 1_000_003 * stage.seed() + stage.label().hashCode();
  }

  private String line(Stage stage, Epoch epoch) {
    return "%s seed %d, %s: epoch %d of %d, loss %.4f, held-out error %.2f %%, density %.2f %%, %.1f s"
        .formatted(
            architecture.name(),
            stage.seed(),
            stage.label(),
            epoch.number(),
            stage.phase().epochs(),
            epoch.loss(),
            100 * epoch.heldOutError(),
            100 * epoch.density(),
            epoch.seconds());
  }

  /** Share of held-out images that parameters classify wrongly. */
  double heldOutError(Map<String, float[]> values) {
    try (NDManager manager = Torch.manager()) {
      Weights weights = new Weights(manager, parameters, values);
      return new TorchNetwork(graph, weights::of).error(manager, images.heldOut());
    }
  }
}
