package dev.tersor.core.checkpoint;

import dev.tersor.core.tensor.FloatFormat;
import dev.tersor.core.tensor.Shape;
import java.io.Serializable;
import java.util.regex.Pattern;

/**
 * A tensor of a checkpoint, its bytes unread. Small and serialisable, so that a driver can list
 * tensors and tasks read them.
 *
 * @param name the name in the file
 * @param alias a readable name: that of the consuming node where an ONNX exporter made up a name
 *     such as {@code onnx::MatMul_1494}, otherwise the name itself
 * @param dtype how elements are stored
 * @param dtypeName the dtype as the file spells it, for example {@code BF16}, {@code FLOAT16},
 *     {@code <f4}
 * @param shape dimensions as stored, outermost first
 * @param layout what the dimensions mean
 * @param extent where the bytes lie
 * @param quantisation what stored integers stand for; null where numbers are what they are
 */
public record StoredTensor(
    String name,
    String alias,
    StoredFormat dtype,
    String dtypeName,
    Shape shape,
    Layout layout,
    Extent extent,
    Quantisation quantisation)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * @throws IllegalArgumentException if the scales are not those of this shape
   */
  public StoredTensor {
    if (quantisation != null) {
      quantisation.check(shape);
    }
  }

  /** A tensor of plain numbers, or of elements that bring their scales with them. */
  public StoredTensor(
      String name,
      String alias,
      StoredFormat dtype,
      String dtypeName,
      Shape shape,
      Layout layout,
      Extent extent) {
    this(name, alias, dtype, dtypeName, shape, layout, extent, null);
  }

  /** Integers, flags and text, as safetensors, NumPy and ONNX spell them. */
  private static final Pattern NO_WEIGHTS =
      Pattern.compile("(?i)[<>|=]?([biu][0-9]+|u?int[0-9]+|bool|string|[SU][0-9]+)( in .*)?");

  /**
   * Whether its elements are weights that can be read: floating-point numbers, or integers of which
   * a file says what they stand for.
   */
  public boolean isWeights() {
    return dtype.isKnown() && (quantisation != null || dtype.holdsWeights());
  }

  /** The numbers that its weights are among. */
  public FloatFormat format() {
    return quantisation == null ? dtype.format() : FloatFormat.FP32;
  }

  /**
   * Whether the elements are integers, flags or text. Whatever else is not read can be weights:
   * complex numbers, and what came after this was written.
   */
  public boolean holdsNoWeights() {
    return dtype.isKnown() ? !isWeights() : isOfNoWeights(dtypeName);
  }

  static boolean isOfNoWeights(String dtypeName) {
    return NO_WEIGHTS.matcher(dtypeName).matches();
  }

  /** The same under another name, which is its alias too. */
  StoredTensor named(String newName) {
    return new StoredTensor(
        newName, newName, dtype, dtypeName, shape, layout, extent, quantisation);
  }

  StoredTensor described(String newAlias, Layout newLayout) {
    return new StoredTensor(
        name, newAlias, dtype, dtypeName, shape, newLayout, extent, quantisation);
  }

  /** The same integers, which stand for something. */
  public StoredTensor quantised(Quantisation by) {
    return new StoredTensor(name, alias, dtype, dtypeName, shape, layout, extent, by);
  }
}
