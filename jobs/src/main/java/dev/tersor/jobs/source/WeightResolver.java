package dev.tersor.jobs.source;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.MissingDataException;
import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.NamedConstant;
import dev.tersor.core.model.TensorSpec;
import dev.tersor.core.model.WeightSource;
import dev.tersor.jobs.config.UnavailableException;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.config.WeightSettings;
import dev.tersor.jobs.source.TensorRef.Origin;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/** Finds the weights of the models of a sweep, by reading headers on the driver. */
public final class WeightResolver {
  private final WeightSettings settings;
  private final ModelCatalog catalog;
  private final SourceFiles files;
  private final Map<String, String> leftOut = new LinkedHashMap<>();

  public WeightResolver(WeightSettings settings, Configuration configuration) {
    this.settings = settings;
    this.catalog = new ModelCatalog(settings.modelsDir());
    this.files = new SourceFiles(settings, configuration);
  }

  /**
   * The models; those whose weights are not there are left out where the settings say so.
   *
   * @throws UsageException naming the model, the file and the tensor, if weights are missing,
   *     damaged, of another shape or dtype, or synthetic where trained ones are required
   * @throws UnavailableException if every model was left out
   */
  public List<ResolvedModel> resolve() {
    List<ResolvedModel> models = new ArrayList<>();
    for (String name : settings.models()) {
      try {
        models.add(resolve(name));
      } catch (UnavailableException e) {
        if (!settings.skipMissing()) {
          throw e;
        }
        leftOut.put(name, e.getMessage());
      }
    }
    if (models.isEmpty()) {
      throw UnavailableException.ofAll(
          "models: none is available: " + String.join("; ", leftOut.values()));
    }
    return models;
  }

  /** The models that were left out, with what is missing. */
  public Map<String, String> leftOut() {
    return Collections.unmodifiableMap(leftOut);
  }

  private ResolvedModel resolve(String name) {
    String path = settings.files().get(name);
    ResolvedModel model = path == null ? fromSources(catalog.get(name)) : fromFile(name, path);
    if (!settings.kinds().isEmpty()) {
      model = ofKinds(model);
    }
    if (settings.requireTrained() && model.isAnySynthetic()) {
      throw UnavailableException.of(
          "require-trained: model "
              + name
              + " has only synthetic weights here: "
              + String.join("; ", model.notes()),
          null);
    }
    return model;
  }

  /** What no description says is swept only where it looks like one of the kinds. */
  private ResolvedModel ofKinds(ResolvedModel model) {
    List<TensorRef> tensors = new ArrayList<>();
    List<TensorRef> others = new ArrayList<>(model.others());
    model
        .tensors()
        .forEach(
            tensor -> (settings.kinds().contains(tensor.kind()) ? tensors : others).add(tensor));
    if (tensors.isEmpty()) {
      throw new UsageException(
          "kinds: "
              + model.name()
              + " has no tensor of "
              + settings.kinds().stream()
                  .map(NamedConstant::label)
                  .collect(Collectors.joining(" or ")));
    }
    return new ResolvedModel(model.name(), model.title(), tensors, others, model.notes());
  }

  private ResolvedModel fromFile(String name, String path) {
    Checkpoint checkpoint;
    try {
      checkpoint = files.open(path);
    } catch (MissingDataException e) {
      throw UnavailableException.of("weights: " + name + ": " + e.getMessage(), e);
    } catch (FileNotFoundException e) {
      throw UnavailableException.of("weights: " + name + ": no such file: " + path, e);
    } catch (IOException e) {
      throw UnavailableException.of(
          "weights: " + name + ": cannot read " + path + ": " + say(e), e);
    } catch (IllegalArgumentException e) {
      throw new UsageException("weights: " + name + ": cannot read " + path + ": " + say(e), e);
    } catch (MalformedInputException e) {
      throw new UsageException("weights: " + name + ": " + e.getMessage(), e);
    }
    CheckpointTensors stored = new CheckpointTensors(name, checkpoint, Origin.FILE);
    Optional<Architecture> architecture = catalog.find(name);
    if (architecture.isEmpty() || architecture.get().tensors().isEmpty()) {
      return stored.undescribed();
    }
    List<TensorRef> tensors = new ArrayList<>();
    for (TensorSpec spec : architecture.get().tensors()) {
      if (settings.takes(spec)) {
        tensors.add(
            stored
                .find(spec)
                .orElseThrow(
                    () ->
                        new UsageException(
                            "weights: "
                                + name
                                + ": "
                                + path
                                + " has no tensor '"
                                + spec.name()
                                + "', nearest: "
                                + stored.nearest(spec.name())
                                + "; under a name that is no model's any checkpoint is taken")));
      }
    }
    return new ResolvedModel(
        name, architecture.get().title(), tensors, stored.others(tensors), List.of());
  }

