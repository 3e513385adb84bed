package dev.tersor.core.kernel;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Products} with the Vector API. Sparse rows gather single inputs, or add whole rows of a
 * batch.
 */
public final class VectorProducts implements Products {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int TILE = 2 * LANES;

  /** A table of 16 numbers is one vector, where a vector has so many. */
  private static final int TABLE_BITS = 4;

  private static final boolean LOOKS_UP = LANES == 1 << TABLE_BITS;

  /** As long as those that merge the symbols of wavelet trees; {@code VectorMerge} says why. */
  private static final VectorSpecies<Byte> CODES = ByteVector.SPECIES_256;

  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_512;

  private final ScalarProducts scalar = new ScalarProducts();

  @Override
  public void dense(float[] w, int rows, int columns, float[] x, int batch, float[] y, int to) {
    if (batch == 1) {
      VectorDenseProducts.ofOne(w, rows, columns, x, y, to);
    } else if (batch % LANES == 0) {
      VectorDenseProducts.ofBatch(w, rows, columns, x, batch, y, to);
    } else {
      scalar.dense(w, rows, columns, x, batch, y, to);
    }
  }

  @Override
  public void lookUp(byte[] codes, int count, int bits, float[] table, float[] to) {
    int whole = LOOKS_UP && bits <= TABLE_BITS ? count - count % CODES.length() : 0;
    IntVector numbers = FloatVector.fromArray(SPECIES, table, 0).reinterpretAsInts();
    for (int i = 0; i < whole; i += 2 * LANES) {
      ByteVector all = ByteVector.fromArray(CODES, codes, i);
      IntVector first = (IntVector) all.convertShape(VectorOperators.B2I, INTS, 0);
      IntVector second = (IntVector) all.convertShape(VectorOperators.B2I, INTS, 1);
      numbers.rearrange(first.and(LANES - 1).toShuffle()).reinterpretAsFloats().intoArray(to, i);
      numbers
          .rearrange(second.and(LANES - 1).toShuffle())
          .reinterpretAsFloats()
          .intoArray(to, i + LANES);
    }
    for (int i = whole; i < count; i++) {
      to[i] = table[codes[i] & 0xFF];
    }
  }

  @Override
  public int padded(int count) {
    return count == 1 ? 1 : (count + LANES - 1) / LANES * LANES;
  }

  @Override
  public void sparse(CsrMatrix w, float[] x, int batch, float[] y) {
    if (batch == 1 || batch % LANES != 0) {
      scalar.sparse(w, x, batch, y);
      return;
    }
    for (int row = 0; row < w.rows(); row++) {
      int sample = 0;
      for (; sample + TILE <= batch; sample += TILE) {
        added(w, row, x, sample, batch, y);
      }
      for (; sample < batch; sample += LANES) {
        addedOnce(w, row, x, sample, batch, y);
      }
    }
  }

  /** The products of a row with one register of samples. */
  private static void addedOnce(CsrMatrix w, int row, float[] x, int sample, int batch, float[] y) {
    FloatVector sum = FloatVector.zero(SPECIES);
    char[] positions = w.positions();
    int end = w.starts()[row + 1];
    for (int i = w.starts()[row]; i < end; i++) {
      sum =
          FloatVector.broadcast(SPECIES, ScalarProducts.value(w, i))
              .fma(FloatVector.fromArray(SPECIES, x, positions[i] * batch + sample), sum);
    }
    sum.intoArray(y, row * batch + sample);
  }

  /** The same with two. */
  private static void added(CsrMatrix w, int row, float[] x, int sample, int batch, float[] y) {
    FloatVector left = FloatVector.zero(SPECIES);
    FloatVector right = FloatVector.zero(SPECIES);
    char[] positions = w.positions();
    int end = w.starts()[row + 1];
    for (int i = w.starts()[row]; i < end; i++) {
      FloatVector weight = FloatVector.broadcast(SPECIES, ScalarProducts.value(w, i));
      int from = positions[i] * batch + sample;
      left = weight.fma(FloatVector.fromArray(SPECIES, x, from), left);
      right = weight.fma(FloatVector.fromArray(SPECIES, x, from + LANES), right);
    }
    left.intoArray(y, row * batch + sample);
    right.intoArray(y, row * batch + sample + LANES);
  }
}
