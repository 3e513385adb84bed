package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Elements;
import dev.tersor.core.tensor.Runs;
import dev.tersor.core.tensor.Scaled;
import java.util.Arrays;

/**
 * Gives weights the nearest level of their run, ties to the lower value. Where the codebook keeps
 * the zero, what rounds to zero has code 0.
 */
record ScaledCodes() implements Assignment.ByType<Scaled> {
  @Override
  public Class<Scaled> type() {
    return Scaled.class;
  }

  @Override
  public byte[] codes(float[] weights, Scaled codebook) {
    byte[] codes = new byte[weights.length];
    boolean isInteger =
        codebook.elements() == Elements.INTEGER || codebook.elements() == Elements.UNSIGNED;
    Scaled.RunTask task =
        isInteger ? integers(weights, codebook, codes) : table(weights, codebook, codes);
    Scaled.forEachRun(
        codebook.scales().runs(), weights.length, rowLength(weights.length, codebook), task);
    return codes;
  }

  /** The length of a row. */
  private static long rowLength(int size, Scaled codebook) {
    Runs runs = codebook.scales().runs();
    int count = codebook.scales().count();
    long columns =
        switch (runs.unit()) {
          case TENSOR, SEGMENT -> size;
          case ROW -> count == 0 ? 0 : size / count;
          case GROUP -> runs.columns();
        };
    long rows = columns == 0 ? 0 : size / columns;
    boolean fits =
        switch (runs.unit()) {
          case TENSOR, SEGMENT -> true;
          case ROW -> columns * count == size;
          case GROUP -> rows * columns == size && (rows == 0 || runs.of((int) rows, 0) == count);
        };
    if (!fits) {
      throw new IllegalArgumentException(
          "%d weights for %d scales of %s".formatted(size, count, runs));
    }
    return columns;
  }

  /** Levels are whole numbers: rounding finds them. */
  private static Scaled.RunTask integers(float[] weights, Scaled codebook, byte[] codes) {
    int size = codebook.size();
    boolean isSigned = codebook.elements() == Elements.INTEGER;
    return (run, from, to) -> {
      double scale = codebook.scales().value(run);
      if (scale == 0) {
        return;
      }
      double minimum = codebook.minima() == null ? 0 : codebook.minima().value(run);
      double perScale = 1 / scale;
      int lowest = isSigned ? -size / 2 : -codebook.zero(run);
      int highest = lowest + size - 1;
      for (int i = from; i < to; i++) {
        double steps = (weights[i] + minimum) * perScale;
        // Of two that are as near the lower value has the higher level where the scale is negative.
        int level = (int) (scale > 0 ? Math.ceil(steps - 0.5) : Math.floor(steps + 0.5));
        codes[i] = (byte) (Math.max(lowest, Math.min(highest, level)) & (size - 1));
      }
    };
  }

  /** Levels are any: a search between the middles of neighbours finds them. */
  private static Scaled.RunTask table(float[] weights, Scaled codebook, byte[] codes) {
    float[] levels = codebook.elements().levels(codebook.bits());
    int[] ascending = ascending(levels, codebook.keepsZero());
    double[] middles = new double[ascending.length - 1];
    float least = Float.MAX_VALUE;
    for (int i = 0; i < ascending.length; i++) {
      float level = levels[ascending[i]];
      least = level != 0 && Math.abs(level) < least ? Math.abs(level) : least;
      if (i > 0) {
        middles[i - 1] = ((double) levels[ascending[i - 1]] + level) / 2;
      }
    }
    float leastLevel = least;
    return (run, from, to) -> {
      float scale = codebook.scales().value(run);
      if (scale == 0) {
        return;
      }
      boolean vanishes = codebook.keepsZero() && leastLevel * scale == 0;
      for (int i = from; i < to; i++) {
        int code = ascending[below(middles, weights[i] / (double) scale, scale < 0)];
        codes[i] = (byte) (vanishes && levels[code] * scale == 0 ? 0 : code);
      }
    };
  }

  /** Codes by their levels; of those of zero, code 0 alone where it keeps the zero. */
  private static int[] ascending(float[] levels, boolean keepsZero) {
    Integer[] codes = new Integer[levels.length];
    Arrays.setAll(codes, code -> code);
    return Arrays.stream(codes)
        .filter(code -> code == 0 || !keepsZero || levels[code] != 0)
        .sorted((a, b) -> Float.compare(levels[a], levels[b]))
        .mapToInt(code -> code)
        .toArray();
  }

  /** How many of the middles are below a number, or as low where those count as well. */
  private static int below(double[] middles, double number, boolean orEqual) {
    int low = 0;
    int high = middles.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (middles[middle] < number || (orEqual && middles[middle] == number)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
