package dev.tersor.core.network;

import dev.tersor.core.Compression;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.OpenCheckpoint;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.encode.Limits;
import dev.tersor.core.encode.NetworkFile;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.tensor.IntegerFormat;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A checkpoint as a network file, read again and compared.
 *
 * @param tensors as they came out of the file
 * @param bytes the file
 * @param tensorBytes what each tensor takes of it
 */
@SuppressWarnings("ArrayRecordComponent") // the file is the result, megabytes not to copy
public record CompressedNetwork(
    List<NetworkTensor> tensors, byte[] bytes, List<Integer> tensorBytes) {

  /**
   * Compresses a checkpoint. Tensors of rank 2 and more are pruned, quantised and encoded; others
   * are stored as numbers, integers as they are. Nothing is left out.
   *
   * @param settings of a tensor by its name
   * @param progress told the name of each tensor before it is compressed, by several threads
   * @throws IllegalArgumentException naming the file and the tensor, if one cannot be held
   * @throws MalformedInputException if the checkpoint is damaged
   * @throws IOException if it cannot be read
   */
  public static CompressedNetwork of(
      OpenCheckpoint checkpoint, Function<String, Compression> settings, Consumer<String> progress)
      throws IOException {
    return of(checkpoint, settings, Calibrations.NONE, progress);
  }

  /** The same with codebooks that go by what was measured on data. */
  public static CompressedNetwork of(
      OpenCheckpoint checkpoint,
      Function<String, Compression> settings,
      Calibrations calibrations,
      Consumer<String> progress)
      throws IOException {
    check(checkpoint);
    List<NetworkTensor> tensors;
    try {
      Function<String, Compression> found =
          new NetworkSlopes(checkpoint, settings, calibrations).found();
      tensors =
          TensorThreads.map(
              checkpoint.tensors(),
              tensor -> tensor.shape().size(),
              tensor -> {
                progress.accept(tensor.name());
                return compress(checkpoint, tensor, found.apply(tensor.name()), calibrations);
              });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    NetworkFile.Written written = NetworkFile.write(tensors);
    List<NetworkTensor> read = NetworkFile.read(written.bytes());
    check(tensors, read);
    return new CompressedNetwork(read, written.bytes(), written.tensorBytes());
  }

  /** Refuses what would be missing from the file, before anything is read. */
  private static void check(OpenCheckpoint checkpoint) {
    for (Checkpoint.Unread unread : checkpoint.header().unread()) {
      throw new IllegalArgumentException(checkpoint.name() + ": " + unread.message());
    }
    if (checkpoint.tensors().isEmpty()) {
      throw new IllegalArgumentException(checkpoint.name() + " holds no tensor");
    }
    for (StoredTensor tensor : checkpoint.tensors()) {
      try {
        if (tensor.integers().isEmpty()) {
          checkpoint.checkReadable(tensor);
        }
        Limits.check(tensor.shape());
      } catch (IllegalArgumentException e) {
        throw refused(checkpoint, tensor, e.getMessage(), e);
      }
    }
  }

  private static IllegalArgumentException refused(
      OpenCheckpoint checkpoint, StoredTensor tensor, String why, Exception cause) {
    return new IllegalArgumentException(
        "%s: tensor '%s': %s".formatted(checkpoint.name(), tensor.name(), why), cause);
  }

  private static NetworkTensor compress(
      OpenCheckpoint checkpoint,
      StoredTensor tensor,
      Compression compression,
      Calibrations calibrations) {
    Shape shape = tensor.shape();
    try {
      Optional<IntegerFormat> integers = tensor.integers();
      if (integers.isPresent()) {
        return new NetworkTensor.Integers(
            tensor.name(), shape, integers.get(), checkpoint.integers(tensor));
      }
      float[] weights = checkpoint.weights(tensor);
      if (shape.rank() >= 2) {
        return compression.encode(
            tensor.name(),
            shape,
            weights,
            calibrations.of(tensor, compression.codebook().measure()));
      }
      Compression.check(shape, weights);
      return new NetworkTensor.Plain(tensor.name(), shape, weights, compression.half());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw refused(checkpoint, tensor, "shape " + shape + ": " + e.getMessage(), e);
    }
  }

  private static boolean sameNumbers(NetworkTensor written, NetworkTensor read) {
    return written instanceof NetworkTensor.Integers integers
        ? read instanceof NetworkTensor.Integers found
            && integers.format() == found.format()
            && Arrays.equals(integers.bytes(), found.bytes())
        : Arrays.equals(written.values(), read.values());
  }

  /** What is read must be what was written. */
  private static void check(List<NetworkTensor> written, List<NetworkTensor> read) {
    boolean same = written.size() == read.size();
    for (int i = 0; same && i < read.size(); i++) {
      same =
          written.get(i).name().equals(read.get(i).name())
              && written.get(i).shape().equals(read.get(i).shape())
              && sameNumbers(written.get(i), read.get(i));
    }
    if (!same) {
      throw new IllegalStateException(
          "the network file decodes to other weights than were written");
    }
  }
}
