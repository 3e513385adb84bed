package dev.tersor.core.checkpoint;

import java.io.Serializable;
import java.util.List;

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

  /** How the elements follow each other. */
  public sealed interface Order extends Serializable permits Dense, Strides, Tiles {
    /** The last axis changes fastest: row-major. */
    Order C = Dense.C;

    /** The first axis changes fastest: column-major. */
    Order FORTRAN = Dense.FORTRAN;
  }

  /** Orders in which every element is stored once, one directly behind the other. */
  private enum Dense implements Order {
    C,
    FORTRAN
  }

  /**
   * Elements at fixed distances: that of the index i lies at the sum of {@code i[a] * steps[a]}
   * elements from the first. A view of other elements: transposed, cut out, or repeated by a step
   * of 0. The extent begins with the first element.
   *
   * @param steps for each axis how many elements are between neighbours, not negative
   */
  public record Strides(List<Long> steps) implements Order {
    private static final long serialVersionUID = 1L;

    /** Copies the list. */
    public Strides {
      steps = List.copyOf(steps);
    }
  }

  /**
   * A part of what this extent holds once inflated.
   *
   * @param from how many of its bytes are ahead of the part
   * @param bytes how many the part has, which tells where it ends unless it is compressed
   * @param partStride the part's own {@link #stride}
   * @param partOrder the part's own {@link #order}
   */
  public Extent part(long from, long bytes, int partStride, Order partOrder) {
    return storage == Storage.RAW
        ? new Extent(file, offset + from, bytes, storage, 0, partStride, partOrder)
        : new Extent(file, offset, length, storage, lead + from, partStride, partOrder);
  }

  /** Elements in row-major order, as they are. */
  public static Extent raw(String file, long offset, long length, StoredFormat format) {
    return new Extent(file, offset, length, Storage.RAW, 0, format.bytes(), Order.C);
  }
}
