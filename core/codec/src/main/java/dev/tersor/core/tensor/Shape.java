package dev.tersor.core.tensor;

import java.io.Serializable;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The dimensions of a tensor, outermost first. Seen as a matrix a tensor has {@code dims[0]} rows
 * (filters, output units) of {@code size / dims[0]} weights each; a rank-0 or rank-1 tensor is one
 * row.
 */
public final class Shape implements Serializable {
  private static final long serialVersionUID = 1L;

  private final long[] dims;
  private final long size;

  private Shape(long[] dims) {
    long product = 1;
    for (long dim : dims) {
      if (dim < 0) {
        throw new IllegalArgumentException("negative dimension in " + Arrays.toString(dims));
      }
      try {
        product = Math.multiplyExact(product, dim);
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException(
            "more than 2^63 elements in " + Arrays.toString(dims), e);
      }
    }
    this.dims = dims;
    this.size = product;
  }

  /**
   * @throws IllegalArgumentException if a dimension is negative or the size exceeds 2^63 - 1
   */
  public static Shape of(long... dims) {
    return new Shape(dims.clone());
  }

  public long[] dims() {
    return dims.clone();
  }

  public int rank() {
    return dims.length;
  }

  public long dim(int axis) {
    return dims[axis];
  }

  /** Number of elements. */
  public long size() {
    return size;
  }

  public long rows() {
    return dims.length < 2 ? 1 : dims[0];
  }

  /** Elements of one row; 0 where there are no rows. */
  public long rowLength() {
    return rows() == 0 ? 0 : size / rows();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape that && Arrays.equals(dims, that.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** For example {@code 64x3x7x7}; a scalar is {@code scalar}. */
  @Override
  public String toString() {
    return dims.length == 0
        ? "scalar"
        : Arrays.stream(dims).mapToObj(Long::toString).collect(Collectors.joining("x"));
  }
}
