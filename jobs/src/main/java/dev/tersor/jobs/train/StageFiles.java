package dev.tersor.jobs.train;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.SafetensorsWriter;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.model.Parameter;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.source.HadoopSource;
import dev.tersor.jobs.source.WholeFile;
import dev.tersor.jobs.train.Trained.Epoch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folder {@code networks} of a results folder: {@code KEY.safetensors} for a stage that is
 * over, {@code KEY.partial} for one that is under way, {@code KEY.tersor} for a finished network.
 * Files appear whole.
 */
final class StageFiles {
  private static final String EPOCHS = "epochs";
  private static final String VELOCITY = "velocity/";

  private final Path folder;
  private final FileSystem files;
  private final Configuration configuration;

  StageFiles(String out, Configuration configuration) throws IOException {
    this.folder = new Path(new Path(out), "networks");
    this.files = folder.getFileSystem(configuration);
    this.configuration = configuration;
  }

  /** A stage under way. */
  record Partial(Weights.Snapshot snapshot, List<Epoch> epochs) {}

  Path finished(String key) {
    return new Path(folder, key + ".safetensors");
  }

  private Path partial(String key) {
    return new Path(folder, key + ".partial");
  }

  /** What a stage ended with, unless it is not over. */
  Optional<Trained> read(String key) throws IOException {
    if (!files.exists(finished(key))) {
      return Optional.empty();
    }
    Read read = read(finished(key));
    return Optional.of(new Trained(read.values(), read.epochs()));
  }

  void write(String key, List<Parameter> parameters, Trained trained, Map<String, String> facts)
      throws IOException {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    parameters.forEach(parameter -> shapes.put(parameter.name(), parameter.shape()));
    write(finished(key), shapes, trained.values(), trained.epochs(), facts);
    clear(key);
  }

  /** Where a stage was interrupted; empty if nowhere, or if what is there cannot be used. */
  Optional<Partial> readPartial(String key) throws IOException {
    if (!files.exists(partial(key))) {
      return Optional.empty();
    }
    try {
      Read read = read(partial(key));
      Map<String, float[]> values = new LinkedHashMap<>();
      Map<String, float[]> velocities = new LinkedHashMap<>();
      read.values()
          .forEach(
              (name, value) -> {
                if (name.startsWith(VELOCITY)) {
                  velocities.put(name.substring(VELOCITY.length()), value);
                } else {
                  values.put(name, value);
                }
              });
      return Optional.of(new Partial(new Weights.Snapshot(values, velocities), read.epochs()));
    } catch (MalformedInputException e) {
      return Optional.empty();
    }
  }

  void writePartial(String key, Weights.Snapshot snapshot, List<Epoch> epochs) throws IOException {
    Map<String, float[]> all = new LinkedHashMap<>(snapshot.values());
    snapshot.velocities().forEach((name, value) -> all.put(VELOCITY + name, value));
    Map<String, Shape> shapes = new LinkedHashMap<>();
    all.forEach((name, value) -> shapes.put(name, Shape.of(value.length)));
    write(partial(key), shapes, all, epochs, Map.of());
  }

  private record Read(Map<String, float[]> values, List<Epoch> epochs) {}

  private Read read(Path file) throws IOException {
    try (HadoopSource source = new HadoopSource(file.toString(), configuration)) {
      Checkpoint checkpoint = Checkpoint.open(source);
      Map<String, float[]> values = new LinkedHashMap<>();
      for (StoredTensor tensor : checkpoint.tensors()) {
        values.put(
            tensor.name(),
            Checkpoint.read(tensor, source, 0, Math.toIntExact(tensor.shape().size())));
      }
      List<Epoch> epochs = new ArrayList<>();
      String text = checkpoint.metadata().getOrDefault(EPOCHS, "");
      for (String line : text.isEmpty() ? new String[0] : text.split(";", -1)) {
        epochs.add(Epoch.parse(line));
      }
      return new Read(values, epochs);
    }
  }

  private void write(
      Path to,
      Map<String, Shape> shapes,
      Map<String, float[]> values,
      List<Epoch> epochs,
      Map<String, String> facts)
      throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>(facts);
    metadata.put(EPOCHS, String.join(";", epochs.stream().map(Epoch::text).toList()));
    write(
        to,
        out -> {
          SafetensorsWriter writer = new SafetensorsWriter(out, shapes, metadata);
          for (Map.Entry<String, float[]> tensor : new TreeMap<>(values).entrySet()) {
            writer.write(tensor.getKey(), tensor.getValue());
          }
          writer.close();
        });
  }

  private void write(Path to, WholeFile.Body body) throws IOException {
    WholeFile.write(files, to, WholeFile.Existing.GOES, body);
  }

  /** The finished network's file. */
  Path writeNetwork(String key, byte[] bytes) throws IOException {
    Path to = new Path(folder, key + ".tersor");
    write(to, out -> out.write(bytes));
    return to;
  }

  /** All of a small file. */
  byte[] bytes(Path file) throws IOException {
    try (HadoopSource source = new HadoopSource(file.toString(), configuration)) {
      byte[] bytes = new byte[Math.toIntExact(source.length())];
      source.readFully(0, bytes, 0, bytes.length);
      return bytes;
    }
  }

  /** Leaves word of where a stage is, for the driver to show. */
  void report(String key, String line) throws IOException {
    write(progress(key), out -> out.write(line.getBytes(StandardCharsets.UTF_8)));
  }

  Optional<String> reported(String key) throws IOException {
    return files.exists(progress(key))
        ? Optional.of(new String(bytes(progress(key)), StandardCharsets.UTF_8))
        : Optional.empty();
  }

  private Path progress(String key) {
    return new Path(folder, key + ".progress");
  }

  /** Removes what only a stage under way needs. */
  void clear(String key) throws IOException {
    files.delete(partial(key), false);
    files.delete(progress(key), false);
  }
}
