package dev.tersor.jobs.plan;

import dev.tersor.core.tensor.Segment;
import dev.tersor.jobs.source.TensorRef;
import java.io.Serializable;

/** A segment of a tensor, its weights unread. */
public record SegmentRef(TensorRef tensor, Segment segment) implements Serializable {
  /** Unique within a sweep. */
  public String id() {
    return tensorId() + " " + segment.index();
  }

  /** What messages call it. */
  public String label() {
    return tensor.model() + " " + tensor.name();
  }

  /** The saliency of this segment's weights. */
  public SegmentRef ofSaliency() {
    return new SegmentRef(tensor.ofSaliency(), segment);
  }

  /** The mean products of the inputs of the tensor's rows, all of them. */
  public SegmentRef ofInputs() {
    TensorRef inputs = tensor.ofInputs();
    return new SegmentRef(inputs, new Segment(0, 0, inputs.shape()));
  }

  /** The integers that this segment's weights are in their file, as weights. */
  public SegmentRef ofIntegers() {
    return new SegmentRef(tensor.ofIntegers(), segment);
  }

  /** The first row of the tensor that this segment has weights of. */
  public int firstRow() {
    long length = tensor.shape().rowLength();
    return length == 0 ? 0 : Math.toIntExact(segment.offset() / length);
  }

  /** The column of its first weight; 0 but where a row is cut into several segments. */
  public int firstColumn() {
    long length = tensor.shape().rowLength();
    return length == 0 ? 0 : Math.toIntExact(segment.offset() % length);
  }

  /** The same for all segments of a row, where a row is cut into several. */
  public String rowId() {
    return tensorId() + " row " + firstRow();
  }

  /** The same for all segments of a tensor. */
  public String tensorId() {
    return tensor.model() + "\u0000" + tensor.name();
  }
}
