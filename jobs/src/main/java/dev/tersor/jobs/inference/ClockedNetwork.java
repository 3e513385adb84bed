package dev.tersor.jobs.inference;

import dev.tersor.core.infer.Inference;
import dev.tersor.core.kernel.Matrix;
import dev.tersor.core.kernel.Products;
import dev.tersor.core.model.Architecture;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A network that runs layer by layer, and how long it and each layer's products take at best. */
final class ClockedNetwork {
  private final Inference inference;
  private final Map<String, ClockedMatrix> clocked = new LinkedHashMap<>();
  private final Map<String, Long> best = new LinkedHashMap<>();
  private long bestPass = Long.MAX_VALUE;

  /**
   * @param numbers biases and the parameters of normalisations, by name
   */
  ClockedNetwork(
      Architecture architecture, Map<String, Matrix> weights, Map<String, float[]> numbers) {
    weights.forEach((name, matrix) -> clocked.put(name, new ClockedMatrix(matrix)));
    this.inference = new Inference(architecture, Products.fastest(), Map.copyOf(clocked), numbers);
  }

  float[] scores(float[] image) {
    return inference.scores(image);
  }

  /** Times a pass over images. */
  void pass(List<float[]> images) {
    clocked.values().forEach(ClockedMatrix::take);
    long start = System.nanoTime();
    for (float[] image : images) {
      inference.scores(image);
    }
    bestPass = Math.min(bestPass, System.nanoTime() - start);
    clocked.forEach((name, matrix) -> best.merge(name, matrix.take(), Math::min));
  }

  /** Nanoseconds of the fastest pass. */
  long passNanos() {
    return bestPass;
  }

  /** Nanoseconds of a weight's products in the pass in which they were fastest. */
  long productNanos(String weight) {
    return best.get(weight);
  }
}
