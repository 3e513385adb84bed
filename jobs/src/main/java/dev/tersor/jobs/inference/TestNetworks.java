package dev.tersor.jobs.inference;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.model.Architecture;
import dev.tersor.jobs.config.CacheFolder;
import dev.tersor.jobs.config.EvaluationSettings;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.data.DataCatalog;
import dev.tersor.jobs.data.DataSets;
import dev.tersor.jobs.source.HeldFile;
import dev.tersor.jobs.source.ModelCatalog;
import dev.tersor.jobs.source.ResolvedModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;

/** Finds how models compute, and the images that they are tested on. */
public final class TestNetworks {
  /** A model of a sweep that can be evaluated. */
  public record Subject(ResolvedModel model, TestNetwork network, LabelledImages images) {}

  private final EvaluationSettings settings;
  private final ModelCatalog models;
  private final DataCatalog catalog;
  private final DataSets sets;
  private final Configuration configuration;
  private final Map<String, LabelledImages> images = new HashMap<>();

  /**
   * @param cache as given, empty for the user's; where it is no folder of this machine, data sets
   *     are looked for in the user's
   */
  public TestNetworks(
      EvaluationSettings settings, String modelsDir, String cache, Configuration configuration) {
    this.settings = settings;
    this.models = new ModelCatalog(modelsDir);
    this.catalog = new DataCatalog(settings.dataDir());
    this.sets = new DataSets(CacheFolder.near(cache));
    this.configuration = configuration;
    if (!settings.data().isEmpty()) {
      catalog.get(settings.data());
    }
  }

  /**
   * The models that can be evaluated: their weights are trained ones, how they compute is known,
   * and their test images and the engine are here.
   *
   * @param weights checkpoints that were given for models, by name
   * @param notes told what is missing, a line each
   * @throws UsageException if a file that the user named for this cannot be read
   */
  public List<Subject> of(
      List<ResolvedModel> resolved, Map<String, String> weights, Consumer<String> notes) {
    List<Subject> subjects = new ArrayList<>();
    for (ResolvedModel model : settings.enabled() ? resolved : List.<ResolvedModel>of()) {
      if (model.isAnySynthetic()) {
        if (settings.graphs().containsKey(model.name())) {
          notes.accept(model.name() + " is not evaluated: weights of it are synthetic");
        }
        continue;
      }
      Optional<TestNetwork> network = network(model.name(), weights.get(model.name()), notes);
      if (network.isPresent()) {
        try {
          Engine.check();
          LabelledImages test = images(network.get().data());
          subjects.add(new Subject(model, network.get(), test));
        } catch (UsageException e) {
          notes.accept(model.name() + " is not evaluated: " + e.getMessage());
        }
      }
    }
    return subjects;
  }

  private Optional<TestNetwork> network(String model, String weights, Consumer<String> notes) {
    String graph = settings.graphs().get(model);
    if (graph != null) {
      return Optional.of(onnx(graph));
    }
    Optional<Architecture> described =
        models.find(model).filter(architecture -> architecture.graph().isPresent());
    if (described.isPresent()) {
      return described.map(TestNetwork::of);
    }
    if (settings.data().isEmpty() || weights == null) {
      return Optional.empty();
    }
    if (!isOnnx(weights)) {
      notes.accept(
          "%s is not evaluated: %s is no ONNX model; --graph %s=NET.onnx says how it computes"
              .formatted(model, weights, model));
      return Optional.empty();
    }
    return Optional.of(onnx(weights));
  }

  private boolean isOnnx(String path) {
    try (ByteSource source = HeldFile.open(path, configuration)) {
      return Checkpoint.open(source).format() == Checkpoint.Format.ONNX;
    } catch (IOException e) {
      throw new UsageException("graph: cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  /**
   * The network of an ONNX file, tested on the images of the settings.
   *
   * @throws UsageException naming the file, if it cannot be read
   */
  public TestNetwork onnx(String path) {
    try (ByteSource source = HeldFile.open(path, configuration)) {
      return TestNetwork.read(source, settings.data(), settings.mean(), settings.deviation());
    } catch (IOException | IllegalArgumentException e) {
      throw new UsageException("graph: cannot read " + path + ": " + e.getMessage(), e);
    } catch (MalformedInputException e) {
      throw new UsageException("graph: " + e.getMessage(), e);
    }
  }

  /**
   * The network of a described model.
   *
   * @throws UsageException if there is no such model, or it is not known how it computes
   */
  public TestNetwork described(String model) {
    Architecture architecture = models.get(model);
    if (architecture.graph().isEmpty()) {
      throw new UsageException(
          "model: the description of "
              + model
              + " has no graph; --graph NET.onnx --data NAME says how it computes");
    }
    return TestNetwork.of(architecture);
  }

  /**
   * Images that networks are trained with.
   *
   * @throws UsageException if there is no such set, or it is not here
   */
  public LabelledImages trainingImages(String data) {
    try {
      return sets.train(catalog.get(data));
    } catch (UsageException e) {
      throw catalog.names().contains(data)
          ? new UsageException(e.getMessage() + " (bin/fetch " + data + ")", e)
          : e;
    }
  }

  /**
   * Images to test with.
   *
   * @throws UsageException if there is no such set, or it is not here
   */
  public LabelledImages images(String data) {
    return images.computeIfAbsent(
        data,
        name -> {
          try {
            return sets.test(catalog.get(name));
          } catch (UsageException e) {
            throw catalog.names().contains(name)
                ? new UsageException(e.getMessage() + " (bin/fetch " + name + ")", e)
                : e;
          }
        });
  }
}
