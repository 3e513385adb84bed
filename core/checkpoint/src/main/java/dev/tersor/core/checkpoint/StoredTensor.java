package dev.tersor.core.checkpoint;

import dev.tersor.core.tensor.FloatFormat;
import dev.tersor.core.tensor.IntegerFormat;
import dev.tersor.core.tensor.Shape;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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

  /**
   * The integers that its elements are, where these are no weights; those of four bits get eight.
   */
  public Optional<IntegerFormat> integers() {
    StoredFormat plain = dtype instanceof BigEndian turned ? turned.of() : dtype;
    if (quantisation != null || !(plain instanceof DType type)) {
      return Optional.empty();
    }
    return switch (type) {
      case I4 -> Optional.of(IntegerFormat.I8);
      case U4 -> Optional.of(IntegerFormat.U8);
      default ->
          Arrays.stream(IntegerFormat.values())
              .filter(format -> format.name().equals(type.name()))
              .findFirst();
    };
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

  /**
   * The same integers of a depthwise convolution with the last axis first, where each of its
   * indices has a scale of its own: a row is then an output. This very tensor where that is not so,
   * or elements cannot be told apart by bytes.
   */
  public StoredTensor outputsFirst() {
    int last = shape.rank() - 1;
    boolean fits =
        quantisation != null
            && layout == Layout.DEPTHWISE_HWC
            && last > 0
            && quantisation.blocks().size() == shape.dim(last)
            && quantisation.blocks().dim(last) == shape.dim(last)
            && dtype.elements() == 1
            && extent.order() == Extent.Order.C
            && extent.storage() == Extent.Storage.RAW
            && extent.sparsity() == null
            && extent.stride() == dtype.bytes();
    if (!fits) {
      return this;
    }
    long[] dims = new long[last + 1];
    Long[] steps = new Long[last + 1];
    long step = 1;
    for (int axis = last; axis >= 0; axis--) {
      int to = axis == last ? 0 : axis + 1;
      dims[to] = shape.dim(axis);
      steps[to] = step;
      step *= shape.dim(axis);
    }
    Extent view =
        new Extent(
            extent.file(),
            extent.offset(),
            extent.length(),
            extent.storage(),
            extent.lead(),
            extent.stride(),
            new Extent.Strides(List.of(steps)));
    return new StoredTensor(
        name,
        alias,
        dtype,
        dtypeName,
        Shape.of(dims),
        Layout.OUT_IN,
        view,
        Quantisation.ofAxis(quantisation.scales(), quantisation.zeros(), last + 1, 0));
  }

  /** The same integers, which stand for something. */
  public StoredTensor quantised(Quantisation by) {
    return new StoredTensor(name, alias, dtype, dtypeName, shape, layout, extent, by);
  }
}
