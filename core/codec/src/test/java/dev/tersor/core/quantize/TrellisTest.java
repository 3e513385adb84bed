package dev.tersor.core.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Levels;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.StateMachine;
import dev.tersor.core.tensor.Trellis;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrellisTest {
  private static float[] normal(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = new float[n];
    for (int i = 0; i < n; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    return weights;
  }

  private static double error(float[] weights, float[] values) {
    double error = 0;
    for (int i = 0; i < weights.length; i++) {
      double difference = (double) weights[i] - values[i];
      error += difference * difference;
    }
    return error;
  }

  @Test
  void valuesAreThoseOfTheStates() {
    Trellis four = new Trellis(StateMachine.FOUR, 3, 0.5f);
    assertArrayEquals(
        new float[] {1, 0.5f, 0, 1.5f, -0.5f},
        four.weights(Shape.of(5), new byte[] {1, 1, 0, 2, 7}));
  }

  /** Every state is reached by two ways, and has two. */
  @ParameterizedTest
  @EnumSource(names = {"FOUR", "EIGHT"})
  void statesAreATrellis(StateMachine states) {
    int[] ways = new int[states.states()];
    for (int state = 0; state < states.states(); state++) {
      assertTrue(states.next(state, 0) != states.next(state, 1));
      assertEquals(states.next(state, 1), states.next(state, -3));
      ways[states.next(state, 0)]++;
      ways[states.next(state, 1)]++;
    }
    assertTrue(Arrays.stream(ways).allMatch(way -> way == 2));
  }

  /** Of all sequences of codes none is nearer. */
  @ParameterizedTest
  @EnumSource(names = {"FOUR", "EIGHT"})
  void codesAreTheNearestOfAllSequences(StateMachine states) {
    for (int seed = 0; seed < 20; seed++) {
      float[] weights = normal(5, seed);
      Trellis codebook = new Trellis(states, 3, 0.3f + 0.02f * seed);
      Shape shape = Shape.of(weights.length);
      byte[] codes = Assignment.codes(weights, codebook);
      double found = error(weights, codebook.weights(shape, codes));
      byte[] tried = new byte[weights.length];
      double least = Double.POSITIVE_INFINITY;
      for (int number = 0; number < 1 << (3 * weights.length); number++) {
        for (int i = 0; i < tried.length; i++) {
          tried[i] = (byte) (number >> (3 * i) & 7);
        }
        least = Math.min(least, error(weights, codebook.weights(shape, tried)));
      }
      assertEquals(least, found, 1e-9 * (1 + least));
    }
  }

  /** Every level of every state, with the costs before anything was learnt. */
  private static double literalCost(
      StateMachine states,
      float[] weights,
      Importances importances,
      double step,
      double lambda,
      int limit,
      byte[] of) {
    CodeCosts costs = new CodeCosts(limit);
    double[] cost = new double[states.states()];
    Arrays.fill(cost, 1, cost.length, Double.POSITIVE_INFINITY);
    for (int i = 0; i < weights.length; i++) {
      double[] next = new double[cost.length];
      Arrays.fill(next, Double.POSITIVE_INFINITY);
      for (int state = 0; state < cost.length; state++) {
        int row = CodeCosts.row(of[i], states.quantiser(state)) * costs.magnitudes();
        for (int level = -limit; level <= limit; level++) {
          int quantiser = states.quantiser(state);
          if (importances != Importances.EVEN
              && Math.abs(level) > 1 + (Math.abs(weights[i]) / step + quantiser) / 2) {
            continue; // beyond the weight, where bits alone may be fewer
          }
          int multiple = Trellis.multiple(quantiser, level);
          double off = weights[i] / step - multiple;
          double bits = costs.table()[row + Math.abs(level)];
          double sum =
              cost[state] + importances.counts(i) * off * off + lambda / (step * step) * bits;
          int to = states.next(state, level);
          next[to] = weights[i] == 0 && level != 0 ? next[to] : Math.min(next[to], sum);
        }
      }
      cost = next;
    }
    return Arrays.stream(cost).min().getAsDouble();
  }

  @ParameterizedTest
  @EnumSource(names = {"FOUR", "EIGHT"})
  void levelsCostTheLeast(StateMachine states) {
    for (int seed = 0; seed < 20; seed++) {
      float[] weights = normal(300, seed);
      weights[7] = 0;
      Importances importances = Importances.EVEN;
      if (seed >= 10) {
        // From next to nothing to a hundred times the mean, and some of none.
        float[] each = normal(300, seed + 1);
        for (int i = 0; i < each.length; i++) {
          each[i] = i % 50 == 0 ? 0 : (float) Math.exp(3 * each[i]);
        }
        importances = Importances.of(weights, each);
      }
      double step = 0.05 + 0.1 * (seed % 10);
      double lambda = step * step * (seed % 4) / 4;
      byte[] classes =
          Neighbourhood.classes(Neighbourhood.guess(weights, 2 * step, 63), weights.length / 10);
      TrellisSearch search =
          new TrellisSearch(states, weights, importances, step, lambda, 63, classes);
      byte[] levels = search.levels();
      double least = literalCost(states, weights, importances, step, lambda, 63, classes);
      assertEquals(least, search.total(), 1e-9 * least, "seed " + seed);
      assertEquals(0, levels[7]);
    }
  }

  /** A dearer bit gives fewer bits and more error, and zeros with it. */
  @Test
  void lambdaTradesErrorForBits() {
    Shape shape = Shape.of(64, 256);
    float[] weights = normal((int) shape.size(), 3);
    double bitsBefore = Double.POSITIVE_INFINITY;
    double errorBefore = 0;
    for (double lambda : new double[] {0.001, 0.003, 0.009, 0.064, 0.256}) {
      CodebookFitter fitter = CodebookFitters.parse("trellis(lambda=" + lambda + ")");
      Codebook codebook = fitter.fit(shape, weights, 8, 1);
      byte[] codes = fitter.codes(shape, weights, codebook);
      int bytes = SymbolCoders.ALL.get("cabac").encode(Symbols.ofBytes(codes, 8)).payload().length;
      double bits = 8.0 * bytes / weights.length;
      double error = error(weights, codebook.weights(shape, codes)) / weights.length;
      assertTrue(bits < bitsBefore && error > errorBefore, () -> "lambda " + lambda);
      // A normal source needs -log2(error) / 2 bits; scalar quantisers are a quarter above.
      double least = -Math.log(error) / Math.log(4);
      assertTrue(lambda > 0.02 || bits < least + 0.25, bits + " bits, at least " + least);
      bitsBefore = bits;
      errorBefore = error;
    }
  }

  /** What costs more than one block with costs that are learnt decodes as it was meant. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 255, 256, 319, 320, 321, 5000})
  void anyLength(int length) {
    float[] weights = normal(length, length);
    for (int i = 0; i < length; i += 3) {
      weights[i] = 0;
    }
    for (String name : new String[] {"trellis(lambda=0.05)", "trellis(states=4,lambda=0.01)"}) {
      CodebookFitter fitter = CodebookFitters.parse(name);
      Shape shape = Shape.of(length);
      Codebook codebook = fitter.fit(shape, weights, 8, 1);
      byte[] codes = fitter.codes(shape, weights, codebook);
      float[] values = codebook.weights(shape, codes);
      for (int i = 0; i < length; i++) {
        assertTrue(weights[i] != 0 || codes[i] == 0);
        assertTrue(Math.abs(weights[i] - values[i]) < 1.2, name + ", weight " + i);
      }
      assertArrayEquals(codes, fitter.codes(shape, weights, codebook));
    }
  }

  /** Where bits are free, it is nearer than a uniform codebook of as many levels. */
  @Test
  void isNearerThanUniform() {
    float[] weights = normal(20_000, 4);
    Shape shape = Shape.of(weights.length);
    for (int bits = 2; bits <= 8; bits++) {
      double[] errors = new double[3];
      String[] names = {"trellis", "trellis(states=4)", "uniform"};
      for (int i = 0; i < names.length; i++) {
        CodebookFitter fitter = CodebookFitters.parse(names[i]);
        Codebook codebook = fitter.fit(shape, weights, bits, 1);
        errors[i] = error(weights, codebook.weights(shape, fitter.codes(shape, weights, codebook)));
      }
      assertTrue(errors[0] < errors[1] && errors[1] < 0.9 * errors[2], Arrays.toString(errors));
    }
  }

  @Test
  void parametersAreChecked() {
    assertEquals("trellis", CodebookFitters.parse("trellis(states=8)").name());
    assertEquals(
        "trellis(states=4,lambda=0.5,step=2)",
        CodebookFitters.parse("trellis(step=2,states=4,lambda=0.5)").name());
    for (String wrong :
        new String[] {"states=5", "lambda=-1", "lambda=Infinity", "lambda=NaN", "step=x", "n=3"}) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> CodebookFitters.parse("trellis(" + wrong + ")"))
              .getMessage();
      assertTrue(message.contains(wrong.substring(0, wrong.indexOf('='))), message);
    }
    assertThrows(IllegalArgumentException.class, () -> new Trellis(StateMachine.FOUR, 1, 0.5f));
    assertThrows(IllegalArgumentException.class, () -> new Trellis(StateMachine.FOUR, 8, 2e36f));
    assertEquals(127, Levels.limit(8));
  }
}
