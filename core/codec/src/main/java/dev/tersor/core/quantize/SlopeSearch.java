package dev.tersor.core.quantize;

/**
 * The lambda at which a target is reached, from one measurement after the other: {@code while
 * (!search.isDone()) search.take(measured(search.lambda()))}. Bits and decibels are nearly linear
 * in the logarithm of lambda, so that a secant finds it in a few steps; once two measurements lie
 * around the target, it stays between them.
 */
public final class SlopeSearch {
  private static final int MOST_STEPS = 16;

  /** Octaves of lambda to one side in which nothing more is found. */
  private static final double FURTHEST = 40;

  private final RateTarget target;
  private final double tolerance;
  private final double first;

  private double octave;
  private int steps;
  private boolean isDone;

  private double below = Double.NaN;
  private double ofBelow;
  private double above = Double.NaN;
  private double ofAbove;

  private double bestLambda;
  private RatePoint best;

  /**
   * @param meanSquare of the weights; 0 where all are zero
   */
  public SlopeSearch(RateTarget target, double meanSquare) {
    this.target = target;
    this.tolerance = target.kind() == RateTarget.Kind.RATE ? 0.001 * target.value() : 0.01;
    // A normal source: a bit less is four times the error, 2 ln 2 of it at the margin.
    double noise =
        target.kind() == RateTarget.Kind.RATE
            ? Math.pow(4, -target.value())
            : Math.pow(10, -target.value() / 10);
    this.first = Math.max(Double.MIN_NORMAL, meanSquare * 2 * Math.log(2) * noise);
    this.isDone = meanSquare == 0;
    this.bestLambda = isDone ? 0 : first;
    this.best = RatePoint.NONE;
  }

  /** Whether nothing is left to measure. */
  public boolean isDone() {
    return isDone;
  }

  /** What to measure next; at the end the best that was measured. */
  public double lambda() {
    return isDone ? bestLambda : Math.max(Double.MIN_NORMAL, first * StrictMath.pow(2, octave));
  }

  /** What was measured at {@link #lambda}. */
  public void take(RatePoint point) {
    double found = target.of(point);
    if (steps == 0
        || Math.abs(found - target.value()) < Math.abs(target.of(best) - target.value())) {
      best = point;
      bestLambda = lambda();
    }
    steps++;
    isDone = Math.abs(found - target.value()) <= tolerance || steps == MOST_STEPS;
    // A larger lambda has fewer bits and more error: what is above the target has a smaller one.
    if (found > target.value()) {
      above = octave;
      ofAbove = found;
    } else {
      below = octave;
      ofBelow = found;
    }
    double next = next(found);
    isDone |= Math.abs(next) > FURTHEST || next == octave;
    octave = next;
  }

  private double next(double found) {
    if (Double.isNaN(above) || Double.isNaN(below)) {
      double step = (target.value() - found) / target.anOctave();
      return octave + Math.max(-8, Math.min(8, Double.isNaN(step) ? 0 : 1.1 * step));
    }
    double share = (ofAbove - target.value()) / (ofAbove - ofBelow);
    // Not at the ends, so that both of them move.
    return above + (below - above) * Math.max(0.05, Math.min(0.95, share));
  }

  /** The best that was measured. */
  public RatePoint found() {
    return best;
  }

  /**
   * Whether that is what was asked for: within a per cent or a tenth of a decibel, or as near as it
   * comes where lambdas on both sides were measured and one tensor makes a jump between them.
   */
  public boolean isReached() {
    if (!Double.isNaN(above) && !Double.isNaN(below)) {
      return true;
    }
    double off = Math.abs(target.of(best) - target.value());
    return steps == 0
        || off <= (target.kind() == RateTarget.Kind.RATE ? 0.01 * target.value() : 0.1);
  }

  /** What cannot be reached, and what comes nearest. */
  public String nearest() {
    return target.label() + " cannot be reached, the nearest is " + target.text(target.of(best));
  }
}
