package dev.tersor.core.kernel;

/**
 * A matrix whose rows are decoded one after another, a few at a time, whatever they are stored as:
 * block-wise access (Succinct Compression, section 3.2). With a batch, as in a convolution, a
 * decoded row serves all samples.
 */
final class DecodedRows implements Matrix {
  /** Rows that the dense kernel multiplies together. */
  private static final int TILE = 4;

  /** Where the codes of a row come from. */
  interface Rows {
    /** Puts the codes of a row into the first bytes of {@code to}. */
    void decode(int row, byte[] to);
  }

  private final Products products;
  private final Rows source;
  private final Lookup lookup;
  private final int rows;
  private final int columns;
  private final long bytes;
  private final byte[] codes;
  private final float[] tile;
  private float[] outputs = new float[0];

  DecodedRows(Products products, Rows source, Lookup lookup, int rows, int columns, long bytes) {
    this.products = products;
    this.source = source;
    this.lookup = lookup;
    this.rows = rows;
    this.columns = columns;
    this.bytes = bytes;
    this.codes = new byte[columns];
    this.tile = new float[Math.min(TILE, rows) * columns];
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public void multiply(float[] x, int batch, float[] y) {
    if (batch == 1) {
      for (int row = 0; row < rows; row++) {
        source.decode(row, codes);
        y[row] = lookup.dot(codes, 0, columns, x);
      }
      return;
    }
    if (outputs.length < TILE * batch) {
      outputs = new float[TILE * batch];
    }
    for (int row = 0; row < rows; row += TILE) {
      int count = Math.min(TILE, rows - row);
      for (int i = 0; i < count; i++) {
        source.decode(row + i, codes);
        lookup.values(codes, columns, tile, i * columns);
      }
      products.dense(tile, count, columns, x, batch, outputs);
      System.arraycopy(outputs, 0, y, row * batch, count * batch);
    }
  }
}
