package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Codebook;

/**
 * Fits weights and their mirror image alike: the codebook of weights with the opposite sign is the
 * same with the opposite sign. Only weights that are their own mirror image have one that need not
 * be its own.
 */
record Mirrored(CodebookFitter fitter) implements CodebookFitter {
  @Override
  public String name() {
    return fitter.name();
  }

  @Override
  public Codebook fit(Points survivors, int bits, long seed) {
    return survivors.isMirrorFirst()
        ? fitter.fit(survivors.mirror(), bits, seed).negated()
        : fitter.fit(survivors, bits, seed);
  }
}
