package dev.tersor.jobs.run;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.DType;
import dev.tersor.core.checkpoint.StoredTensor;
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
import java.util.ArrayList;
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
   * @param leftOut tensors of the checkpoint that hold no weights
   */
  public record Compressed(
      List<NetworkTensor> tensors, int bytes, List<Integer> tensorBytes, List<String> leftOut) {}

  private final Configuration configuration;

  public NetworkFiles(Configuration configuration) {
    this.configuration = configuration;
  }

  /**
   * Compresses a checkpoint. Tensors of rank 2 and more are pruned, quantised and encoded; others
   * are stored as numbers.
   *
   * @param progress told the name of each tensor before it is compressed
   */
  public Compressed compress(
      String checkpoint, String to, LayerSettings settings, long seed, Consumer<String> progress)
      throws IOException {
    List<NetworkTensor> tensors = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    try (HadoopSource source = open(checkpoint)) {
      Checkpoint opened = Checkpoint.open(source);
      List<String> names = opened.tensors().stream().map(StoredTensor::name).toList();
      for (String unused : settings.unused(names)) {
        throw new UsageException(
            "compress: no tensor of " + checkpoint + " is called '" + unused + "'");
      }
      for (StoredTensor tensor : opened.tensors()) {
        if (tensor.dtype() == DType.OTHER) {
          leftOut.add(tensor.name() + " (" + tensor.dtypeName() + ")");
          continue;
        }
        progress.accept(tensor.name());
        tensors.add(compress(tensor, source, settings.of(tensor.name()), seed));
      }
    } catch (MalformedInputException e) {
      throw new UsageException(
          "compress: " + checkpoint + ", byte " + e.position() + ": " + e.getMessage(), e);
    }
    NetworkFile.Written written = NetworkFile.write(tensors);
    List<NetworkTensor> read = NetworkFile.read(written.bytes());
    check(tensors, read);
    NewFile.write("compress", to, configuration, out -> out.write(written.bytes()));
    return new Compressed(read, written.bytes().length, written.tensorBytes(), leftOut);
  }

  private HadoopSource open(String path) {
    try {
      return new HadoopSource(path, configuration);
    } catch (IOException | IllegalArgumentException e) {
      throw new UsageException("cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  private static NetworkTensor compress(
      StoredTensor tensor, HadoopSource source, LayerSettings.Layer layer, long seed)
      throws IOException {
    Shape shape = tensor.shape();
    if (shape.size() > Integer.MAX_VALUE - 8) {
      throw new UsageException(
          "compress: tensor '" + tensor.name() + "' of shape " + shape + " is too large");
    }
    float[] values = Checkpoint.read(tensor, source, 0, (int) shape.size());
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
    NewFile.write("decompress", to, configuration, out -> DecodedNetworks.write(tensors, out));
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
      if (source.length() > Integer.MAX_VALUE - 8) {
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
