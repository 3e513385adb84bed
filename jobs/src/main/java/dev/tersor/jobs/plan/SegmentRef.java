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

  /** The same for all segments of a tensor. */
  public String tensorId() {
    return tensor.model() + "\u0000" + tensor.name();
  }
}
