package dev.tersor.core.tflm;

/**
 * What became of a constant tensor.
 *
 * @param name of it, behind its subgraph's where there are several
 * @param type of its elements, as the schema names it
 * @param encoding "lookup", "pruning", "huffman" or an index scheme; "-" where it stays as it was
 * @param bytes of its data before
 * @param stored bytes of its encoded and ancillary tensors, or of its data
 * @param error of its weights: the root of the mean square of what they were changed by, divided by
 *     that of themselves; 0 where they are what they were
 * @param note why it stays as it was; empty for others
 */
public record ExportedTensor(
    String name, String type, String encoding, long bytes, long stored, double error, String note) {
  static final String NONE = "-";

  /** Whether DECODE writes it now. */
  public boolean isEncoded() {
    return !encoding.equals(NONE);
  }
}
