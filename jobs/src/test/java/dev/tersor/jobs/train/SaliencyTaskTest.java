package dev.tersor.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.Graph;
import dev.tersor.jobs.data.DataCatalog;
import dev.tersor.jobs.data.DataSets;
import dev.tersor.jobs.inference.Patches;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Saliencies of a small network, against differences of a loss that is computed here in doubles.
 */
class SaliencyTaskTest {
  private static final int HIDDEN = 20;
  private static final int PIXELS = 784;

  @TempDir Path folder;
  private Architecture tiny;
  private LabelledImages images;
  private Map<String, float[]> values;

  @BeforeEach
  void write() throws IOException {
    SmallDigits digits = new SmallDigits(folder);
    tiny = Architecture.parse(digits.model("tiny"), "tiny");
    images =
        new DataSets(folder.resolve("cache"))
            .train(new DataCatalog(folder.resolve("data").toString()).get("digits"));
    values = Trained.fresh(tiny.parameters(), 5).values();
  }

  private Map<String, float[]> measured(Saliency kind, int count, int batch) {
    Graph graph = tiny.graph().orElseThrow();
    Batches batches = new Batches(images, 0, count, graph, Batches.Augmentation.NONE);
    return new SaliencyTask(graph, tiny.parameters(), values, batches, batch, 1).measure(kind);
  }

