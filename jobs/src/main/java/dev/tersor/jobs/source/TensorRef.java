package dev.tersor.jobs.source;

import dev.tersor.core.checkpoint.Layout;
import dev.tersor.core.checkpoint.StoredCodebook;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.model.Kind;
import dev.tersor.core.model.TensorSpec;
import dev.tersor.core.tensor.FloatFormat;
import dev.tersor.core.tensor.Shape;
import java.io.Serializable;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A tensor to sweep, its weights unread.
 *
 * @param model the name that the sweep gives its model
 * @param name the tensor's
 * @param macs multiply-accumulates for one input, or -1 where nobody said
 * @param layout how a matrix is stored
 * @param origin where the weights come from
 * @param stored where they lie; null for synthetic weights
 * @param seed of synthetic weights
 * @param paper what a paper's table has of it
 * @param saliency where a saliency of each weight lies; null where there is none
 * @param inputs where the mean products of every two inputs lie, groups x columns x columns; null
 *     where there are none
 */
public record TensorRef(
    String model,
    String name,
    Kind kind,
    Shape shape,
    long macs,
    Layout layout,
    Origin origin,
    StoredTensor stored,
    long seed,
    Paper paper,
    StoredTensor saliency,
    StoredTensor inputs)
    implements Serializable {

  /**
   * Figures of a paper's table.
   *
   * @param density share of weights that are kept, or not a number
   * @param bits of a weight, or 0
   */
  public record Paper(double density, int bits) implements Serializable {
    public static final Paper NONE = new Paper(Double.NaN, 0);
  }

  /** What the tables call the source of weights. */
  public enum Origin {
    FILE,
    HUB,
    MAVEN,
    NPM,
    TRAINED,
    SYNTHETIC;

    public String label() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * A tensor that a description has.
   *
   * @param stored null for synthetic weights
   */
  static TensorRef described(
      String model, TensorSpec spec, Origin origin, StoredTensor stored, long seed) {
    // What a checkpoint says of a matrix goes before what the description says.
    Layout layout =
        stored == null || stored.layout() == Layout.AS_STORED ? spec.layout() : stored.layout();
    return new TensorRef(
        model,
        spec.name(),
        spec.kind(),
        spec.shape(),
        spec.macs(),
        layout,
        origin,
        stored,
        seed,
        new Paper(spec.paperDensity().orElse(Double.NaN), spec.paperBits().orElse(0)),
        null,
        null);
  }

  /** A tensor that only a checkpoint has. */
  static TensorRef undescribed(String model, StoredTensor inFile, Origin origin) {
    StoredTensor tensor = inFile.outputsFirst();
    Shape shape = tensor.shape();
    Kind kind = kind(shape, tensor.layout());
    return new TensorRef(
        model,
        tensor.alias(),
        kind,
        shape,
        -1,
        tensor.layout(),
        origin,
        tensor,
        0,
        Paper.NONE,
        null,
        null);
  }

  /** What the file says of its axes goes before a guess by their number. */
  private static Kind kind(Shape shape, Layout layout) {
    if (layout.isDepthwise()) {
      return Kind.DEPTHWISE;
    }
    if (layout.isConvolution()) {
      return Kind.CONV;
    }
    return shape.rank() < 4 ? Kind.FC : shape.dim(1) == 1 ? Kind.DEPTHWISE : Kind.CONV;
  }

  /** The same with a saliency of its weights. */
  TensorRef withSaliency(StoredTensor of) {
    return new TensorRef(
        model, name, kind, shape, macs, layout, origin, stored, seed, paper, of, inputs);
  }

  /** The same with the mean products of its inputs. */
  TensorRef withInputs(StoredTensor of) {
    return new TensorRef(
        model, name, kind, shape, macs, layout, origin, stored, seed, paper, saliency, of);
  }

  /** The saliency as a tensor whose weights it is. */
  public TensorRef ofSaliency() {
    return beside(saliency, shape, layout);
  }

  /** The mean products of inputs as a tensor whose weights they are. */
  public TensorRef ofInputs() {
    return beside(inputs, inputs.shape(), Layout.AS_STORED);
  }

  private TensorRef beside(StoredTensor of, Shape itsShape, Layout itsLayout) {
    return new TensorRef(
        model, name, kind, itsShape, macs, itsLayout, Origin.FILE, of, 0, Paper.NONE, null, null);
  }

  /** Whether its file has codes of at most 8 bits, with scales. */
  public boolean isQuantised() {
    return stored != null && StoredCodebook.bits(stored).isPresent();
  }

  /** The integers of a tensor that is quantised as a tensor whose weights they are. */
  public TensorRef ofIntegers() {
    return new TensorRef(
        model,
        name,
        kind,
        shape,
        macs,
        layout,
        origin,
        stored.quantised(null),
        seed,
        paper,
        saliency,
        inputs);
  }

  public Optional<StoredTensor> checkpointTensor() {
    return Optional.ofNullable(stored);
  }

  /** The numbers that its weights are. */
  public FloatFormat format() {
    return stored == null ? FloatFormat.FP32 : stored.format();
  }

  /**
   * Output positions that a weight serves: multiply-accumulates over weights, rounded, at least 1;
   * 1 where the first are not known.
   */
  public long positions() {
    return macs < 0 ? 1 : Math.max(1, Math.round((double) macs / shape.size()));
  }

  public OptionalLong knownMacs() {
    return macs < 0 ? OptionalLong.empty() : OptionalLong.of(macs);
  }
}
