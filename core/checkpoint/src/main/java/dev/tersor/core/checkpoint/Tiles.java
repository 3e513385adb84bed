package dev.tersor.core.checkpoint;

import java.io.IOException;

/** Elements that lie in pieces, each a box of the tensor. */
public non-sealed interface Tiles extends Extent.Order {
  /**
   * Reads a run of elements. Memory beyond the run does not depend on the tensor but on its pieces.
   *
   * @param tensor that has this order
   * @param source the file that has it
   * @param first row-major index of the run's first element
   * @param into the run, all zero
   * @throws java.io.EOFException if pieces end early
   * @throws dev.tersor.core.bits.MalformedInputException if they are damaged
   */
  void read(StoredTensor tensor, ByteSource source, long first, float[] into) throws IOException;
}
