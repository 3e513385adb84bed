package dev.tersor.core.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of fp32 matrices with the Vector API: part of {@link VectorProducts}. One input takes
 * four rows at once; a batch takes eight registers of sums, four rows of two registers each, so
 * that every load of the inputs is used four times, and a block of columns at a time.
 */
final class VectorDenseProducts {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int TILE_ROWS = 4;
  private static final int TILE = 2 * LANES;

  /** Columns at a time: their inputs stay in the second-level cache while all rows pass. */
  private static final int BLOCK = 256;

  private VectorDenseProducts() {}

  /** Sets y = w x for one input. */
  static void ofOne(float[] w, int rows, int columns, float[] x, float[] y, int to) {
    int row = 0;
    for (; row + TILE_ROWS <= rows; row += TILE_ROWS) {
      dots(w, row * columns, columns, x, y, to + row);
    }
    for (; row < rows; row++) {
      y[to + row] = dot(w, row * columns, columns, x);
    }
  }

  /** Sets y = w x for a batch of whole vectors. */
  static void ofBatch(float[] w, int rows, int columns, float[] x, int batch, float[] y, int to) {
    Arrays.fill(y, to, to + rows * batch, 0);
    for (int first = 0; first < columns; first += BLOCK) {
      int end = Math.min(columns, first + BLOCK);
      int row = 0;
      for (; row + TILE_ROWS <= rows; row += TILE_ROWS) {
        int at = row * columns;
        int out = to + row * batch;
        int sample = 0;
        for (; sample + TILE <= batch; sample += TILE) {
          tile(w, at, columns, first, end, x, sample, batch, y, out + sample);
        }
        for (; sample < batch; sample += LANES) {
          strip(w, at, columns, first, end, x, sample, batch, y, out + sample);
        }
      }
      for (; row < rows; row++) {
        int at = row * columns;
        int out = to + row * batch;
        for (int sample = 0; sample < batch; sample += LANES) {
          line(w, at, first, end, x, sample, batch, y, out + sample);
        }
      }
    }
  }

