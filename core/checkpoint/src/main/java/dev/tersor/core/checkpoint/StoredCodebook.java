package dev.tersor.core.checkpoint;

import dev.tersor.core.tensor.Centroids;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.GroupSteps;
import dev.tersor.core.tensor.RowSteps;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import java.io.IOException;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * The codebook that a checkpoint's integers bring with them: what {@link Quantisation} says, as a
 * step of the tensor, of each row, or of each group along a row. Coded is an integer less its zero
 * point, so code 0 is zero; where that leaves the symmetric range of a step, a tensor of one scale
 * gets a table of centroids.
 */
public final class StoredCodebook {
  private final StoredTensor tensor;
  private final int bits;
  private final float[] scales;
  private final float[] zeros;

  private StoredCodebook(StoredTensor tensor, float[] scales, float[] zeros) {
    this.tensor = tensor;
    this.bits = bits(tensor).orElseThrow();
    this.scales = scales;
    this.zeros = zeros;
  }

  /** Bits of a stored integer with a scale, at most 8; none where there are none. */
  public static OptionalInt bits(StoredTensor tensor) {
    if (tensor.quantisation() == null || !(tensor.dtype() instanceof DType dtype)) {
      return OptionalInt.empty();
    }
    return switch (dtype) {
      case I8, U8 -> OptionalInt.of(8);
      case I4, U4 -> OptionalInt.of(4);
      default -> OptionalInt.empty();
    };
  }

  /**
   * The codebook of a segment.
   *
   * @param tensor that has {@link #bits}
   * @param source the file of its integers, whose siblings may hold the scales
   * @throws IllegalArgumentException saying why, if no codebook holds these scales and zero points
   * @throws dev.tersor.core.bits.MalformedInputException if the bytes of scales are damaged
   */
  public static Codebook read(StoredTensor tensor, Segment segment, ByteSource source)
      throws IOException {
    Quantisation quantisation = tensor.quantisation();
    float[] scales = quantisation.allScales(source);
    float[] zeros = quantisation.allZeros(source);
    Codebook whole = new StoredCodebook(tensor, scales, zeros).whole();
    return whole.part(segment, tensor.shape().rowLength());
  }

  private Codebook whole() {
    Shape shape = tensor.shape();
    Shape blocks = tensor.quantisation().blocks();
    boolean symmetric = Arrays.equals(zeros, new float[zeros.length]) && !isUnsigned();
    if (scales.length == 1) {
      return symmetric ? new Step(bits, scales[0]) : table();
    }
    if (!symmetric) {
      throw refused("zero points");
    }
    if (blocks.dim(0) != shape.rows() || blocks.size() % shape.rows() != 0) {
      throw refused("scales that are not those of rows");
    }
    if (blocks.size() == shape.rows()) {
      return new RowSteps(bits, scales);
    }
    int columns = Math.toIntExact(shape.rowLength());
    int inRow = Math.toIntExact(blocks.size() / shape.rows());
    int group = (columns + inRow - 1) / inRow;
    if (shape.rank() != 2 || Integer.bitCount(group) != 1) {
      throw refused("groups of " + group);
    }
    return new GroupSteps(bits, group, columns, scales);
  }

  private boolean isUnsigned() {
    return tensor.dtype() == DType.U8 || tensor.dtype() == DType.U4;
  }

  /** All values but zero, as centroids in the order of the integers. */
  private Codebook table() {
    int least = isUnsigned() ? 0 : -(1 << (bits - 1));
    float[] values = new float[(1 << bits) - 1];
    int n = 0;
    for (int q = least; q < least + (1 << bits); q++) {
      float value = (q - zeros[0]) * scales[0];
      if (value != 0 && n < values.length) {
        values[n++] = value;
      }
    }
    return new Centroids(bits, Arrays.copyOf(values, n));
  }

  private IllegalArgumentException refused(String what) {
    return new IllegalArgumentException(
        "tensor '%s' of %s has %s (scales of shape %s for shape %s), which no codebook holds;"
                .formatted(
                    tensor.name(),
                    tensor.extent().file(),
                    what,
                    tensor.quantisation().blocks(),
                    tensor.shape())
            + " expected scales of the tensor, of its rows, or of groups of 2, 4, 8, ... along them");
  }
}
