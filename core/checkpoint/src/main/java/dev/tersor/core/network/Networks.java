package dev.tersor.core.network;

import dev.tersor.core.Compression;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.FileSource;
import dev.tersor.core.checkpoint.OpenCheckpoint;
import dev.tersor.core.checkpoint.SafetensorsWriter;
import dev.tersor.core.encode.NetworkFile;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.exact.Effort;
import dev.tersor.core.exact.ExactFile;
import dev.tersor.core.tensor.IntegerFormat;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Checkpoints to {@code .tersor} files and back: smaller than they are, as network files ({@link
 * NetworkFile}), or byte for byte ({@link ExactFiles}).
 */
public final class Networks {
  /** Writes the bytes of a file. */
  @FunctionalInterface
  private interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Looks at the bytes of a file that was written. */
  @FunctionalInterface
  private interface Check {
    void of(ByteSource written) throws IOException;
  }

  private Networks() {}

  /**
   * Opens a checkpoint for reading: names, shapes, and weights on request. Of one that {@link
   * #compressExact} stored no more is decoded than what is asked for.
   *
   * @param checkpoint a file of a format of {@code Checkpoint.Format}, or a {@code .tersor} file
   *     that holds such a one as it is
   * @throws MalformedInputException if it is damaged or of another format
   * @throws IOException if it cannot be read
   */
  public static OpenCheckpoint open(Path checkpoint) throws IOException {
    return open(checkpoint, Optional.empty());
  }

  /**
   * The same of a checkpoint that was stored by what differs from another.
   *
   * @param base the one that it was stored with
   * @throws IllegalArgumentException if that has another length
   */
  public static OpenCheckpoint open(Path checkpoint, Path base) throws IOException {
    return open(checkpoint, Optional.of(base));
  }

  private static OpenCheckpoint open(Path checkpoint, Optional<Path> base) throws IOException {
    return OpenCheckpoint.of(
        checkpoint.toString(), name -> source(FileSource.open(Path.of(name)), base));
  }

  /** A file, or the one that it holds as it is. */
  private static ByteSource source(ByteSource file, Optional<Path> base) throws IOException {
    return ExactFiles.isOne(file) ? ExactFiles.open(file, base(base)) : file;
  }

  /** A base, which may be held as it is by another file too. */
  private static Optional<ByteSource> base(Optional<Path> base) throws IOException {
    return base.isEmpty()
        ? Optional.empty()
        : Optional.of(source(FileSource.open(base.get()), Optional.empty()));
  }

  /**
   * Compresses a checkpoint to a network file. Tensors of rank 2 and more are pruned, quantised and
   * encoded; others are stored as numbers, integers as they are. The file is decoded again and
   * compared before it appears.
   *
   * @param checkpoint a file of a format of {@code Checkpoint.Format}
   * @param to the file to write, which must not exist
   * @throws IllegalArgumentException naming the tensor, if one cannot be held
   * @throws MalformedInputException if the checkpoint is damaged
   * @throws IOException if a file cannot be read or written, or is there already
   */
  public static void compress(Path checkpoint, Path to, Compression compression)
      throws IOException {
    compress(checkpoint, to, compression, Calibrations.NONE);
  }

  /**
   * The same with a codebook that goes by what was measured on data.
   *
   * @throws IllegalArgumentException also if that has a tensor not, or with another shape
   */
  public static void compress(
      Path checkpoint, Path to, Compression compression, Calibrations calibrations)
      throws IOException {
    checkNew(to);
    byte[] file =
        CompressedNetwork.of(open(checkpoint), tensor -> compression, calibrations, tensor -> {})
            .bytes();
    write(to, out -> out.write(file), written -> {});
  }

  /**
   * Stores a file byte for byte. It may be of any format; of a checkpoint in a format that is read
   * here the numbers are coded as what they are. The file is decoded again and compared before it
   * appears. Memory does not depend on its length.
   *
   * @param to the file to write, which must not exist
   * @throws IOException if a file cannot be read or written, or is there already
   */
  public static void compressExact(Path file, Path to, Effort effort) throws IOException {
    compressExact(file, to, effort, Optional.empty());
  }

