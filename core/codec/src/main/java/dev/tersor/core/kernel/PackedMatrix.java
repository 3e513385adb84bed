package dev.tersor.core.kernel;

import dev.tersor.core.bits.PackedInts;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Step;
import java.util.Arrays;

/**
 * Codes of 1 to 8 bits, packed row by row: recipe {@code dense/packed}. One input goes through
 * codes as they lie, where a row begins at a byte and codes are levels of 2, 4 or 8 bits or numbers
 * of a table of 16; else rows are decoded.
 */
public final class PackedMatrix implements Matrix {
  private enum Kernel {
    LEVELS,
    LOOKED,
    DECODED
  }

  private final PackedProducts products;
  private final DecodedRows decoded;
  private final byte[] packed;
  private final int bits;
  private final float[] table;
  private final float step;
  private final Kernel kernel;
  private final float[] scratch;

  /**
   * @param packed rows x columns codes as {@link PackedInts} packs them
   * @throws IllegalArgumentException if they are not so many
   */
  public PackedMatrix(
      PackedProducts products,
      Products dense,
      byte[] packed,
      Codebook.OfTensor codebook,
      int rows,
      int columns) {
    long needed = PackedInts.bytes((long) rows * columns, codebook.bits());
    if (packed.length != needed) {
      throw new IllegalArgumentException(
          "%d bytes are not %d x %d codes of %d bits"
              .formatted(packed.length, rows, columns, codebook.bits()));
    }
    this.products = products;
    this.bits = codebook.bits();
    this.packed = Arrays.copyOf(packed, packed.length + PackedProducts.padding());
    this.table = Arrays.copyOf(Lookup.of(codebook).values(), 16);
    this.step = codebook.value(1);
    this.scratch = new float[PackedProducts.scratch(columns)];
    this.decoded =
        new DecodedRows(
            dense,
            new DecodedCodes(dense, this::decode, codebook),
            rows,
            columns,
            packed.length + (long) Float.BYTES * stored(codebook));
    this.kernel = kernel(codebook, rows, columns);
  }

  private static int stored(Codebook.OfTensor codebook) {
    return codebook instanceof Step ? 1 : codebook.size() - 1;
  }

  private Kernel kernel(Codebook codebook, int rows, int columns) {
    boolean aligned = (long) columns * bits % Byte.SIZE == 0;
    boolean levels = bits == 2 || bits == 4 || bits == 8;
    if (aligned && levels && codebook instanceof Step && !hasLowest(rows)) {
      return Kernel.LEVELS;
    }
    return aligned && bits == 4 ? Kernel.LOOKED : Kernel.DECODED;
  }

  /** Whether the code below the lowest level occurs, which stands for zero; no writer uses it. */
  private boolean hasLowest(int rows) {
    int columns = decoded.columns();
    byte[] codes = new byte[columns];
    for (int row = 0; row < rows; row++) {
      decode(row * columns, (row + 1) * columns, codes);
      for (byte code : codes) {
        if ((code & 0xFF) == 1 << (bits - 1)) {
          return true;
        }
      }
    }
    return false;
  }

  private void decode(int from, int to, byte[] out) {
    PackedInts.unpackBytes(packed, from, to - from, bits, out);
  }

  @Override
  public int rows() {
    return decoded.rows();
  }

  @Override
  public int columns() {
    return decoded.columns();
  }

  @Override
  public long bytes() {
    return decoded.bytes();
  }

  @Override
  public void multiply(float[] x, int batch, float[] y) {
    if (batch != 1 || kernel == Kernel.DECODED) {
      decoded.multiply(x, batch, y);
    } else if (kernel == Kernel.LOOKED) {
      products.looked(packed, table, rows(), columns(), x, scratch, y);
    } else {
      products.levels(packed, bits, rows(), columns(), x, scratch, y);
      for (int row = 0; row < rows(); row++) {
        y[row] *= step;
      }
    }
  }
}
