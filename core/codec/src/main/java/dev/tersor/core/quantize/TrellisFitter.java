package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Levels;
import dev.tersor.core.tensor.NameWithParameters;
import dev.tersor.core.tensor.Outliers;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.StateMachine;
import dev.tersor.core.tensor.Trellis;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Dependent quantisation ({@link Trellis}), whose levels are those of least squared error plus
 * lambda times the bits that an adaptive coder is going to charge ({@link TrellisSearch}).
 *
 * <p>Parameters: {@code states}, 4 or 8, as the name alone means 8; {@code lambda}, the squared
 * error that a bit is worth, in the unit of weights squared; {@code step}. Without a step it is
 * {@value #STEPS} times the root of lambda, and wide enough for the largest weight or for all but a
 * few that are kept beside the codes ({@link OutlierRule}), whichever is cheaper; {@code
 * outliers=none} keeps none. Without either it is that of the least squared error of the bits,
 * found on a sample. In place of lambda and step a {@link RateTarget}: {@code rate=3}, {@code
 * sqnr=20}, {@code rate=3,each=true}.
 */
record TrellisFitter(StateMachine states, RateParameters rate) implements CodebookFitter {
  private static final String NAME = "trellis";

  /** Steps for a root of lambda: of least cost from 0.7 to 5 bits a weight, and flat there. */
  private static final double STEPS = 1.7;

  private static final int SAMPLE = 1 << 12;
  private static final int TRIED = 24;
  private static final double FINEST = 1 / 100.0;

  TrellisFitter() {
    this(StateMachine.EIGHT, RateParameters.NONE);
  }

  @Override
  public String name() {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (states != StateMachine.EIGHT) {
      parameters.put("states", Integer.toString(states.states()));
    }
    return new NameWithParameters(NAME, rate.behind(parameters)).toString();
  }

  @Override
  public CodebookFitter with(Map<String, String> parameters) {
    Map<String, String> left = new LinkedHashMap<>(parameters);
    String count = left.remove("states");
    RateParameters own = RateParameters.take(NAME, "states", left);
    return new TrellisFitter(count == null ? states : states(count), own);
  }

  private static StateMachine states(String text) {
    if (!text.equals("4") && !text.equals("8")) {
      throw new IllegalArgumentException("states: '" + text + "', expected 4 or 8");
    }
    return StateMachine.of(Integer.parseInt(text));
  }

  @Override
  public Optional<RateTarget> target() {
    return rate.target();
  }

  @Override
  public CodebookFitter at(double lambda) {
    return new TrellisFitter(states, rate.at(lambda));
  }

  @Override
  public boolean countsBits() {
    return true;
  }

  @Override
  public boolean takes(int bits) {
    return bits >= Trellis.LEAST_BITS && bits <= Byte.SIZE;
  }

  @Override
  public ErrorMeasure measure() {
    return rate.measure();
  }

  /** Codes have no values of their own that training could move. */
  @Override
  public boolean isTrainable() {
    return false;
  }

  /** Levels of both quantisers. */
  @Override
  public int values(int bits) {
    return 4 * Levels.limit(bits) + 1;
  }

  @Override
  public Trellis fit(Points survivors, int bits, long seed) {
    checkBits(bits);
    rate.checkChosen(name());
    return new Trellis(states, bits, (float) step(survivors, bits));
  }

  private double step(Points survivors, int bits) {
    if (survivors.size() == 0) {
      return 0;
    }
    int limit = Levels.limit(bits);
    double most = Math.max(-(double) survivors.value(0), survivors.value(survivors.size() - 1));
    double widest = Math.nextDown(Float.MAX_VALUE / (2f * limit));
    double step = rate.step();
    if (step == 0 && rate.lambda() > 0) {
      step = rate.outliers().step(survivors, STEPS * Math.sqrt(rate.ofSteps(survivors)), 2 * limit);
    } else if (step == 0) {
      step = ofLeastError(survivors.isMirrorFirst() ? survivors.mirror() : survivors, bits, most);
    }
    return Math.max(Float.MIN_VALUE, Math.min(step, widest));
  }

  /** On a geometric grid of steps up to that of the largest weight, and then ever finer. */
  private double ofLeastError(Points points, int bits, double most) {
    int limit = Levels.limit(bits);
    float[] sample = sample(points);
    double widest = most / (2 * limit);
    double best = widest;
    double least = error(sample, best, limit);
    for (int i = 1; i < TRIED; i++) {
      double step = widest * StrictMath.pow(2, -i / 4.0);
      double error = error(sample, step, limit);
      best = error < least ? step : best;
      least = Math.min(error, least);
    }
    for (double octaves = 1 / 8.0; octaves > FINEST; octaves /= 2) {
      double middle = best;
      for (int sign = -1; sign <= 1; sign += 2) {
        double step = middle * StrictMath.pow(2, sign * octaves);
        double error = error(sample, step, limit);
        best = error < least ? step : best;
        least = Math.min(error, least);
      }
    }
    return best;
  }

  private double error(float[] sample, double step, int limit) {
    TrellisSearch search =
        new TrellisSearch(
            states, sample, Importances.EVEN, step, 0, limit, new byte[sample.length]);
    search.levels();
    return search.total() * step * step;
  }

  /** Weights of evenly spaced ranks, in an order that mixes them. */
  private static float[] sample(Points points) {
    double all = points.count(0, points.size());
    int count = (int) Math.min(SAMPLE, all);
    int stride = 1 + 2 * (int) (0.309 * count);
    while (greatestDivisor(stride, count) > 1) {
      stride += 2;
    }
    float[] sample = new float[count];
    for (int i = 0; i < count; i++) {
      long place = (long) i * stride % count;
      sample[i] = points.value(points.pointOfRank(all * (place + 0.5) / count));
    }
    return sample;
  }

  private static int greatestDivisor(int a, int b) {
    return b == 0 ? a : greatestDivisor(b, a % b);
  }

  @Override
  public Codebook withOutliers(float[] weights, Codebook codebook) {
    return codebook instanceof Trellis trellis
        ? rate.outliers()
            .beside(weights, trellis, 2.0 * Levels.limit(trellis.bits()) * trellis.step())
        : codebook;
  }

  @Override
  public byte[] codes(Shape shape, float[] weights, Codebook codebook) {
    if (codebook instanceof Outliers outliers) {
      return codes(shape, outliers.beyond(weights), outliers.base());
    }
    return codebook instanceof Trellis trellis
        ? codes(shape, weights, trellis, rate.lambda(), alike(weights, trellis, rate.lambda()))
        : Assignment.codes(weights, codebook);
  }

  @Override
  public Codes quantise(Shape shape, float[] weights, Calibration known, Codebook codebook) {
    if (known.measure() != measure() || weights.length == 0) {
      return CodebookFitter.super.quantise(shape, weights, known, codebook);
    }
    if (known instanceof Calibration.Saliency saliency && codebook instanceof Trellis trellis) {
      Importances each = Importances.of(weights, saliency.each());
      double lambda = rate.lambda() / each.mean();
      Search search = classes -> levels(weights, each, trellis, lambda, classes);
      return new Codes(shape, codes(shape, weights, trellis, lambda, search), trellis);
    }
    if (known instanceof Calibration.Inputs inputs) {
      return byOutputs(shape, weights, inputs, withOutliers(weights, codebook));
    }
    return CodebookFitter.super.quantise(shape, weights, known, codebook);
  }

  private Codes byOutputs(
      Shape shape, float[] weights, Calibration.Inputs inputs, Codebook codebook) {
    int rows = Math.toIntExact(shape.rows());
    int columns = Math.toIntExact(shape.rowLength());
    boolean isBeyond = codebook instanceof Outliers;
    float[] base = codebook instanceof Outliers outliers ? outliers.beyond(weights) : weights;
    Trellis trellis = (Trellis) (isBeyond ? ((Outliers) codebook).base() : codebook);
    double lambda = rate.lambda();
    Search search;
    if (inputs.rowsAreInputs()) {
      SecondMoment moment = FedRows.moment(inputs, rows);
      search =
          classes -> levels(base, new FedRows(moment, rows, columns), trellis, lambda, classes);
    } else {
      OutputErrors errors = new OutputErrors(inputs, rows, columns);
      search =
          classes ->
              new FedTrellisSearch(
                      states, base, errors, trellis.step(), lambda, limit(trellis), classes)
                  .levels();
    }
    return new Codes(shape, codes(shape, base, trellis, rate.lambda(), search), codebook);
  }

  private static int limit(Trellis codebook) {
    return Levels.limit(codebook.bits());
  }

  /** Finds levels, given the neighbourhood of each weight. */
  private interface Search {
    byte[] levels(byte[] classes);
  }

  private static Search alike(float[] weights, Trellis codebook, double lambda) {
    return classes -> levels(weights, Importances.EVEN, codebook, lambda, classes);
  }

  private static byte[] levels(
      float[] weights, WeightError error, Trellis codebook, double lambda, byte[] classes) {
    return new TrellisSearch(
            codebook.machine(), weights, error, codebook.step(), lambda, limit(codebook), classes)
        .levels();
  }

  private static byte[] codes(
      Shape shape, float[] weights, Trellis codebook, double lambda, Search search) {
    int rowLength = Math.toIntExact(shape.rowLength());
    double step = codebook.step();
    byte[] levels = new byte[weights.length];
    if (step == 0) {
      return levels;
    }
    byte[] classes = new byte[weights.length];
    // Classes from about the levels first, and then from those that were found with these.
    for (int pass = 0; pass < (lambda == 0 ? 1 : 2); pass++) {
      if (lambda > 0) {
        classes =
            Neighbourhood.classes(
                pass == 0 ? Neighbourhood.guess(weights, 2 * step, limit(codebook)) : levels,
                rowLength);
      }
      levels = search.levels(classes);
    }
    int mask = codebook.size() - 1;
    for (int i = 0; i < levels.length; i++) {
      levels[i] &= (byte) mask;
    }
    return levels;
  }

  /** Gives weights the levels of least squared error. */
  record Nearest() implements Assignment.ByType<Trellis> {
    @Override
    public Class<Trellis> type() {
      return Trellis.class;
    }

    @Override
    public byte[] codes(float[] weights, Trellis codebook) {
      return TrellisFitter.codes(
          Shape.of(weights.length), weights, codebook, 0, alike(weights, codebook, 0));
    }
  }
}
