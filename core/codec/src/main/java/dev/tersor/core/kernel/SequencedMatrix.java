package dev.tersor.core.kernel;

import dev.tersor.core.encode.NetworkSequence;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Shape;

/**
 * A layer of a {@link NetworkSequence} as a matrix (Succinct Compression, section 5): each product
 * finds it by two selects, reads its flag, and then its codes, one by one or a block at a time.
 */
final class SequencedMatrix implements Matrix {
  private final NetworkSequence sequence;
  private final int layer;
  private final DecodedRows rows;
  private NetworkSequence.Place place;

  /**
   * @param codebook what codes are multiplied as
   */
  SequencedMatrix(
      Products products, NetworkSequence sequence, int layer, Codebook.OfTensor codebook) {
    Shape shape = sequence.layers().get(layer).shape();
    this.sequence = sequence;
    this.layer = layer;
    this.rows =
        new DecodedRows(
            products,
            new DecodedCodes(
                products, (from, to, out) -> sequence.codes(place, from, to, out), codebook),
            Math.toIntExact(shape.rows()),
            Math.toIntExact(shape.rowLength()),
            0);
  }

  @Override
  public int rows() {
    return rows.rows();
  }

  @Override
  public int columns() {
    return rows.columns();
  }

  /** Nothing of its own: the tree is that of all layers. */
  @Override
  public long bytes() {
    return rows.bytes();
  }

  @Override
  public void multiply(float[] x, int batch, float[] y) {
    place = sequence.place(layer);
    rows.multiply(x, batch, y);
  }
}
