package dev.tersor.core.quantize;

/** How the scale of weights follows from how far they reach. */
enum ScaleRule {
  /** The largest magnitude has the largest level: {@code s = max|w| / most}. */
  MAGNITUDE {
    @Override
    double scale(Extent weights, float most) {
      return (double) weights.magnitude() / most;
    }
  },
  /**
   * The largest magnitude has the highest level, where the lowest reaches a step further: {@code s
   * = max|w| / (most - 1)} (GGUF's q8_0).
   */
  HIGHEST_LEVEL {
    @Override
    double scale(Extent weights, float most) {
      return (double) weights.magnitude() / (most - 1);
    }
  },
  /**
   * The weight of largest magnitude has the lowest level, which reaches a step further than the
   * highest: {@code s = w / -most}, negative where that weight is above zero (GGUF's q4_0).
   */
  LOWEST_LEVEL {
    @Override
    double scale(Extent weights, float most) {
      return weights.furthest() == 0 ? 0 : weights.furthest() / -most;
    }
  },
  /**
   * Two levels of least squared error: {@code s = sum |w| / n} over the n weights that are not zero
   * (Rastegari et al. 2016, XNOR-Net, equation 6).
   */
  MEAN_MAGNITUDE {
    @Override
    double scale(Extent weights, float most) {
      return weights.meanMagnitude();
    }
  },
  /**
   * A power of two, {@code s = 2^(floor(log2 max|w|) - e)} with the exponent e of the largest level
   * (OCP Microscaling Formats 1.0, section 6.3).
   */
  POWER_OF_TWO {
    @Override
    double scale(Extent weights, float most) {
      double magnitude = weights.magnitude();
      return magnitude == 0
          ? 0
          : Math.scalb(1.0, Math.getExponent(magnitude) - Math.getExponent(most));
    }
  };

  /**
   * @param most the largest magnitude of a level
   * @return 0 where all weights are
   */
  abstract double scale(Extent weights, float most);
}
