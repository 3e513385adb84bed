package dev.tersor.core.quantize;

/** How the error of weights counts that are given levels one after the other. */
interface WeightError {
  /** So many weights are decided before the next one can be looked at; 0 where any may wait. */
  default int together() {
    return 0;
  }

  /** What a weight is to be, after all that was taken for those before. */
  double target(int position, float weight);

  /** How much the squared distance from that counts. */
  double counts(int position);

  /** What was taken for the weight. */
  void take(int position, float weight, double value);
}
