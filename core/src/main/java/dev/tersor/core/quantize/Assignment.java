package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Codebook;

/**
 * Gives each weight its code. Zero weights get code 0. With a uniform codebook, or one with a step
 * for each row, every other weight goes to the nearest level, zero included; with a table to the
 * nearest centroid, never to zero, so that a surviving weight stays one. Ties go to the lower
 * value.
 */
public final class Assignment {
  private static final int CELLS = 1 << 12;

  private Assignment() {}

  public static byte[] codes(float[] weights, Codebook codebook) {
    byte[] codes = new byte[weights.length];
    switch (codebook.kind()) {
      case UNIFORM -> uniform(weights, 0, weights.length, codebook.value(1), codebook, codes);
      case TABLE -> table(weights, codebook, codes);
      case CHANNELS -> {
        int rows = codebook.rows();
        int length = rows == 0 ? 0 : weights.length / rows;
        if (rows * (long) length != weights.length) {
          throw new IllegalArgumentException(
              weights.length + " weights are not " + rows + " rows of one length");
        }
        for (int row = 0; row < rows; row++) {
          uniform(weights, row * length, (row + 1) * length, codebook.step(row), codebook, codes);
        }
      }
    }
    return codes;
  }

  private static void uniform(
      float[] weights, int from, int to, double step, Codebook codebook, byte[] codes) {
    if (step == 0) {
      return;
    }
    int highest = Codebook.uniformLimit(codebook.bits());
    int lowest = codebook.bits() == 1 ? 0 : -highest;
    int mask = codebook.size() - 1;
    double perStep = 1 / step;
    for (int i = from; i < to; i++) {
      int level = (int) Math.ceil(weights[i] * perStep - 0.5);
      codes[i] = (byte) (Math.max(lowest, Math.min(highest, level)) & mask);
    }
  }

  private static void table(float[] weights, Codebook codebook, byte[] codes) {
    int k = codebook.size() - 1;
    while (k > 0 && codebook.value(k) == 0) {
      k--;
    }
    if (k == 0) {
      return;
    }
    // A grid over the centroids' range gives a first candidate; a few steps up find the nearest.
    float[] boundaries = new float[k];
    for (int c = 1; c < k; c++) {
      boundaries[c - 1] = (float) (((double) codebook.value(c) + codebook.value(c + 1)) / 2);
    }
    boundaries[k - 1] = Float.POSITIVE_INFINITY;
    float low = codebook.value(1);
    float perCell = CELLS / (codebook.value(k) - low);
    if (!Float.isFinite(perCell)) {
      perCell = 0;
    }
    int[] first = new int[CELLS + 1];
    for (int c = 0; c < k - 1; c++) {
      // Rounding is monotone: a weight in a later cell than the boundary's is above the boundary.
      int cell = (int) ((boundaries[c] - low) * perCell) + 1;
      if (cell <= CELLS) {
        first[cell] = c + 1;
      }
    }
    for (int cell = 1; cell <= CELLS; cell++) {
      first[cell] = Math.max(first[cell], first[cell - 1]);
    }
    for (int i = 0; i < weights.length; i++) {
      float weight = weights[i];
      int cell = (int) ((weight - low) * perCell);
      int c = first[Math.max(0, Math.min(CELLS, cell))];
      // Most cells hold one boundary at most: a step that need not be predicted, then rarely more.
      c += weight > boundaries[c] ? 1 : 0;
      while (weight > boundaries[c]) {
        c++;
      }
      codes[i] = (byte) (weight == 0 ? 0 : c + 1);
    }
  }
}