  /**
   * Stores what differs between a file and another of the same tensors, such as a fine-tune and
   * what it was tuned from; otherwise as {@link #compressExact(Path, Path, Effort)}.
   *
   * @param base needed to get the file back
   * @throws IllegalArgumentException naming the tensor, if one of the base has another shape or
   *     dtype; or if none has the same name
   */
  public static void compressExact(Path file, Path to, Effort effort, Path base)
      throws IOException {
    compressExact(file, to, effort, Optional.of(base));
  }

  private static void compressExact(Path file, Path to, Effort effort, Optional<Path> base)
      throws IOException {
    checkNew(to);
    Optional<ByteSource> other = base(base);
    try (ByteSource source = FileSource.open(file)) {
      write(
          to,
          out -> ExactFiles.store(source, other, out, effort, done -> {}),
          written -> ExactFiles.check(written, other));
    } finally {
      close(other);
    }
  }

  private static boolean isExact(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return NetworkFile.isExact(in.readNBytes(ExactFile.HEAD_BYTES));
    }
  }

  private static void close(Optional<ByteSource> source) throws IOException {
    if (source.isPresent()) {
      source.get().close();
    }
  }

  /**
   * Decodes a {@code .tersor} file: a network file to a safetensors file, weights as F32 and
   * integers as they are, and what {@link #compressExact} stored to the same file again.
   *
   * @param to the file to write, which must not exist
   * @throws IllegalArgumentException if safetensors cannot hold a tensor's name
   * @throws MalformedInputException if the network file is damaged
   * @throws IOException if a file cannot be read or written, or is there already
   */
  public static void decompress(Path network, Path to) throws IOException {
    decompress(network, to, Optional.empty());
  }

  /**
   * The same of a file that was stored by what differs from another.
   *
   * @param base the one that it was stored with
   * @throws IllegalArgumentException if it is not that one
   */
  public static void decompress(Path network, Path to, Path base) throws IOException {
    decompress(network, to, Optional.of(base));
  }

  private static void decompress(Path network, Path to, Optional<Path> base) throws IOException {
    checkNew(to);
    if (isExact(network)) {
      Optional<ByteSource> other = base(base);
      try (ByteSource source = FileSource.open(network)) {
        write(to, out -> ExactFiles.restore(source, other, out, done -> {}), written -> {});
      } finally {
        close(other);
      }
      return;
    }
    List<NetworkTensor> tensors = NetworkFile.read(Files.readAllBytes(network));
    write(to, out -> writeSafetensors(tensors, out), written -> {});
  }

  /**
   * Writes tensors as a safetensors file, weights as F32, integers as they are.
   *
   * @param out is closed
   * @throws IllegalArgumentException if safetensors cannot hold a tensor's name
   */
  public static void writeSafetensors(List<NetworkTensor> network, OutputStream out)
      throws IOException {
    Map<String, NetworkTensor> tensors = new TreeMap<>();
    Map<String, Shape> shapes = new TreeMap<>();
    Map<String, IntegerFormat> integers = new TreeMap<>();
    for (NetworkTensor tensor : network) {
      tensors.put(tensor.name(), tensor);
      shapes.put(tensor.name(), tensor.shape());
      if (tensor instanceof NetworkTensor.Integers whole) {
        integers.put(tensor.name(), whole.format());
      }
    }
    try (SafetensorsWriter writer = new SafetensorsWriter(out, shapes, integers, Map.of())) {
      for (NetworkTensor tensor : tensors.values()) {
        if (tensor instanceof NetworkTensor.Integers whole) {
          writer.write(tensor.name(), whole.bytes());
        } else {
          writer.write(tensor.name(), tensor.values());
        }
      }
    }
  }

  private static void checkNew(Path file) throws FileAlreadyExistsException {
    if (Files.exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
  }

  /** The file appears when it is whole and checked. */
  private static void write(Path to, Body body, Check check) throws IOException {
    Path draft = to.resolveSibling("." + to.getFileName() + "." + System.nanoTime());
    try {
      try (OutputStream out = Files.newOutputStream(draft)) {
        body.writeTo(out);
      }
      try (ByteSource written = FileSource.open(draft)) {
        check.of(written);
      }
      Files.move(draft, to);
    } finally {
      Files.deleteIfExists(draft);
    }
  }
}
