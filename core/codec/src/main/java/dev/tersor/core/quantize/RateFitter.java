package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Levels;
import dev.tersor.core.tensor.NameWithParameters;
import dev.tersor.core.tensor.Outliers;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Levels, and codes of least squared error plus lambda times bits: those of one step, or free ones.
 * A weight whose level is not worth its bits goes to a lower one or to zero, so that a dead zone
 * and pruning come of themselves; levels that nothing goes to are left out of a table.
 *
 * <p>Of a step, weights too far beyond the last level are kept beside the codes ({@link
 * OutlierRule}).
 *
 * <p>Parameters: {@code levels}, {@code uniform} as the name alone means, or {@code free}; {@code
 * lambda}, the squared error that a bit is worth, 0 without it; {@code step} of uniform levels;
 * {@code outliers=none} keeps none; in place of lambda and step a {@link RateTarget}. Levels are
 * fitted to order-0 entropy ({@link EntropyLevels}), codes are given by what contexts make of it
 * ({@link RateSearch}).
 */
record RateFitter(boolean isFree, RateParameters rate) implements CodebookFitter {
  private static final String NAME = "rate";

  /** Steps that are tried, from one root of lambda to eight. */
  private static final int TRIED = 25;

  private static final double RATIO = StrictMath.pow(8, 1.0 / (TRIED - 1));

  RateFitter() {
    this(false, RateParameters.NONE);
  }

  @Override
  public String name() {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (isFree) {
      parameters.put("levels", "free");
    }
    return new NameWithParameters(NAME, rate.behind(parameters)).toString();
  }

  @Override
  public CodebookFitter with(Map<String, String> parameters) {
    Map<String, String> left = new LinkedHashMap<>(parameters);
    String levels = left.remove("levels");
    if (levels != null && !levels.equals("free") && !levels.equals("uniform")) {
      throw new IllegalArgumentException("levels: '" + levels + "', expected uniform or free");
    }
    RateParameters own = RateParameters.take(NAME, "levels", left);
    boolean free = levels == null ? isFree : levels.equals("free");
    if (free && own.step() > 0) {
      throw new IllegalArgumentException("step: " + own.step() + " is of uniform levels");
    }
    return new RateFitter(free, own);
  }

  @Override
  public Optional<RateTarget> target() {
    return rate.target();
  }

  @Override
  public CodebookFitter at(double lambda) {
    return new RateFitter(isFree, rate.at(lambda));
  }

  @Override
  public boolean countsBits() {
    return true;
  }

  @Override
  public ErrorMeasure measure() {
    return rate.measure();
  }

  /** Training gives weights the nearest level. */
  @Override
  public boolean isTrainable() {
    return false;
  }

  /** Free levels, and the zero that survivors may become where it costs less. */
  @Override
  public int values(int bits) {
    return isFree ? 1 << bits : CodebookFitter.super.values(bits);
  }

  @Override
  public Codebook fit(Points survivors, int bits, long seed) {
    checkBits(bits);
    rate.checkChosen(name());
    if (rate.lambda() == 0 || survivors.size() == 0) {
      return ofLeastError(survivors, bits, seed);
    }
    boolean isMirrored = survivors.isMirrorFirst();
    Points points = isMirrored ? survivors.mirror() : survivors;
    double step = rate.step() > 0 ? rate.step() : step(points, bits);
    if (!isFree) {
      boolean isDown = bits == 1 && isMirrored;
      return new Step(bits, (float) (isDown ? -step : step));
    }
    double[] free =
        new EntropyLevels(points, rate.ofSteps(points), levels(step, (1 << bits) / 2))
            .converge(true)
            .levels;
    double[] others = Arrays.stream(free).filter(level -> level != 0).toArray();
    // One more than codes may have come from both sides of zero: the rarest end is cut.
    int most = (1 << bits) - 1;
    int from = others.length > most ? 1 : 0;
    var codebook = KMeans.codebook(bits, Arrays.copyOfRange(others, from, others.length));
    return isMirrored ? codebook.negated() : codebook;
  }

