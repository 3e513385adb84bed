package dev.tersor.core;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.encode.Limits;
import dev.tersor.core.encode.NetworkFile;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.tensor.Shape;
import java.util.List;
import java.util.concurrent.ForkJoinPool;

/**
 * One tensor to bytes and back. The bytes are a {@link NetworkFile} with one tensor, so that all
 * that reads {@code .tersor} files reads them.
 */
public final class Tersor {
  /** What the tensor is called in its file. */
  private static final String NAME = "weights";

  private Tersor() {}

  /**
   * Encodes a tensor of any size.
   *
   * @param weights in row-major order; not changed
   * @throws IllegalArgumentException if they do not fill the shape, one is not finite, the shape
   *     has more than 16 dimensions, or the recipe cannot hold it
   * @throws IllegalStateException if no recipe meets what a choice asks for
   */
  public static byte[] encode(float[] weights, Shape shape, Compression compression) {
    Limits.check(shape);
    return NetworkFile.write(List.of(compression.encode(NAME, shape, weights))).bytes();
  }

  /**
   * Decodes a tensor with the cores of a pool: its segments, and the chunks of long streams of rans
   * and huffman, are tasks of it.
   *
   * @param pool for example {@link ForkJoinPool#commonPool()}
   * @throws MalformedInputException if anything about the file is wrong
   */
  public static Tensor decode(byte[] file, ForkJoinPool pool) {
    return pool.submit(() -> decode(file)).join();
  }

  /**
   * Decodes a tensor: the weights that {@link #encode} kept, each as its codebook has it.
   *
   * @param file of one tensor, whatever its name
   * @throws MalformedInputException if anything about the file is wrong
   */
  public static Tensor decode(byte[] file) {
    List<NetworkTensor> tensors = NetworkFile.read(file);
    if (tensors.size() != 1) {
      throw new MalformedInputException(tensors.size() + " tensors, expected one", 0);
    }
    NetworkTensor tensor = tensors.get(0);
    return new Tensor(tensor.shape(), tensor.values());
  }
}
