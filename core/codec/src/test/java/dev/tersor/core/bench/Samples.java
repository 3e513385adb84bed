package dev.tersor.core.bench;

import dev.tersor.core.prune.Magnitude;
import dev.tersor.core.quantize.Assignment;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.quantize.Points;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.SyntheticWeights;

/** What the benchmarks run on: the largest layer of ResNet34, 512x512x3x3, with drawn weights. */
public final class Samples {
  public static final int WEIGHTS = 2_359_296;
  private static final Shape SHAPE = Shape.of(512, 512, 3, 3);

  private Samples() {}

  static float[] weights() {
    return new SyntheticWeights(34, "layer4.2.conv2.weight", SHAPE).draw(0, WEIGHTS);
  }

  static float[] pruned(double sparsity) {
    float[] weights = weights();
    return Magnitude.threshold(weights, Magnitude.count(sparsity, WEIGHTS)).apply(weights);
  }

  public static Codes codes(double sparsity, int bits) {
    float[] pruned = pruned(sparsity);
    Codebook codebook = CodebookFitters.ALL.get("linear").fit(Points.ofNonZero(pruned), bits, 0);
    return new Codes(SHAPE, Assignment.codes(pruned, codebook), codebook);
  }
}
