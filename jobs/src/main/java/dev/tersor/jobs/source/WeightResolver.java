package dev.tersor.jobs.source;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.DType;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.TensorSpec;
import dev.tersor.core.model.WeightSource;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.config.Nearest;
import dev.tersor.jobs.config.SweepSettings;
import dev.tersor.jobs.config.UnavailableException;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.source.TensorRef.Origin;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/** Finds the weights of the models of a sweep, by reading headers on the driver. */
public final class WeightResolver {
  private static final Pattern FLOATING =
      Pattern.compile("(?i).*(float|double|[fb]?f(8|64|128)|f8_.*)");

  private final SweepSettings settings;
  private final ModelCatalog catalog;
  private final SourceFiles files;
  private final Map<String, String> leftOut = new LinkedHashMap<>();

  public WeightResolver(SweepSettings settings, Configuration configuration) {
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
    String path = settings.weights().get(name);
    ResolvedModel model = path == null ? fromSources(catalog.get(name)) : fromFile(name, path);
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

  private ResolvedModel fromFile(String name, String path) {
    Checkpoint checkpoint;
    try {
      checkpoint = files.open(path);
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
    Optional<Architecture> architecture = catalog.find(name);
    if (architecture.isEmpty()) {
      return undescribed(name, checkpoint);
    }
    List<TensorRef> tensors = new ArrayList<>();
    for (TensorSpec spec : architecture.get().tensors()) {
      if (spec.prune()) {
        tensors.add(
            checked(name, spec, checkpoint, Origin.FILE)
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
                                + nearest(spec.name(), checkpoint)
                                + "; under a name that is no model's any checkpoint is taken")));
      }
    }
    return new ResolvedModel(
        name,
        architecture.get().title(),
        tensors,
        others(name, checkpoint, Origin.FILE, tensors),
        List.of());
  }

  /** The tensors of a checkpoint beside those that are swept. */
  private static List<TensorRef> others(
      String model, Checkpoint checkpoint, Origin origin, Collection<TensorRef> swept) {
    Set<String> names = swept.stream().map(TensorRef::name).collect(Collectors.toSet());
    List<TensorRef> others = new ArrayList<>();
    for (StoredTensor tensor : checkpoint.tensors()) {
      if (tensor.dtype() != DType.OTHER
          && !names.contains(tensor.name())
          && !names.contains(tensor.alias())) {
        others.add(TensorRef.undescribed(model, tensor, origin));
      }
    }
    return others;
  }

  /** Every floating-point tensor of rank 2 or more of a checkpoint that no description fits. */
  private ResolvedModel undescribed(String name, Checkpoint checkpoint) {
    List<TensorRef> tensors = new ArrayList<>();
    Map<String, Integer> skipped = new TreeMap<>();
    for (StoredTensor tensor : checkpoint.tensors()) {
      Shape shape = tensor.shape();
      if (shape.rank() < 2 || shape.size() == 0) {
        continue;
      }
      if (tensor.dtype() == DType.OTHER) {
        if (FLOATING.matcher(tensor.dtypeName()).matches()) {
          throw unsupported(name, tensor);
        }
        skipped.merge(tensor.dtypeName(), 1, Integer::sum);
        continue;
      }
      tensors.add(TensorRef.undescribed(name, tensor, Origin.FILE));
    }
    if (tensors.isEmpty()) {
      throw new UsageException(
          "weights: "
              + name
              + ": "
              + checkpoint.name()
              + " has no tensor of rank 2 or more in F32, F16 or BF16");
    }
    List<String> notes = new ArrayList<>();
    skipped.forEach((dtype, count) -> notes.add(count + " tensors of " + dtype + " left out"));
    return new ResolvedModel(
        name, checkpoint.name(), tensors, others(name, checkpoint, Origin.FILE, tensors), notes);
  }

  private ResolvedModel fromSources(Architecture architecture) {
    List<TensorSpec> wanted = architecture.tensors().stream().filter(TensorSpec::prune).toList();
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
    try {
      String path = files.path(source);
      Origin origin = SourceFiles.origin(source);
      Checkpoint checkpoint = files.open(path);
      for (TensorSpec spec : wanted) {
        boolean offered = origin != Origin.HUB || spec.hub();
        if (offered && !found.containsKey(spec.name())) {
          checked(architecture.name(), spec, checkpoint, origin)
              .ifPresent(ref -> found.put(spec.name(), ref));
        }
      }
      for (TensorRef other : others(architecture.name(), checkpoint, origin, found.values())) {
        others.putIfAbsent(other.name(), other);
      }
    } catch (FileNotFoundException e) {
      notes.add(files.label(source) + ": not there");
    } catch (IOException | IllegalArgumentException e) {
      notes.add(files.label(source) + ": " + say(e));
    } catch (MalformedInputException e) {
      throw new UsageException("models: " + architecture.name() + ": " + e.getMessage(), e);
    }
  }

  /** The tensor of a checkpoint that a description asks for, if it is there. */
  private static Optional<TensorRef> checked(
      String model, TensorSpec spec, Checkpoint checkpoint, Origin origin) {
    Optional<StoredTensor> stored = checkpoint.find(spec.name());
    if (stored.isEmpty()) {
      return Optional.empty();
    }
    if (!stored.get().shape().equals(spec.shape())) {
      throw new UsageException(
          "weights: "
              + model
              + ": tensor '"
              + spec.name()
              + "' of "
              + checkpoint.name()
              + " is "
              + stored.get().shape()
              + ", the model's is "
              + spec.shape());
    }
    if (stored.get().dtype() == DType.OTHER) {
      throw unsupported(model, stored.get());
    }
    return Optional.of(TensorRef.described(model, spec, origin, stored.get(), 0));
  }

  private static UsageException unsupported(String model, StoredTensor tensor) {
    return new UsageException(
        "weights: "
            + model
            + ": tensor '"
            + tensor.name()
            + "' of "
            + tensor.extent().file()
            + ": dtype "
            + tensor.dtypeName()
            + " is not supported, expected F32, F16 or BF16");
  }

  private static String nearest(String name, Checkpoint checkpoint) {
    return Nearest.to(name, checkpoint.tensors().stream().map(StoredTensor::alias).toList());
  }

  private static String say(Exception e) {
    return e.getMessage() == null
        ? e.getClass().getSimpleName()
        : e.getClass().getSimpleName() + ": " + e.getMessage();
  }
}
