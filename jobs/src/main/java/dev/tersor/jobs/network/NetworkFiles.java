package dev.tersor.jobs.network;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.DType;
import dev.tersor.core.checkpoint.MissingDataException;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.encode.Limits;
import dev.tersor.core.encode.NetworkFile;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.encode.OpenNetwork;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.config.LayerSettings;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.source.DecodedNetworks;
import dev.tersor.jobs.source.HadoopSource;
import dev.tersor.jobs.source.NewFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;

/** Checkpoints to network files and back, on any Hadoop file system. */
public final class NetworkFiles {
  /**
   * A network file that was written, read again and compared.
   *
   * @param tensors as they came out of the file
   * @param bytes its length
   * @param tensorBytes what each tensor takes of it
   */
  public record Compressed(List<NetworkTensor> tensors, int bytes, List<Integer> tensorBytes) {}

  private static final int MAX_WEIGHTS = Integer.MAX_VALUE - 8;

  private final Configuration configuration;

  public NetworkFiles(Configuration configuration) {
    this.configuration = configuration;
  }

  /**
   * Compresses a checkpoint. Tensors of rank 2 and more are pruned, quantised and encoded; others
   * are stored as numbers. Nothing is left out.
   *
   * @param progress told the name of each tensor before it is compressed, by several threads
   * @throws UsageException naming the file and the tensor, if one cannot be read or be held
   */
  public Compressed compress(
      String checkpoint, String to, LayerSettings settings, long seed, Consumer<String> progress)
      throws IOException {
    Checkpoint opened = header(checkpoint);
    check(checkpoint, opened);
    List<String> names = opened.tensors().stream().map(StoredTensor::name).toList();
    for (String unused : settings.unused(names)) {
      throw new UsageException(
          "compress: no tensor of " + checkpoint + " is called '" + unused + "'");
    }
    List<NetworkTensor> tensors =
        TensorThreads.map(
            opened.tensors(),
            tensor -> tensor.shape().size(),
            tensor -> {
              progress.accept(tensor.name());
              return compress(tensor, values(tensor), settings.of(tensor.name()), seed);
            });
    NetworkFile.Written written = NetworkFile.write(tensors);
    List<NetworkTensor> read = NetworkFile.read(written.bytes());
    check(tensors, read);
    NewFile.write("compress", to, configuration, out -> out.write(written.bytes()));
    return new Compressed(read, written.bytes().length, written.tensorBytes());
  }

  private HadoopSource open(String path) {
    try {
      return new HadoopSource(path, configuration);
    } catch (IOException | IllegalArgumentException e) {
      throw new UsageException("cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  private Checkpoint header(String checkpoint) {
    try (HadoopSource source = open(checkpoint)) {
      return Checkpoint.open(source);
    } catch (MalformedInputException | MissingDataException e) {
      throw new UsageException("compress: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UsageException("compress: cannot read " + checkpoint + ": " + e.getMessage(), e);
    }
  }

  /** Refuses what would be missing from the file, before anything is read. */
  private static void check(String checkpoint, Checkpoint opened) {
    for (Checkpoint.Unread unread : opened.unread()) {
      throw new UsageException("compress: " + checkpoint + ": " + unread.message());
    }
    if (opened.tensors().isEmpty()) {
      throw new UsageException("compress: " + checkpoint + " holds no tensor");
    }
    for (StoredTensor tensor : opened.tensors()) {
      String where = "compress: " + checkpoint + ": tensor '" + tensor.name() + "': ";
      if (tensor.dtype() == DType.OTHER) {
        throw new UsageException(
            where
                + "dtype "
                + tensor.dtypeName()
                + " is not supported, expected F32, F16 or BF16; without it the file would not be"
                + " the network");
      }
      try {
        Limits.check(tensor.shape());
      } catch (IllegalArgumentException e) {
        throw new UsageException(where + e.getMessage(), e);
      }
      if (tensor.shape().size() > MAX_WEIGHTS) {
        throw new UsageException(
            where
                + "shape "
                + tensor.shape()
                + " is too large, at most "
                + MAX_WEIGHTS
                + " weights");
      }
    }
  }

  /** The values of a tensor, which ONNX may have in a file beside the model. */
  private float[] values(StoredTensor tensor) {
    String file = tensor.extent().file();
    try (HadoopSource source = open(file)) {
      return Checkpoint.read(tensor, source, 0, (int) tensor.shape().size());
    } catch (MalformedInputException e) {
      throw new UsageException("compress: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UsageException("compress: cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static NetworkTensor compress(
      StoredTensor tensor, float[] values, LayerSettings.Layer layer, long seed) {
    Shape shape = tensor.shape();
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new UsageException(
            "compress: tensor '" + tensor.name() + "', weight " + i + " is " + values[i]);
      }
    }
    try {
      return shape.rank() < 2
          ? new NetworkTensor.Plain(tensor.name(), shape, values, layer.isHalf())
          : NetworkCompression.compress(tensor.name(), shape, values, layer, seed);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new UsageException(
          "compress: tensor '" + tensor.name() + "' of shape " + shape + ": " + e.getMessage(), e);
    }
  }

  /** What is read must be what was written. */
  private static void check(List<NetworkTensor> written, List<NetworkTensor> read) {
    boolean same = written.size() == read.size();
    for (int i = 0; same && i < read.size(); i++) {
      same =
          written.get(i).name().equals(read.get(i).name())
              && written.get(i).shape().equals(read.get(i).shape())
              && Arrays.equals(written.get(i).values(), read.get(i).values());
    }
    if (!same) {
      throw new IllegalStateException(
          "the network file decodes to other weights than were written");
    }
  }

  /**
   * Writes a network file's tensors as a safetensors file of F32.
   *
   * @return the tensors
   */
  public List<NetworkTensor> decompress(String file, String to) throws IOException {
    List<NetworkTensor> tensors = tensors("decompress", file);
    try {
      NewFile.write("decompress", to, configuration, out -> DecodedNetworks.write(tensors, out));
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
    return read(command, file, NetworkFile::read);
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
      if (source.length() > MAX_WEIGHTS) {
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