  /** The mean loss of some images. */
  private double loss(int from, int to) {
    double losses = 0;
    for (int image = from; image < to; image++) {
      double[] hidden = hidden(image);
      double[] scores = new double[10];
      double most = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < 10; j++) {
        scores[j] = values.get("fc2.bias")[j];
        for (int i = 0; i < HIDDEN; i++) {
          scores[j] += values.get("fc2.weight")[j * HIDDEN + i] * hidden[i];
        }
        most = Math.max(most, scores[j]);
      }
      double sum = 0;
      for (double score : scores) {
        sum += Math.exp(score - most);
      }
      losses += most + Math.log(sum) - scores[images.label(image)];
    }
    return losses / (to - from);
  }

  private double[] hidden(int image) {
    double[] hidden = new double[HIDDEN];
    for (int j = 0; j < HIDDEN; j++) {
      double sum = values.get("fc1.bias")[j];
      for (int i = 0; i < PIXELS; i++) {
        double pixel = (images.pixels()[image * PIXELS + i] & 0xFF) / 255.0 / 0.3081;
        sum += values.get("fc1.weight")[j * PIXELS + i] * pixel;
      }
      hidden[j] = Math.max(0, sum);
    }
    return hidden;
  }

  private double gradient(String tensor, int at, int from, int to) {
    float[] weights = values.get(tensor);
    float held = weights[at];
    float step = 1e-3f;
    weights[at] = held + step;
    double above = loss(from, to);
    double up = weights[at];
    weights[at] = held - step;
    double below = loss(from, to);
    double slope = (above - below) / (up - weights[at]);
    weights[at] = held;
    return slope;
  }

  @Test
  void snipIsGradientTimesWeightOfOneBatch() {
    Map<String, float[]> found = measured(Saliency.SNIP, 16, 16);
    assertEquals(java.util.Set.of("fc1.weight", "fc2.weight"), found.keySet());
    SplittableRandom random = new SplittableRandom(1);
    for (String tensor : found.keySet()) {
      for (int draw = 0; draw < 12; draw++) {
        int at = random.nextInt(values.get(tensor).length);
        double expected = Math.abs(gradient(tensor, at, 0, 16) * values.get(tensor)[at]);
        assertEquals(expected, found.get(tensor)[at], 1e-4 + 1e-2 * expected, tensor + " " + at);
      }
    }
  }

  @Test
  void squaredGradientsAreThoseOfSingleImages() {
    Map<String, float[]> found = measured(Saliency.SQUARED_GRADIENT, 8, 1);
    Map<String, float[]> together = measured(Saliency.SQUARED_GRADIENT, 8, 8);
    SplittableRandom random = new SplittableRandom(2);
    double single = 0;
    double batch = 0;
    for (int draw = 0; draw < 20; draw++) {
      int at = random.nextInt(values.get("fc2.weight").length);
      double expected = 0;
      for (int image = 0; image < 8; image++) {
        expected += Math.pow(gradient("fc2.weight", at, image, image + 1), 2) / 8;
      }
      assertEquals(expected, found.get("fc2.weight")[at], 1e-4 + 1e-2 * expected);
      double mean = Math.pow(gradient("fc2.weight", at, 0, 8), 2);
      assertEquals(mean, together.get("fc2.weight")[at], 1e-4 + 1e-2 * mean);
      single += expected;
      batch += mean;
    }
    assertTrue(single > 1.5 * batch, single + " and " + batch);
  }

  /** Of one batch the moment without its bias is the squared gradient. */
  @Test
  void theSecondMomentHasNoBias() {
    float[] squares = measured(Saliency.SQUARED_GRADIENT, 20, 20).get("fc1.weight");
    float[] moments = measured(Saliency.SECOND_MOMENT, 20, 20).get("fc1.weight");
    for (int i = 0; i < squares.length; i++) {
      assertEquals(squares[i], moments[i], 1e-5 * squares[i] + 1e-20);
    }
  }

  @Test
  void theRankOfALinearLayersMapIsHowOftenItIsNotZero() {
    Map<String, float[]> found = measured(Saliency.FEATURE_RANK, 50, 7);
    double[] active = new double[HIDDEN];
    for (int image = 0; image < 50; image++) {
      double[] hidden = hidden(image);
      for (int j = 0; j < HIDDEN; j++) {
        active[j] += hidden[j] > 0 ? 1 / 50.0 : 0;
      }
    }
    for (int i = 0; i < HIDDEN * PIXELS; i++) {
      assertEquals(active[i / PIXELS] / PIXELS, found.get("fc1.weight")[i], 1e-9);
    }
  }

  @Test
  void ranksOfMaps() {
    assertEquals(0, FeatureRanks.rank(new double[4][4]));
    double[][] outer = new double[5][3];
    double[][] two = new double[5][3];
    double[][] identity = new double[6][6];
    for (int y = 0; y < 5; y++) {
      for (int x = 0; x < 3; x++) {
        outer[y][x] = (y + 1) * (x - 1.5);
        two[y][x] = outer[y][x] + (y % 2) * x * x;
      }
    }
    for (int i = 0; i < 6; i++) {
      identity[i][i] = i == 5 ? 1e-9 : 1;
    }
    assertEquals(1, FeatureRanks.rank(outer));
    assertEquals(2, FeatureRanks.rank(two));
    assertEquals(5, FeatureRanks.rank(identity));
  }

  @Test
  void weightsThatRanAwayHaveNone() {
    Arrays.fill(values.get("fc2.weight"), Float.NaN);
    assertThrows(DivergedException.class, () -> measured(Saliency.SNIP, 8, 8));
  }

  /** The mean square of each pixel, and of each hidden value. */
  @Test
  void inputMomentsAreMeanSquares() {
    Map<String, float[]> found = measured(Saliency.INPUT_MOMENT, 50, 7);
    double[] pixels = new double[PIXELS];
    double[] squares = new double[HIDDEN];
    for (int image = 0; image < 50; image++) {
      double[] hidden = hidden(image);
      for (int i = 0; i < PIXELS; i++) {
        double pixel = (images.pixels()[image * PIXELS + i] & 0xFF) / 255.0 / 0.3081;
        pixels[i] += pixel * pixel / 50;
      }
      for (int j = 0; j < HIDDEN; j++) {
        squares[j] += hidden[j] * hidden[j] / 50;
      }
    }
    for (int row = 0; row < HIDDEN; row++) {
      for (int i = 0; i < PIXELS; i++) {
        assertEquals(pixels[i], found.get("fc1.weight")[row * PIXELS + i], 1e-5 * (1 + pixels[i]));
      }
    }
    for (int i = 0; i < 10 * HIDDEN; i++) {
      double expected = squares[i % HIDDEN];
      assertEquals(expected, found.get("fc2.weight")[i], 1e-4 * (1 + expected));
    }
  }

  /** The mean of every two hidden values' product; its diagonal is the mean square. */
  @Test
  void inputProductsAreThoseOfEveryTwo() {
    Map<String, float[]> found = measured(Saliency.INPUT_PRODUCTS, 50, 7);
    assertEquals(PIXELS * PIXELS, found.get("fc1.weight").length);
    double[] sums = new double[HIDDEN * HIDDEN];
    for (int image = 0; image < 50; image++) {
      double[] hidden = hidden(image);
      for (int i = 0; i < sums.length; i++) {
        sums[i] += hidden[i / HIDDEN] * hidden[i % HIDDEN] / 50;
      }
    }
    for (int i = 0; i < sums.length; i++) {
      assertEquals(sums[i], found.get("fc2.weight")[i], 1e-4 * (1 + sums[i]));
    }
    float[] squares = measured(Saliency.INPUT_MOMENT, 50, 7).get("fc1.weight");
    for (int i = 0; i < PIXELS; i++) {
      assertEquals(squares[i], found.get("fc1.weight")[i * (PIXELS + 1)], 1e-4 * (1 + squares[i]));
    }
  }

  /** Against windows that are laid out one by one. */
  @Test
  void inputsOfConvolutionsAreThoseOfTheirWindows() {
    SplittableRandom random = new SplittableRandom(1);
    int[] dims = {3, 2, 5, 6};
    float[] x = new float[3 * 2 * 5 * 6];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    for (int[] layer : new int[][] {{3, 1, 1}, {3, 2, 1}, {1, 2, 0}, {2, 1, 0}, {3, 2, 2}}) {
      int kernel = layer[0];
      InputMoments moments = new InputMoments(Map.of("w", kernel));
      moments.add("w", x, dims, kernel, layer[1], layer[2]);
      var patches = Patches.square(2, 5, 6, kernel, layer[1], layer[2]);
      float[] rows = patches.of(x, 0, 3, 0);
      double[] sums = new double[2 * kernel * kernel];
      assertEquals(sums.length, patches.inputs());
      int windows = 0;
      for (int image = 0; image < 3; image++) {
        for (int top = -layer[2]; top + kernel <= 5 + layer[2]; top += layer[1]) {
          for (int left = -layer[2]; left + kernel <= 6 + layer[2]; left += layer[1]) {
            windows++;
            for (int column = 0; column < sums.length; column++) {
              int row = top + column / kernel % kernel;
              int at = left + column % kernel;
              boolean isIn = row >= 0 && row < 5 && at >= 0 && at < 6;
              int map = image * 2 + column / (kernel * kernel);
              double value = isIn ? x[(map * 5 + row) * 6 + at] : 0;
              sums[column] += value * value;
              assertEquals(value, rows[(windows - 1) * sums.length + column]);
            }
          }
        }
      }
      assertEquals(windows, 3 * patches.places());
      double[] means = moments.means("w");
      assertEquals(sums.length, means.length);
      for (int i = 0; i < sums.length; i++) {
        assertEquals(sums[i] / windows, means[i], 1e-9, Arrays.toString(layer) + " " + i);
      }
    }
  }

  @Test
  void inputsThatAreNotFiniteAreRefused() {
    InputMoments moments = new InputMoments(Map.of());
    moments.add("w", new float[] {1, Float.NaN}, new int[] {1, 2, 1, 1}, 1, 1, 0);
    assertThrows(DivergedException.class, () -> moments.means("w"));
  }
}
