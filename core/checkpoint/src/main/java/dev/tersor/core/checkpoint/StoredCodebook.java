package dev.tersor.core.checkpoint;

import dev.tersor.core.bits.Half;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Elements;
import dev.tersor.core.tensor.GroupSteps;
import dev.tersor.core.tensor.RowSteps;
import dev.tersor.core.tensor.Runs;
import dev.tersor.core.tensor.ScaleFormat;
import dev.tersor.core.tensor.Scaled;
import dev.tersor.core.tensor.Scales;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import java.io.EOFException;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.zip.ZipException;

/**
 * The codebook that a checkpoint's integers bring with them: what {@link Quantisation} says, for
 * the tensor, each row, or each group along a row. Coded is an integer less its zero point, so code
 * 0 is zero. Where there are no zero points and no integer is the least that its bits allow, it is
 * a {@link Step}, {@link RowSteps} or {@link GroupSteps}, else {@link Scaled}. Blocks that bring
 * their scales with them have {@link Scaled} ones too.
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

  /** Bits of a stored code with a scale, at most 8; none where there are none. */
  public static OptionalInt bits(StoredTensor tensor) {
    if (tensor.quantisation() == null) {
      return tensor
          .dtype()
          .codebook()
          .map(blocks -> OptionalInt.of(blocks.bits()))
          .orElse(OptionalInt.empty());
    }
    if (tensor.dtype() instanceof PackedIntegers packed) {
      return OptionalInt.of(packed.bits());
    }
    if (!(tensor.dtype() instanceof DType dtype)) {
      return OptionalInt.empty();
    }
    return switch (dtype) {
      case I8, U8, F8_E4M3, F8_E5M2 -> OptionalInt.of(8);
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
    if (quantisation == null) {
      return ofBlocks(tensor, segment, source);
    }
    StoredCodebook stored =
        new StoredCodebook(tensor, quantisation.allScales(source), quantisation.allZeros(source));
    Codebook whole = stored.isSymmetric(segment, source) ? stored.steps() : stored.scaled();
    return whole.part(segment, tensor.shape().rowLength());
  }

  /** Segments begin between blocks: rows have whole ones. */
  private static Codebook ofBlocks(StoredTensor tensor, Segment segment, ByteSource source)
      throws IOException {
    StoredFormat format = tensor.dtype();
    int bytes = Math.toIntExact(format.bytesOf(segment.length()));
    try (ElementStream elements = new ElementStream(tensor, source)) {
      elements.skip(segment.offset());
      return format.codebook().orElseThrow().of(elements.bytes(bytes), segment.shape().rowLength());
    } catch (EOFException | ZipException e) {
      throw TensorReader.damaged(tensor, e);
    }
  }

  /** Whether a step says all. The segments of a tensor all have to have the same codebook. */
  private boolean isSymmetric(Segment segment, ByteSource source) throws IOException {
    for (float zero : zeros) {
      if (zero != 0) {
        return false;
      }
    }
    if (isUnsigned() || floats() != null || segment.length() < tensor.shape().size()) {
      return false;
    }
    float least = -(1 << (bits - 1));
    for (float integer : TensorReader.read(tensor.quantised(null), source, 0, segment.length())) {
      if (integer == least) {
        return false;
      }
    }
    return true;
  }

  private boolean isUnsigned() {
    return tensor.dtype() == DType.U8
        || tensor.dtype() == DType.U4
        || (tensor.dtype() instanceof PackedIntegers packed && !packed.signed());
  }

  /** What codes are, where they are no integers. */
  private Elements floats() {
    return tensor.dtype() == DType.F8_E4M3
        ? Elements.E4M3
        : tensor.dtype() == DType.F8_E5M2 ? Elements.E5M2 : null;
  }

  /** What shares a scale. */
  private Runs runs() {
    Shape shape = tensor.shape();
    Shape blocks = tensor.quantisation().blocks();
    if (tensor.quantisation().columns() != null) {
      throw refused("columns in the order of their groups, not in that of the rows (act order)");
    }
    if (scales.length == 1) {
      return Runs.tensor();
    }
    if (blocks.dim(0) != shape.rows() || blocks.size() % shape.rows() != 0) {
      throw refused("scales that are not those of rows");
    }
    if (blocks.size() == shape.rows()) {
      return Runs.rows();
    }
    int columns = Math.toIntExact(shape.rowLength());
    int inRow = Math.toIntExact(blocks.size() / shape.rows());
    int group = (columns + inRow - 1) / inRow;
    if (shape.rank() != 2 || group < 2 || Integer.bitCount(group) != 1) {
      throw refused("groups of " + group);
    }
    return Runs.groups(group, columns);
  }

  private Codebook steps() {
    Runs runs = runs();
    return switch (runs.unit()) {
      case ROW -> new RowSteps(bits, scales);
      case GROUP -> new GroupSteps(bits, runs.size(), runs.columns(), scales);
      default -> new Step(bits, scales[0]);
    };
  }

  /** Integers from 0 on, whatever sign they are stored with: zero points move along. */
  private Codebook scaled() {
    Runs runs = runs();
    double[] steps = new double[scales.length];
    int[] points = new int[scales.length];
    boolean half = true;
    boolean upper = true;
    for (int i = 0; i < scales.length; i++) {
      steps[i] = scales[i];
      half &= Half.rounded(scales[i]) == scales[i];
      upper &= (Float.floatToRawIntBits(scales[i]) & 0xFFFF) == 0;
    }
    ScaleFormat format = half ? ScaleFormat.FP16 : upper ? ScaleFormat.BF16 : ScaleFormat.FP32;
    Scales exact = Scales.nearest(format, runs, steps);
    if (floats() != null) {
      return new Scaled(floats(), bits, exact);
    }
    for (int i = 0; i < scales.length; i++) {
      float point = zeros[i] + (isUnsigned() ? 0 : 1 << (bits - 1));
      if (point < 0 || point >= 1 << bits || point != Math.rint(point)) {
        throw refused("the zero point " + zeros[i]);
      }
      points[i] = (int) point;
    }
    return new Scaled(
        Elements.UNSIGNED, bits, exact, new Scales(ScaleFormat.UINT8, runs, points, null), null);
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
