package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Centroids;

/** Gives weights the nearest centroid, ties to the lower one; never zero to one that is not. */
record CentroidCodes() implements Assignment.ByType<Centroids> {
  private static final int CELLS = 1 << 12;

  @Override
  public Class<Centroids> type() {
    return Centroids.class;
  }

  @Override
  public byte[] codes(float[] weights, Centroids codebook) {
    byte[] codes = new byte[weights.length];
    int k = codebook.centroids().length;
    if (k > 0) {
      nearest(weights, codebook, k, codes);
    }
    return codes;
  }

  private static void nearest(float[] weights, Centroids codebook, int k, byte[] codes) {
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
