package dev.tersor.core.checkpoint;

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
 * @param dtype how an element is stored
 * @param dtypeName the dtype as the file spells it, for example {@code BF16}, {@code FLOAT16},
 *     {@code <f4}
 * @param shape dimensions as stored, outermost first
 * @param layout what the dimensions mean
 * @param extent where the bytes lie
 */
public record StoredTensor(
    String name,
    String alias,
    DType dtype,
    String dtypeName,
    Shape shape,
    Layout layout,
    Extent extent)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Integers, flags and text, as safetensors, NumPy and ONNX spell them. */
  private static final Pattern NO_WEIGHTS =
      Pattern.compile("(?i)[<>|=]?([biu][0-9]+|u?int[0-9]+|bool|string|[SU][0-9]+)( in .*)?");

  /**
   * Whether the elements are integers, flags or text. Whatever else is not read can be weights:
   * floating-point numbers of any width, complex ones, and what came after this was written.
   */
  public boolean holdsNoWeights() {
    return dtype == DType.OTHER && isOfNoWeights(dtypeName);
  }

  static boolean isOfNoWeights(String dtypeName) {
    return NO_WEIGHTS.matcher(dtypeName).matches();
  }

  StoredTensor described(String newAlias, Layout newLayout) {
    return new StoredTensor(name, newAlias, dtype, dtypeName, shape, newLayout, extent);
  }
}
