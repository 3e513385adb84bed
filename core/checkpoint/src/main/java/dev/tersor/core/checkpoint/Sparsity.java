package dev.tersor.core.checkpoint;

import java.io.IOException;
import java.io.Serializable;

/** Which elements of a tensor are stored, where the others are zero and are not. */
public interface Sparsity extends Serializable {
  /** The stored elements, one after the other. */
  interface Elements {
    /** Decodes the next one. */
    float next() throws IOException;
  }

  /** How many elements are stored. */
  long stored();

  /**
   * Puts the stored elements of a run where they belong; all others are zero already. Memory does
   * not depend on the tensor.
   *
   * @param tensor that has this sparsity
   * @param source the file that has it
   * @param first row-major index of the run's first element
   * @param into the run
   * @param stored the stored elements in their order
   * @throws dev.tersor.core.bits.MalformedInputException if an index is not in the tensor
   */
  void scatter(StoredTensor tensor, ByteSource source, long first, float[] into, Elements stored)
      throws IOException;
}
