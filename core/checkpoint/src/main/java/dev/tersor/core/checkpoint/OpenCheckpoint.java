package dev.tersor.core.checkpoint;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A checkpoint and the way to its files: names and shapes are known, weights are read when they are
 * asked for. Nothing stays open.
 */
public final class OpenCheckpoint {
  /** Opens files by their {@link ByteSource#name}. */
  @FunctionalInterface
  public interface Files {
    /** Opens a file; the caller closes it. */
    ByteSource open(String name) throws IOException;
  }

  /** Of an array in Java. */
  private static final int MAX_WEIGHTS = Integer.MAX_VALUE - 8;

  private final String name;
  private final Files files;
  private final Checkpoint checkpoint;

  private OpenCheckpoint(String name, Files files, Checkpoint checkpoint) {
    this.name = name;
    this.files = files;
    this.checkpoint = checkpoint;
  }

  /**
   * Opens a file of one of the formats of {@link Checkpoint.Format}, told apart by content.
   *
   * @throws MalformedInputException if the file is damaged or of another format
   * @throws MissingDataException if a data file beside it cannot be read
   * @throws IOException if it cannot be read
   */
  public static OpenCheckpoint of(Path file) throws IOException {
    return of(file.toString(), path -> FileSource.open(Path.of(path)));
  }

  /**
   * Opens a file of any file system; otherwise as {@link #of(Path)}.
   *
   * @param name of the file, for {@code files} and for messages
   */
  public static OpenCheckpoint of(String name, Files files) throws IOException {
    try (ByteSource source = files.open(name)) {
      return new OpenCheckpoint(name, files, Checkpoint.open(source));
    }
  }

  /** The name that it was opened by. */
  public String name() {
    return name;
  }

  /** What its header says. */
  public Checkpoint header() {
    return checkpoint;
  }

  /** The tensors, in file order. */
  public List<StoredTensor> tensors() {
    return checkpoint.tensors();
  }

  /**
   * The weights of the tensor of this name or alias, in row-major order.
   *
   * @throws IllegalArgumentException if there is none, or as {@link #weights(StoredTensor)}
   */
  public float[] weights(String tensor) throws IOException {
    return weights(
        checkpoint
            .find(tensor)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "no tensor of " + name + " is called '" + tensor + "'")));
  }

  /**
   * All weights of a tensor, in row-major order.
   *
   * @throws IllegalArgumentException if its elements are no weights, or too many for an array
   * @throws MalformedInputException if the bytes are damaged
   */
  public float[] weights(StoredTensor tensor) throws IOException {
    checkReadable(tensor);
    try (ByteSource source = files.open(tensor.extent().file())) {
      return Checkpoint.read(tensor, source, 0, (int) tensor.shape().size());
    }
  }

  /**
   * All numbers of a tensor that holds no weights, in row-major order, little-endian, in the width
   * of {@link StoredTensor#integers}.
   *
   * @throws IllegalArgumentException if it holds no integers, or too many for an array
   * @throws MalformedInputException if the bytes are damaged
   */
  public byte[] integers(StoredTensor tensor) throws IOException {
    try (ByteSource source = files.open(tensor.extent().file())) {
      return IntegerReader.read(tensor, source);
    }
  }

  /**
   * @throws IllegalArgumentException saying why, if {@link #weights(StoredTensor)} cannot read it
   */
  public void checkReadable(StoredTensor tensor) {
    if (!tensor.isWeights()) {
      throw new IllegalArgumentException(
          "dtype %s is not supported, expected floating-point numbers"
              .formatted(tensor.dtypeName()));
    }
    Shape shape = tensor.shape();
    if (shape.size() > MAX_WEIGHTS) {
      throw new IllegalArgumentException(
          "shape %s is too large, at most %d weights".formatted(shape, MAX_WEIGHTS));
    }
  }
}