  /** Four rows at once: four streams from memory are quicker than one after the other. */
  private static void dots(float[] w, int at0, int columns, float[] x, float[] y, int to) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = FloatVector.zero(SPECIES);
    FloatVector sum2 = FloatVector.zero(SPECIES);
    FloatVector sum3 = FloatVector.zero(SPECIES);
    int at1 = at0 + columns;
    int at2 = at1 + columns;
    int at3 = at2 + columns;
    int c = 0;
    for (; c <= columns - LANES; c += LANES) {
      FloatVector in = FloatVector.fromArray(SPECIES, x, c);
      sum0 = FloatVector.fromArray(SPECIES, w, at0 + c).fma(in, sum0);
      sum1 = FloatVector.fromArray(SPECIES, w, at1 + c).fma(in, sum1);
      sum2 = FloatVector.fromArray(SPECIES, w, at2 + c).fma(in, sum2);
      sum3 = FloatVector.fromArray(SPECIES, w, at3 + c).fma(in, sum3);
    }
    float dot0 = sum0.reduceLanes(VectorOperators.ADD);
    float dot1 = sum1.reduceLanes(VectorOperators.ADD);
    float dot2 = sum2.reduceLanes(VectorOperators.ADD);
    float dot3 = sum3.reduceLanes(VectorOperators.ADD);
    for (; c < columns; c++) {
      dot0 += w[at0 + c] * x[c];
      dot1 += w[at1 + c] * x[c];
      dot2 += w[at2 + c] * x[c];
      dot3 += w[at3 + c] * x[c];
    }
    y[to] = dot0;
    y[to + 1] = dot1;
    y[to + 2] = dot2;
    y[to + 3] = dot3;
  }

  private static float dot(float[] w, int at, int columns, float[] x) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = FloatVector.zero(SPECIES);
    FloatVector sum2 = FloatVector.zero(SPECIES);
    FloatVector sum3 = FloatVector.zero(SPECIES);
    int c = 0;
    for (; c <= columns - 4 * LANES; c += 4 * LANES) {
      sum0 =
          FloatVector.fromArray(SPECIES, w, at + c).fma(FloatVector.fromArray(SPECIES, x, c), sum0);
      sum1 =
          FloatVector.fromArray(SPECIES, w, at + c + LANES)
              .fma(FloatVector.fromArray(SPECIES, x, c + LANES), sum1);
      sum2 =
          FloatVector.fromArray(SPECIES, w, at + c + 2 * LANES)
              .fma(FloatVector.fromArray(SPECIES, x, c + 2 * LANES), sum2);
      sum3 =
          FloatVector.fromArray(SPECIES, w, at + c + 3 * LANES)
              .fma(FloatVector.fromArray(SPECIES, x, c + 3 * LANES), sum3);
    }
    float sum = sum0.add(sum1).add(sum2.add(sum3)).reduceLanes(VectorOperators.ADD);
    for (; c < columns; c++) {
      sum += w[at + c] * x[c];
    }
    return sum;
  }

  /** Adds the products of some columns. */
  private static void tile(
      float[] w,
      int at,
      int columns,
      int first,
      int end,
      float[] x,
      int sample,
      int batch,
      float[] y,
      int to) {
    FloatVector sum00 = FloatVector.fromArray(SPECIES, y, to);
    FloatVector sum01 = FloatVector.fromArray(SPECIES, y, to + LANES);
    FloatVector sum10 = FloatVector.fromArray(SPECIES, y, to + batch);
    FloatVector sum11 = FloatVector.fromArray(SPECIES, y, to + batch + LANES);
    FloatVector sum20 = FloatVector.fromArray(SPECIES, y, to + 2 * batch);
    FloatVector sum21 = FloatVector.fromArray(SPECIES, y, to + 2 * batch + LANES);
    FloatVector sum30 = FloatVector.fromArray(SPECIES, y, to + 3 * batch);
    FloatVector sum31 = FloatVector.fromArray(SPECIES, y, to + 3 * batch + LANES);
    int from = first * batch + sample;
    for (int c = first; c < end; c++, from += batch) {
      FloatVector left = FloatVector.fromArray(SPECIES, x, from);
      FloatVector right = FloatVector.fromArray(SPECIES, x, from + LANES);
      FloatVector w0 = FloatVector.broadcast(SPECIES, w[at + c]);
      FloatVector w1 = FloatVector.broadcast(SPECIES, w[at + columns + c]);
      FloatVector w2 = FloatVector.broadcast(SPECIES, w[at + 2 * columns + c]);
      FloatVector w3 = FloatVector.broadcast(SPECIES, w[at + 3 * columns + c]);
      sum00 = w0.fma(left, sum00);
      sum01 = w0.fma(right, sum01);
      sum10 = w1.fma(left, sum10);
      sum11 = w1.fma(right, sum11);
      sum20 = w2.fma(left, sum20);
      sum21 = w2.fma(right, sum21);
      sum30 = w3.fma(left, sum30);
      sum31 = w3.fma(right, sum31);
    }
    sum00.intoArray(y, to);
    sum01.intoArray(y, to + LANES);
    sum10.intoArray(y, to + batch);
    sum11.intoArray(y, to + batch + LANES);
    sum20.intoArray(y, to + 2 * batch);
    sum21.intoArray(y, to + 2 * batch + LANES);
    sum30.intoArray(y, to + 3 * batch);
    sum31.intoArray(y, to + 3 * batch + LANES);
  }

  /** The same for four rows and one register of samples. */
  private static void strip(
      float[] w,
      int at,
      int columns,
      int first,
      int end,
      float[] x,
      int sample,
      int batch,
      float[] y,
      int to) {
    FloatVector sum0 = FloatVector.fromArray(SPECIES, y, to);
    FloatVector sum1 = FloatVector.fromArray(SPECIES, y, to + batch);
    FloatVector sum2 = FloatVector.fromArray(SPECIES, y, to + 2 * batch);
    FloatVector sum3 = FloatVector.fromArray(SPECIES, y, to + 3 * batch);
    int from = first * batch + sample;
    for (int c = first; c < end; c++, from += batch) {
      FloatVector in = FloatVector.fromArray(SPECIES, x, from);
      sum0 = FloatVector.broadcast(SPECIES, w[at + c]).fma(in, sum0);
      sum1 = FloatVector.broadcast(SPECIES, w[at + columns + c]).fma(in, sum1);
      sum2 = FloatVector.broadcast(SPECIES, w[at + 2 * columns + c]).fma(in, sum2);
      sum3 = FloatVector.broadcast(SPECIES, w[at + 3 * columns + c]).fma(in, sum3);
    }
    sum0.intoArray(y, to);
    sum1.intoArray(y, to + batch);
    sum2.intoArray(y, to + 2 * batch);
    sum3.intoArray(y, to + 3 * batch);
  }

  /** The same for one row and one register of samples. */
  private static void line(
      float[] w, int at, int first, int end, float[] x, int sample, int batch, float[] y, int to) {
    FloatVector sum = FloatVector.fromArray(SPECIES, y, to);
    int from = first * batch + sample;
    for (int c = first; c < end; c++, from += batch) {
      sum =
          FloatVector.broadcast(SPECIES, w[at + c])
              .fma(FloatVector.fromArray(SPECIES, x, from), sum);
    }
    sum.intoArray(y, to);
  }
}
