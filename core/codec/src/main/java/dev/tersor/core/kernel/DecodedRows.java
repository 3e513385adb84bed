package dev.tersor.core.kernel;

/**
 * A matrix whose rows are decoded a few at a time, whatever they are stored as, and multiplied by
 * the dense kernel: block-wise access (Succinct Compression, section 3.2). With a batch, as in a
 * convolution, a decoded row serves all samples.
 */
final class DecodedRows implements Matrix {
  /** Rows that the dense kernel multiplies together. */
  private static final int TILE = 4;

  /**
   * Weights at a time, unless a few rows are more: a range of a wavelet tree is decoded faster when
   * it is long.
   */
  private static final int RANGE = 4096;

  /** Where weights come from. */
  interface Source {
    /** Puts the weights in [from, to) into the first places of {@code out}. */
    void decode(int from, int to, float[] out);
  }

  private final Products products;
  private final Source source;
  private final int rows;
  private final int columns;
  private final long bytes;
  private final int together;
  private final float[] tile;

  /**
   * @param bytes of the source
   */
  DecodedRows(Products products, Source source, int rows, int columns, long bytes) {
    this.products = products;
    this.source = source;
    this.rows = rows;
    this.columns = columns;
    this.bytes = bytes;
    this.together = Math.min(rows, most(columns));
    this.tile = new float[together * columns];
  }

  /** The most rows that are decoded at once. */
  private static int most(int columns) {
    return Math.max(1, RANGE / (TILE * Math.max(1, columns))) * TILE;
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
    for (int row = 0; row < rows; row += together) {
      int count = Math.min(together, rows - row);
      source.decode(row * columns, (row + count) * columns, tile);
      products.dense(tile, count, columns, x, batch, y, row * batch);
    }
  }
}