  /** All tensors of the first source that is there. */
  private ResolvedModel asStored(Architecture architecture) {
    List<String> notes = new ArrayList<>();
    for (WeightSource source : architecture.sources()) {
      Optional<CheckpointTensors> stored = open(architecture, source, notes);
      if (stored.isPresent()) {
        ResolvedModel model = stored.get().undescribed();
        notes.addAll(model.notes());
        return new ResolvedModel(
            model.name(), architecture.title(), model.tensors(), model.others(), notes);
      }
    }
    throw UnavailableException.of(
        "models: " + architecture.name() + ": no source is there: " + String.join("; ", notes),
        null);
  }

  private ResolvedModel fromSources(Architecture architecture) {
    if (architecture.tensors().isEmpty()) {
      return asStored(architecture);
    }
    List<TensorSpec> wanted = architecture.tensors().stream().filter(settings::takes).toList();
    Map<String, TensorRef> found = new HashMap<>();
    Map<String, TensorRef> others = new LinkedHashMap<>();
    List<String> notes = new ArrayList<>();
    for (WeightSource source : architecture.sources()) {
      if (found.size() == wanted.size()) {
        break;
      }
      if (source instanceof WeightSource.Synthetic synthetic) {
        for (TensorSpec spec : wanted) {
          found.putIfAbsent(
              spec.name(),
              TensorRef.described(
                  architecture.name(), spec, Origin.SYNTHETIC, null, synthetic.seed()));
        }
      } else {
        take(architecture, source, wanted, found, others, notes);
      }
    }
    List<TensorRef> tensors = new ArrayList<>();
    for (TensorSpec spec : wanted) {
      if (!found.containsKey(spec.name())) {
        throw UnavailableException.of(
            "models: "
                + architecture.name()
                + ": no source has tensor '"
                + spec.name()
                + "': "
                + String.join("; ", notes),
            null);
      }
      tensors.add(found.get(spec.name()));
    }
    // What one source had in another shape, another source gave.
    wanted.forEach(spec -> others.remove(spec.name()));
    return new ResolvedModel(
        architecture.name(), architecture.title(), tensors, List.copyOf(others.values()), notes);
  }

  private void take(
      Architecture architecture,
      WeightSource source,
      List<TensorSpec> wanted,
      Map<String, TensorRef> found,
      Map<String, TensorRef> others,
      List<String> notes) {
    Optional<CheckpointTensors> opened = open(architecture, source, notes);
    if (opened.isEmpty()) {
      return;
    }
    CheckpointTensors stored = opened.get();
    for (TensorSpec spec : wanted) {
      boolean offered = stored.origin() != Origin.HUB || spec.hub();
      if (offered && !found.containsKey(spec.name())) {
        stored.find(spec).ifPresent(ref -> found.put(spec.name(), ref));
      }
    }
    for (TensorRef other : stored.others(found.values())) {
      others.putIfAbsent(other.name(), other);
    }
  }

  /** What a source has; empty, and noted why, if it is out of reach. */
  private Optional<CheckpointTensors> open(
      Architecture architecture, WeightSource source, List<String> notes) {
    try {
      return Optional.of(
          new CheckpointTensors(
              architecture.name(), files.open(source), SourceFiles.origin(source)));
    } catch (MissingDataException e) {
      notes.add(files.label(source) + ": " + e.getMessage());
    } catch (FileNotFoundException e) {
      notes.add(files.label(source) + ": not there");
    } catch (IOException e) {
      notes.add(files.label(source) + ": " + say(e));
    } catch (MalformedInputException e) {
      throw new UsageException("models: " + architecture.name() + ": " + e.getMessage(), e);
    }
    return Optional.empty();
  }

  private static String say(Exception e) {
    return e.getMessage() == null
        ? e.getClass().getSimpleName()
        : e.getClass().getSimpleName() + ": " + e.getMessage();
  }
}
