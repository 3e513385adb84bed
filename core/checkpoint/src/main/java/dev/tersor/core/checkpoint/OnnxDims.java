package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.OnnxWire.bytesTag;
import static dev.tersor.core.checkpoint.OnnxWire.varintTag;

import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.util.Arrays;

/** Dimensions of a tensor, packed or one by one. */
final class OnnxDims {
  private final OnnxWire wire;
  private final HeaderChecks checks;
  private final long[] dims = new long[HeaderChecks.MAX_RANK];
  private int rank;

  OnnxDims(OnnxWire wire, HeaderChecks checks) {
    this.wire = wire;
    this.checks = checks;
  }

  /** Reads the field of that number, if the tag is its. */
  boolean read(int tag, int field) throws IOException {
    if (tag == varintTag(field)) {
      add();
    } else if (tag == bytesTag(field)) {
      int outer = wire.enter("dims");
      while (wire.remaining() > 0) {
        add();
      }
      wire.leave(outer);
    } else {
      return false;
    }
    return true;
  }

  private void add() throws IOException {
    if (rank == dims.length) {
      throw checks.malformed("more than " + rank + " dimensions", wire.position());
    }
    dims[rank++] = wire.varint();
  }

  Shape shape(String tensor, long position) {
    return checks.shape(tensor, Arrays.copyOf(dims, rank), position);
  }
}
