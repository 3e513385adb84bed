package dev.tersor.core.quantize;

import java.util.Locale;

/** What the error is that a codebook is fitted to: the column {@code error_measure}. */
public enum ErrorMeasure {
  /** The squared error of weights, all alike. */
  WEIGHTS,
  /** The squared error of weights, times the importance of each. */
  SALIENCY,
  /** The squared error of a layer's outputs, by the second moment of its inputs. */
  OUTPUTS;

  /** Its name in tables, and in a codebook's {@code by=}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
