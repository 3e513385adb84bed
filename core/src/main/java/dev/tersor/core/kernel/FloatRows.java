package dev.tersor.core.kernel;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.bits.PackedInts;
import dev.tersor.core.encode.OpenContainer.CodedStream;
import dev.tersor.core.encode.OpenFloats;
import dev.tersor.core.symbol.StructureCoder;
import dev.tersor.core.symbol.SymbolSequence;
import dev.tersor.core.tensor.FloatFormat;
import java.util.Arrays;

/**
 * Weights that are not quantised, as they are stored without loss: sign and exponent of each in a
 * sequence, a wavelet tree as it lies or decoded when it is opened, and packed mantissas. A few
 * rows at a time are put together and multiplied by the dense kernel.
 */
final class FloatRows implements Matrix {
  /** Rows that the dense kernel multiplies together. */
  private static final int TILE = 4;

  /** Where the signs and exponents of a row come from. */
  private interface Exponents {
    /** Puts those of the weights in [from, to) into the first numbers of {@code out}. */
    void decode(int from, int to, int[] out);
  }

  private final Products products;
  private final FloatFormat format;
  private final int rows;
  private final int columns;
  private final long bytes;
  private final Exponents source;
  private final byte[] mantissas;
  private final int[] exponents;
  private final float[] tile;
  private float[] outputs = new float[0];

  private FloatRows(
      Products products, OpenFloats open, Exponents source, long sourceBytes, byte[] mantissas) {
    this.products = products;
    this.format = open.format();
    this.rows = (int) open.shape().rows();
    this.columns = (int) open.shape().rowLength();
    this.source = source;
    this.bytes = sourceBytes + mantissas.length;
    // A mantissa is read as a word that may end behind the last.
    this.mantissas = Arrays.copyOf(mantissas, mantissas.length + Long.BYTES);
    this.exponents = new int[columns];
    this.tile = new float[Math.min(TILE, rows) * columns];
  }

  /**
   * @throws MalformedInputException if a stream's bytes are not those of such a stream
   */
  static FloatRows of(Products products, OpenFloats open) {
    CodedStream low = open.mantissas();
    byte[] packed = low.coded().payload();
    try {
      PackedInts.check(packed, low.count(), low.width());
    } catch (MalformedInputException e) {
      throw new MalformedInputException("mantissas: " + e.getMessage(), low.at() + e.position());
    }
    CodedStream high = open.exponents();
    if (high.coder() instanceof StructureCoder) {
      SymbolSequence sequence = high.open();
      long held = (long) high.coded().table().length + high.coded().payload().length;
      return new FloatRows(
          products, open, (from, to, out) -> sequence.decode(from, to, out, 0), held, packed);
    }
    // Nine bits at most.
    int[] symbols = high.symbols().values();
    short[] decoded = new short[symbols.length];
    for (int i = 0; i < symbols.length; i++) {
      decoded[i] = (short) symbols[i];
    }
    return new FloatRows(
        products,
        open,
        (from, to, out) -> {
          for (int i = from; i < to; i++) {
            out[i - from] = decoded[i];
          }
        },
        (long) Short.BYTES * decoded.length,
        packed);
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
    if (outputs.length < TILE * batch) {
      outputs = new float[TILE * batch];
    }
    for (int row = 0; row < rows; row += TILE) {
      int count = Math.min(TILE, rows - row);
      for (int i = 0; i < count; i++) {
        put(row + i, i * columns);
      }
      products.dense(tile, count, columns, x, batch, outputs);
      System.arraycopy(outputs, 0, y, row * batch, count * batch);
    }
  }

  /** Puts the weights of a row together. */
  private void put(int row, int at) {
    int from = row * columns;
    source.decode(from, from + columns, exponents);
    int width = format.mantissaBits();
    int mask = (1 << width) - 1;
    long bit = (long) from * width;
    if (format == FloatFormat.FP32) {
      for (int i = 0; i < columns; i++, bit += width) {
        int low = (int) (LittleEndian.getLong(mantissas, (int) (bit >>> 3)) >>> (bit & 7)) & mask;
        tile[at + i] = Float.intBitsToFloat(exponents[i] << width | low);
      }
      return;
    }
    for (int i = 0; i < columns; i++, bit += width) {
      int low = (int) (LittleEndian.getLong(mantissas, (int) (bit >>> 3)) >>> (bit & 7)) & mask;
      tile[at + i] = format.toFloat(exponents[i] << width | low);
    }
  }
}
