package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Runs;
import dev.tersor.core.tensor.ScaleFormat;
import dev.tersor.core.tensor.Scales;

/**
 * Scales of groups as GGUF's k-quants have them: small whole numbers in units that 256 weights
 * share, of 16 bits.
 */
final class SuperBlocks {
  /** Weights that share a unit. */
  static final int SIZE = 256;

  /** Beyond this power of two no unit reaches; squares and their products then stay finite. */
  private static final int MOST_EXPONENT = 30;

  private SuperBlocks() {}

  /**
   * Whole numbers from 0 on: the largest scale is 63 units.
   *
   * @param ideal a scale of each group, in its place the nearest multiple of the unit
   */
  static Scales unsigned(Runs groups, float[] ideal, int units) {
    float[] largest = new float[units];
    Runs blocks = blocks(groups);
    for (int group = 0; group < ideal.length; group++) {
      int block = groups.within(group, blocks);
      largest[block] = Math.max(largest[block], ideal[group]);
    }
    double[] outer = new double[units];
    float[] perScale = new float[units];
    for (int block = 0; block < units; block++) {
      outer[block] = largest[block] / 63f;
      perScale[block] = largest[block] > 0 ? finite(63f / largest[block]) : 0;
    }
    return scales(ScaleFormat.UINT6, groups, ideal, outer, perScale);
  }

  /** Signed whole numbers: the scale of largest magnitude is -128 units. */
  static Scales signed(Runs groups, float[] ideal, int units) {
    float[] largest = new float[units];
    Runs blocks = blocks(groups);
    for (int group = 0; group < ideal.length; group++) {
      int block = groups.within(group, blocks);
      boolean isLarger = Math.abs(ideal[group]) > Math.abs(largest[block]);
      largest[block] = isLarger ? ideal[group] : largest[block];
    }
    double[] outer = new double[units];
    float[] perScale = new float[units];
    for (int block = 0; block < units; block++) {
      perScale[block] = largest[block] == 0 ? 0 : finite(-128f / largest[block]);
      outer[block] = perScale[block] == 0 ? 0 : 1 / perScale[block];
    }
    return scales(ScaleFormat.INT8, groups, ideal, outer, perScale);
  }

  private static float finite(float number) {
    return Float.isInfinite(number) ? 0 : number;
  }

  private static Runs blocks(Runs groups) {
    return Runs.groups(SIZE, groups.columns());
  }

  private static Scales scales(
      ScaleFormat format, Runs groups, float[] ideal, double[] outer, float[] perScale) {
    Runs blocks = blocks(groups);
    int[] stored = new int[ideal.length];
    for (int group = 0; group < stored.length; group++) {
      stored[group] = format.nearest(perScale[groups.within(group, blocks)] * ideal[group]);
    }
    return new Scales(format, groups, stored, Scales.nearest(ScaleFormat.FP16, blocks, outer));
  }

  /** The power of two that weights are divided by, so that their squares are finite; mostly 1. */
  static float divisor(float magnitude) {
    return Math.scalb(1f, Math.max(0, Math.getExponent(magnitude) - MOST_EXPONENT));
  }

  /** Survivors as the weights of one group, whatever their number. */
  static float[] weights(Points survivors) {
    float[] weights = new float[survivors.size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = survivors.value(i);
    }
    return weights;
  }
}
