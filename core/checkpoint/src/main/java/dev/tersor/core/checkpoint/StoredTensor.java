package dev.tersor.core.checkpoint;

import dev.tersor.core.tensor.FloatFormat;
import dev.tersor.core.tensor.IntegerFormat;
import dev.tersor.core.tensor.Shape;
import java.io.Serializable;
import java.util.Arrays;
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
   * The same integers with the axis first each index of which has scales of its own: a row is then
   * what shares a scale, or groups along it do. So lie depthwise convolutions of TFLite, and
   * matrices of ONNX with inputs first. This very tensor where that is not so, or that axis is the
   * first.
   */
  public StoredTensor outputsFirst() {
    if (quantisation == null || quantisation.columns() != null) {
      return this;
    }
    Shape blocks = quantisation.blocks();
    int axis = shape.rank() - 1;
    while (axis > 0 && blocks.dim(axis) == 1) {
      axis--;
    }
    boolean isOwn = axis > 0 && blocks.dim(axis) == shape.dim(axis);
    if (isOwn && blocks.size() == blocks.dim(axis)) {
      return Turned.of(this, axis)
          .quantised(
              Quantisation.ofAxis(quantisation.scales(), quantisation.zeros(), shape.rank(), 0));
    }
    // Groups along the inputs of a matrix; groups of one are no groups.
    boolean isGrouped = isOwn && shape.rank() == 2 && blocks.dim(0) < shape.dim(0);
    if (!isGrouped || !quantisation.scales().shape().equals(blocks)) {
      return this;
    }
    StoredTensor zeros = quantisation.zeros();
    return Turned.of(this, axis)
        .quantised(
            new Quantisation(
                Turned.of(quantisation.scales(), axis),
                zeros == null ? null : Turned.of(zeros, axis),
                Turned.shape(blocks, axis)));
  }

  /** The same integers, which stand for something. */
  public StoredTensor quantised(Quantisation by) {
    return new StoredTensor(name, alias, dtype, dtypeName, shape, layout, extent, by);
  }
}
