package dev.tersor.core.checkpoint;

import java.io.Serializable;

/**
 * Where a tensor's elements lie.
 *
 * @param file {@link ByteSource#name} of the file that holds them, which for ONNX external data is
 *     not the model's
 * @param offset byte offset in that file
 * @param length bytes from there on, as stored
 * @param storage how those bytes are stored
 * @param lead bytes ahead of the first element once inflated: the npy header of a compressed npz
 *     entry, 0 elsewhere
 * @param stride bytes from one block of elements to the next; above the block's size only for ONNX
 *     float_data that is not packed, which has a tag byte before each element
 * @param order order of the elements
 * @param sparsity which elements these are; null where all of the tensor are stored
 */
public record Extent(
    String file,
    long offset,
    long length,
    Storage storage,
    long lead,
    int stride,
    Order order,
    Sparsity sparsity)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** All elements of a tensor. */
  public Extent(
      String file, long offset, long length, Storage storage, long lead, int stride, Order order) {
    this(file, offset, length, storage, lead, stride, order, null);
  }

  /** The same where only some elements are stored. */
  public Extent sparse(Sparsity which) {
    return new Extent(file, offset, length, storage, lead, stride, order, which);
  }

  /** How the bytes of an extent are stored. */
  public enum Storage {
    RAW,
    /** RFC 1951 without a zlib header, as in zip files. */
    DEFLATE,
    /**
     * Fields of a protobuf message from the first tag on, varints or fixed numbers, packed or not:
     * each number becomes the bytes of an element.
     */
    PROTOBUF
  }

  /** Which axis changes fastest. */
  public enum Order {
    /** The last axis: row-major. */
    C,
    /** The first axis: column-major. */
    FORTRAN
  }

  /** Elements side by side, in row-major order. */
  public static Extent raw(String file, long offset, long length, StoredFormat format) {
    return new Extent(file, offset, length, Storage.RAW, 0, format.bytes(), Order.C);
  }
}
