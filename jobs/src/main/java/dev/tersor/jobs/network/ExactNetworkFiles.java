package dev.tersor.jobs.network;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.MissingDataException;
import dev.tersor.core.checkpoint.OpenCheckpoint;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.exact.Effort;
import dev.tersor.core.exact.ExactDirectory;
import dev.tersor.core.network.ExactFiles;
import dev.tersor.core.network.Networks;
import dev.tersor.core.tensor.IntegerFormat;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.source.HadoopSource;
import dev.tersor.jobs.source.NewFile;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;

/** Files stored as they are, and given back, on any Hadoop file system. */
public final class ExactNetworkFiles {
  private final String command;
  private final Configuration configuration;

  /**
   * @param command what messages begin with
   */
  public ExactNetworkFiles(String command, Configuration configuration) {
    this.command = command;
    this.configuration = configuration;
  }

  /** Work on sources, which may be of no use for it. */
  private interface Work<T> {
    T of(ByteSource file, Optional<ByteSource> base) throws IOException;
  }

  /** Whether a file holds another as it is. */
  public boolean isOne(String file) {
    return with(file, Optional.empty(), (source, base) -> ExactFiles.isOne(source));
  }

  /**
   * Stores a file, and decodes what was written again before it appears.
   *
   * @param base a file of the same tensors
   * @param progress told how many bytes of the file are done
   * @return the bytes that it takes
   * @throws UsageException naming the file, if it cannot be read or written, or the base is none
   *     for it
   */
  public long store(
      String file, String to, Optional<String> base, Effort effort, LongConsumer progress) {
    return with(
        file,
        base,
        (source, other) -> {
          long[] bytes = new long[1];
          NewFile.write(
              command,
              to,
              configuration,
              out -> ExactFiles.store(source, other, out, effort, progress),
              draft -> {
                try (ByteSource written = new HadoopSource(draft.toString(), configuration)) {
                  ExactFiles.check(written, other);
                  bytes[0] = written.length();
                }
              });
          return bytes[0];
        });
  }

  /**
   * Gives the file back that another holds.
   *
   * @param base the one that it was stored with
   * @param progress told how many bytes of the file are done
   * @throws UsageException naming the file, if it is damaged, or the base is another
   */
  public ExactDirectory restore(
      String file, String to, Optional<String> base, LongConsumer progress) {
    return with(
        file,
        base,
        (source, other) -> {
          ExactDirectory[] directory = new ExactDirectory[1];
          NewFile.write(
              command,
              to,
              configuration,
              out -> directory[0] = ExactFiles.restore(source, other, out, progress));
          return directory[0];
        });
  }

  /**
   * Writes one tensor of the checkpoint that a file holds to a safetensors file of F32. No more is
   * decoded than what it takes.
   *
   * @param base the file that it was stored with
   * @throws UsageException naming file and tensor, if there is none of the name
   */
  public NetworkTensor restoreTensor(String file, String to, Optional<String> base, String tensor) {
    return with(
        file,
        base,
        (source, other) -> {
          OpenCheckpoint network =
              OpenCheckpoint.of(
                  source.name(),
                  name ->
                      name.equals(source.name())
                          ? ExactFiles.open(open(name), reopened(base))
                          : open(name));
          StoredTensor stored =
              network
                  .header()
                  .find(tensor)
                  .orElseThrow(
                      () ->
                          new UsageException(
                              "%s: no tensor of %s is called '%s'"
                                  .formatted(command, file, tensor)));
          NetworkTensor one = one(network, stored, tensor);
          NewFile.write(
              command, to, configuration, out -> Networks.writeSafetensors(List.of(one), out));
          return one;
        });
  }

  private static NetworkTensor one(OpenCheckpoint network, StoredTensor stored, String name)
      throws IOException {
    try {
      Optional<IntegerFormat> integers = stored.integers();
      return integers.isPresent()
          ? new NetworkTensor.Integers(
              name, stored.shape(), integers.get(), network.integers(stored))
          : new NetworkTensor.Plain(name, stored.shape(), network.weights(stored), false);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s: tensor '%s': %s".formatted(network.name(), stored.name(), e.getMessage()), e);
    }
  }

  private <T> T with(String file, Optional<String> base, Work<T> work) {
    try (ByteSource source = open(file)) {
      Optional<ByteSource> other = reopened(base);
      try {
        return work.of(source, other);
      } finally {
        if (other.isPresent()) {
          other.get().close();
        }
      }
    } catch (MalformedInputException | MissingDataException | IllegalArgumentException e) {
      throw new UsageException(command + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UsageException(command + ": " + file + ": " + e.getMessage(), e);
    }
  }

  /** A base, which may be held as it is by another file too. */
  private Optional<ByteSource> reopened(Optional<String> base) throws IOException {
    if (base.isEmpty()) {
      return Optional.empty();
    }
    ByteSource source = open(base.get());
    return Optional.of(
        ExactFiles.isOne(source) ? ExactFiles.open(source, Optional.empty()) : source);
  }

  private HadoopSource open(String path) {
    try {
      return new HadoopSource(path, configuration);
    } catch (IOException | IllegalArgumentException e) {
      throw new UsageException(command + ": cannot read " + path + ": " + e.getMessage(), e);
    }
  }
}
