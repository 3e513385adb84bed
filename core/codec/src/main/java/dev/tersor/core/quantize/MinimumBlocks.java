package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Elements;
import dev.tersor.core.tensor.Runs;
import dev.tersor.core.tensor.Scaled;
import dev.tersor.core.tensor.Shape;
import java.util.OptionalInt;

/**
 * GGUF's q4_k: {@code w = (d s) q - (d' m)} with q in 0..15, s and m in 0..63 for each group of 32
 * weights of a row, and d and d' of 16 bits for each 256. No level need be zero.
 *
 * <p>Scale and minimum of a group are a weighted least-squares fit, as ggml's reference quantiser
 * makes it: weights count as root mean square plus own magnitude; the levels of 21 trial scales,
 * from 14 to 16 steps over the range, are fitted with a line each, and the one of least error is
 * taken. Its codes are the nearest levels of what is stored.
 */
record MinimumBlocks() implements CodebookFitter {
  private static final int GROUP = 32;
  private static final int BITS = 4;
  private static final int HIGHEST = 15;
  private static final int TRIALS = 20;

  @Override
  public String name() {
    return "q4_k";
  }

  @Override
  public OptionalInt width() {
    return OptionalInt.of(BITS);
  }

  @Override
  public boolean keepsZero() {
    return false;
  }

  @Override
  public int values(int bits) {
    return 1 << bits;
  }

  @Override
  public boolean isShared() {
    return false;
  }

  @Override
  public long span(Shape shape) {
    return Math.min(GROUP, shape.rowLength());
  }

  @Override
  public Scaled fit(Points survivors, int bits, long seed) {
    checkBits(bits);
    float[] weights = SuperBlocks.weights(survivors);
    Line line = Line.of(weights, 0, weights.length);
    return of(Runs.groups(GROUP, GROUP), new float[] {line.scale}, new float[] {line.minimum}, 1);
  }

  @Override
  public Scaled fit(Shape shape, float[] weights, int bits, long seed) {
    checkBits(bits);
    Runs groups = Runs.groups(GROUP, shape.rowLength());
    float[] scales = new float[groups.count(shape)];
    float[] minima = new float[scales.length];
    Scaled.forEachRun(
        groups,
        weights.length,
        shape.rowLength(),
        (run, from, to) -> {
          Line line = Line.of(weights, from, to);
          scales[run] = line.scale;
          minima[run] = line.minimum;
        });
    int blocks = Runs.groups(SuperBlocks.SIZE, shape.rowLength()).count(shape);
    return of(groups, scales, minima, blocks);
  }

  private static Scaled of(Runs groups, float[] scales, float[] minima, int blocks) {
    return new Scaled(
        Elements.UNSIGNED,
        BITS,
        SuperBlocks.unsigned(groups, scales, blocks),
        null,
        SuperBlocks.unsigned(groups, minima, blocks));
  }

  /**
   * Levels of a group: {@code scale * q - minimum}.
   *
   * @param minimum not below zero
   */
  private record Line(float scale, float minimum) {
    /** Of weights that follow each other. */
    static Line of(float[] weights, int from, int to) {
      if (from == to) {
        return new Line(0, 0);
      }
      float divisor = SuperBlocks.divisor(Extent.of(weights, from, to).magnitude());
      float[] x = new float[to - from];
      for (int i = 0; i < x.length; i++) {
        x[i] = weights[from + i] / divisor;
      }
      Line line = of(x);
      return new Line(line.scale * divisor, line.minimum * divisor);
    }

    private static Line of(float[] x) {
      float low = Math.min(0, x[0]);
      float high = x[0];
      float squares = 0;
      for (float value : x) {
        low = Math.min(low, value);
        high = Math.max(high, value);
        squares += value * value;
      }
      if (low == high) {
        return new Line(0, 0f - low);
      }
      float mean = (float) Math.sqrt(squares / x.length);
      float[] importance = new float[x.length];
      float all = 0;
      float sum = 0;
      for (int i = 0; i < x.length; i++) {
        importance[i] = mean + Math.abs(x[i]);
        all += importance[i];
        sum += importance[i] * x[i];
      }
      float scale = 1 / (HIGHEST / (high - low));
      float offset = low;
      float least = error(x, importance, scale, offset, levels(x, low, HIGHEST / (high - low)));
      for (int trial = 0; trial <= TRIALS; trial++) {
        // From the lowest level of the best line so far, not from the lowest weight.
        int[] levels = levels(x, offset, (-1f + 0.1f * trial + HIGHEST) / (high - offset));
        float first = 0;
        float second = 0;
        float mixed = 0;
        for (int i = 0; i < x.length; i++) {
          float weighted = importance[i] * levels[i];
          first += weighted;
          second += weighted * levels[i];
          mixed += weighted * x[i];
        }
        float determinant = all * second - first * first;
        if (determinant > 0) {
          float slope = (all * mixed - sum * first) / determinant;
          float intercept = (second * sum - first * mixed) / determinant;
          if (intercept > 0) {
            intercept = 0;
            slope = mixed / second;
          }
          float error = error(x, importance, slope, intercept, levels);
          if (error < least) {
            least = error;
            scale = slope;
            offset = intercept;
          }
        }
      }
      return new Line(scale, 0f - offset);
    }

    private static int[] levels(float[] x, float low, float perStep) {
      int[] levels = new int[x.length];
      for (int i = 0; i < x.length; i++) {
        int level = (int) Math.rint(perStep * (x[i] - low));
        levels[i] = Math.max(0, Math.min(HIGHEST, level));
      }
      return levels;
    }

    private static float error(
        float[] x, float[] importance, float scale, float offset, int[] levels) {
      float error = 0;
      for (int i = 0; i < x.length; i++) {
        float difference = scale * levels[i] + offset - x[i];
        error += importance[i] * (difference * difference);
      }
      return error;
    }
  }
}
