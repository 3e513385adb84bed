package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Shape;
import java.util.Arrays;

/**
 * A step for each row of a tensor, its output channels, fitted to the weights of that row alone.
 * Rows are independent of each other, so that parts of a tensor that are cut between rows are
 * fitted one by one. A row without survivors has the step 0.
 */
final class PerChannel implements CodebookFitter {
  private final String name;
  private final CodebookFitter row;

  /**
   * @param row fits a uniform codebook
   */
  PerChannel(String name, CodebookFitter row) {
    this.name = name;
    this.row = row;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean isPerChannel() {
    return true;
  }

  @Override
  public Codebook fit(Points survivors, int bits, long seed) {
    return Codebook.channels(bits, new float[] {row.fit(survivors, bits, seed).value(1)});
  }

  @Override
  public Codebook fit(Shape shape, float[] weights, int bits, long seed) {
    float[] steps = new float[Math.toIntExact(shape.rows())];
    int length = Math.toIntExact(shape.rowLength());
    for (int i = 0; i < steps.length; i++) {
      Points points = Points.ofNonZero(Arrays.copyOfRange(weights, i * length, (i + 1) * length));
      steps[i] = row.fit(points, bits, seed).value(1);
    }
    return Codebook.channels(bits, steps);
  }
}
