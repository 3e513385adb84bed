package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Levels;
import dev.tersor.core.tensor.Step;
import java.util.Map;
import java.util.OptionalInt;

/** One step for all weights of a tensor. */
record PerTensor(StepFitter fitter) implements CodebookFitter {
  @Override
  public String name() {
    return fitter.name();
  }

  @Override
  public CodebookFitter with(Map<String, String> parameters) {
    return parameters.isEmpty() ? this : new PerTensor(fitter.with(parameters));
  }

  @Override
  public OptionalInt width() {
    return fitter.width();
  }

  @Override
  public Step fit(Points survivors, int bits, long seed) {
    checkBits(bits);
    return new Step(bits, fitter.mirroredStep(survivors, bits));
  }

  /** Gives weights the nearest level. */
  record Codes() implements Assignment.ByType<Step> {
    @Override
    public Class<Step> type() {
      return Step.class;
    }

    @Override
    public byte[] codes(float[] weights, Step codebook) {
      byte[] codes = new byte[weights.length];
      nearest(weights, 0, weights.length, codebook.step(), codebook.bits(), codes);
      return codes;
    }
  }

  /**
   * Gives the weights in [from, to) the code of the level nearest to them, ties to the lower one.
   *
   * @param codes all zero there; left so where the step is 0
   */
  static void nearest(float[] weights, int from, int to, double step, int bits, byte[] codes) {
    if (step == 0) {
      return;
    }
    int highest = Levels.limit(bits);
    int lowest = bits == 1 ? 0 : -highest;
    int mask = (1 << bits) - 1;
    double perStep = 1 / step;
    for (int i = from; i < to; i++) {
      int level = (int) Math.ceil(weights[i] * perStep - 0.5);
      codes[i] = (byte) (Math.max(lowest, Math.min(highest, level)) & mask);
    }
  }
}
