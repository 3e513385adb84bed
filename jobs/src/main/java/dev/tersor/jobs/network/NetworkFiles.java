package dev.tersor.jobs.network;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.MissingDataException;
import dev.tersor.core.checkpoint.OpenCheckpoint;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.encode.NetworkFile;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.encode.OpenNetwork;
import dev.tersor.core.network.Calibrations;
import dev.tersor.core.network.CompressedNetwork;
import dev.tersor.core.network.ExactFiles;
import dev.tersor.core.network.Networks;
import dev.tersor.jobs.config.LayerSettings;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.source.HadoopSource;
import dev.tersor.jobs.source.NewFile;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;

/** Checkpoints to network files and back, on any Hadoop file system. */
public final class NetworkFiles {
  private static final int MAX_BYTES = Integer.MAX_VALUE - 8;
  private static final int HEAD_BYTES = 5;

  private final Configuration configuration;

  public NetworkFiles(Configuration configuration) {
    this.configuration = configuration;
  }

  /**
   * Compresses a checkpoint, as {@link CompressedNetwork} says.
   *
   * @param measured what was measured on data
   * @param progress told the name of each tensor before it is compressed, by several threads
   * @throws UsageException naming the file and the tensor, if one cannot be read or be held
   */
  public CompressedNetwork compress(
      String checkpoint,
      String to,
      LayerSettings settings,
      Measured measured,
      long seed,
      Consumer<String> progress)
      throws IOException {
    CompressedNetwork network = compressed(checkpoint, settings, measured, seed, progress);
    NewFile.write("compress", to, configuration, out -> out.write(network.bytes()));
    return network;
  }

  /**
   * Checkpoints of what was measured on data of a network's tensors.
   *
   * @param saliency path; null where none is given
   * @param inputs path of the mean products of layers' inputs; null where none is given
   */
  public record Measured(String saliency, String inputs) {
    static final Measured NOTHING = new Measured(null, null);
  }

  private Calibrations calibrations(Measured measured) {
    return new Calibrations(
        opened("saliency", measured.saliency()), opened("input-products", measured.inputs()));
  }

  private Optional<OpenCheckpoint> opened(String option, String path) {
    if (path == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(OpenCheckpoint.of(path, this::checkpoint));
    } catch (IOException | MalformedInputException | IllegalArgumentException e) {
      throw new UsageException(option + ": cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  private CompressedNetwork compressed(
      String checkpoint,
      LayerSettings settings,
      Measured measured,
      long seed,
      Consumer<String> progress) {
    Calibrations calibrations = calibrations(measured);
    try {
      OpenCheckpoint opened = OpenCheckpoint.of(checkpoint, this::checkpoint);
      List<String> names = opened.tensors().stream().map(StoredTensor::name).toList();
      for (String unused : settings.unused(names)) {
        throw new UsageException(
            "compress: no tensor of " + checkpoint + " is called '" + unused + "'");
      }
      return CompressedNetwork.of(
          opened, name -> settings.of(name).seed(seed), calibrations, progress);
    } catch (MalformedInputException | MissingDataException | IllegalArgumentException e) {
      throw new UsageException("compress: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UsageException("compress: cannot read " + checkpoint + ": " + e.getMessage(), e);
    }
  }

  /**
   * The tensors of a network file, or of a checkpoint that is compressed for it.
   *
   * @param command what messages begin with
   * @param settings of a checkpoint; empty where none were given
   * @throws UsageException naming the file and the tensor, if one cannot be read or be held, or if
   *     settings are given for a network file
   */
  public List<NetworkTensor> tensorsOf(
      String command, String file, Optional<LayerSettings> settings, long seed) {
    if (isNetwork(file)) {
      if (settings.isPresent()) {
        throw new UsageException(
            command
                + ": "
                + file
                + " is compressed already; options of compress are for checkpoints");
      }
      return tensors(command, file);
    }
    LayerSettings given = settings.orElseGet(() -> LayerSettings.load(null, Map.of()));
    return compressed(file, given, Measured.NOTHING, seed, name -> {}).tensors();
  }

  private boolean isNetwork(String file) {
    try (HadoopSource source = open(file)) {
      byte[] head = new byte[(int) Math.min(HEAD_BYTES, source.length())];
      source.readFully(0, head, 0, head.length);
      return head.length == HEAD_BYTES
          && NetworkFile.mayStartWith(head)
          && !NetworkFile.isExact(head);
    } catch (IOException e) {
      throw new UsageException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** A file, or the one that it holds as it is. */
  private ByteSource checkpoint(String path) throws IOException {
    HadoopSource source = open(path);
    return ExactFiles.isOne(source) ? ExactFiles.open(source, Optional.empty()) : source;
  }

  private HadoopSource open(String path) {
    try {
      return new HadoopSource(path, configuration);
    } catch (IOException | IllegalArgumentException e) {
      throw new UsageException("cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  /**
   * Writes a network file's tensors as a safetensors file of F32.
   *
   * @param tensor the one to write; all without it
   * @return the tensors
   * @throws UsageException if it is none, or has no such tensor
   */
  public List<NetworkTensor> decompress(String file, String to, Optional<String> tensor)
      throws IOException {
    List<NetworkTensor> all = tensors("decompress", file);
    List<NetworkTensor> tensors =
        all.stream().filter(known -> tensor.map(known.name()::equals).orElse(true)).toList();
    if (tensor.isPresent() && tensors.isEmpty()) {
      throw new UsageException(
          "decompress: no tensor of %s is called '%s'".formatted(file, tensor.get()));
    }
    try {
      NewFile.write(
          "decompress", to, configuration, out -> Networks.writeSafetensors(tensors, out));
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "decompress: " + file + ": no safetensors file holds it: " + e.getMessage(), e);
    }
    return tensors;
  }

  /**
   * The tensors of a network file.
   *
   * @param command what messages begin with
   * @throws UsageException if it is none, or cannot be read
   */
  public List<NetworkTensor> tensors(String command, String file) {
    return read(
        command,
        file,
        bytes -> ForkJoinPool.commonPool().submit(() -> NetworkFile.read(bytes)).join());
  }

  /**
   * A network file with its tensors coded still.
   *
   * @param command what messages begin with
   * @throws UsageException if it is none, or cannot be read
   */
  public OpenNetwork open(String command, String file) {
    return read(command, file, OpenNetwork::read);
  }

  private <T> T read(String command, String file, Function<byte[], T> reader) {
    byte[] bytes = read(command, file);
    if (!NetworkFile.mayStartWith(bytes)) {
      throw new UsageException(
          "%s: %s is no network file; sweep compress makes one of a checkpoint"
              .formatted(command, file));
    }
    try {
      return reader.apply(bytes);
    } catch (MalformedInputException e) {
      throw new UsageException(
          command + ": " + file + ", byte " + e.position() + ": " + e.getMessage(), e);
    }
  }

  private byte[] read(String command, String file) {
    try (HadoopSource source = open(file)) {
      if (source.length() > MAX_BYTES) {
        throw new UsageException(command + ": " + file + " is longer than a network file can be");
      }
      byte[] bytes = new byte[(int) source.length()];
      source.readFully(0, bytes, 0, bytes.length);
      return bytes;
    } catch (IOException e) {
      throw new UsageException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