  private Codebook ofLeastError(Points survivors, int bits, long seed) {
    if (isFree) {
      return CodebookFitters.ALL.get("exact").fit(survivors, bits, seed);
    }
    float step =
        rate.step() > 0 ? (float) rate.step() : new Uniform().mirroredStep(survivors, bits);
    return new Step(bits, step);
  }

  /** Of least cost on a geometric grid, with levels as far as codes go. */
  private double step(Points points, int bits) {
    int limit = Levels.limit(bits);
    double lambda = rate.ofSteps(points);
    double widest = Math.nextDown(Float.MAX_VALUE / limit);
    double best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < TRIED; i++) {
      double step =
          Math.max(Float.MIN_VALUE, Math.min(widest, Math.sqrt(lambda) * StrictMath.pow(RATIO, i)));
      double cost =
          new EntropyLevels(
                      points, lambda, bits == 1 ? new double[] {0, step} : levels(step, limit))
                  .converge(false)
                  .cost()
              - (bits == 1 ? 0 : rate.outliers().saved(points, limit * step));
      if (cost < least) {
        least = cost;
        best = step;
      }
    }
    return best;
  }

  private static double[] levels(double step, int limit) {
    double[] levels = new double[2 * limit + 1];
    Arrays.setAll(levels, i -> (i - limit) * step);
    return levels;
  }

  @Override
  public Codebook withOutliers(float[] weights, Codebook codebook) {
    return codebook instanceof Step step && step.bits() > 1
        ? rate.outliers().beside(weights, step, (double) Levels.limit(step.bits()) * step.step())
        : codebook;
  }

  @Override
  public byte[] codes(Shape shape, float[] weights, Codebook codebook) {
    if (codebook instanceof Outliers outliers) {
      return codes(shape, outliers.beyond(weights), outliers.base());
    }
    return rate.lambda() > 0 && codebook instanceof Codebook.OfTensor levels
        ? new RateSearch(levels, rate.lambda(), () -> Importances.EVEN).codes(weights, row(shape))
        : Assignment.codes(weights, codebook);
  }

  @Override
  public Codes quantise(Shape shape, float[] weights, Calibration known, Codebook codebook) {
    if (known.measure() != measure() || weights.length == 0) {
      return CodebookFitter.super.quantise(shape, weights, known, codebook);
    }
    if (known instanceof Calibration.Saliency saliency
        && rate.lambda() > 0
        && codebook instanceof Codebook.OfTensor levels) {
      Importances each = Importances.of(weights, saliency.each());
      RateSearch search = new RateSearch(levels, rate.lambda() / each.mean(), () -> each);
      return new Codes(shape, search.codes(weights, row(shape)), codebook);
    }
    if (known instanceof Calibration.Inputs inputs) {
      return byOutputs(shape, weights, inputs, withOutliers(weights, codebook));
    }
    return CodebookFitter.super.quantise(shape, weights, known, codebook);
  }

  private Codes byOutputs(
      Shape shape, float[] weights, Calibration.Inputs inputs, Codebook codebook) {
    int rows = Math.toIntExact(shape.rows());
    boolean isBeyond = codebook instanceof Outliers;
    float[] base = codebook instanceof Outliers outliers ? outliers.beyond(weights) : weights;
    Codebook levels = isBeyond ? ((Outliers) codebook).base() : codebook;
    RateSearch search =
        new RateSearch((Codebook.OfTensor) levels, rate.lambda(), errors(inputs, rows, row(shape)));
    return new Codes(shape, search.codes(base, row(shape)), codebook);
  }

  private static Supplier<WeightError> errors(Calibration.Inputs inputs, int rows, int columns) {
    if (inputs.rowsAreInputs()) {
      SecondMoment moment = FedRows.moment(inputs, rows);
      return () -> new FedRows(moment, rows, columns);
    }
    OutputErrors errors = new OutputErrors(inputs, rows, columns);
    return () -> new FedErrors(errors);
  }

  private static int row(Shape shape) {
    return Math.toIntExact(shape.rowLength());
  }
}
