package dev.tersor.jobs.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.FileSource;
import dev.tersor.core.checkpoint.OnnxAttribute;
import dev.tersor.core.checkpoint.OnnxGraphBuilder;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Products of the inputs of an ONNX model's layers, against windows laid out one by one. */
class OnnxCalibrationTest {
  @TempDir Path folder;

  private static float[] normal(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] numbers = new float[n];
    for (int i = 0; i < n; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  /** A grouped convolution with strides, pads and dilations of its own, a ReLU, and a MatMul. */
  private Path model() throws IOException {
    OnnxGraphBuilder builder =
        new OnnxGraphBuilder("small")
            .input("x", List.of(4L, 6L, 5L))
            .weight("conv", Shape.of(6, 2, 3, 2))
            .node(
                "Conv",
                List.of("x", "conv"),
                "maps",
                OnnxAttribute.numbers("kernel_shape", 3, 2),
                OnnxAttribute.numbers("strides", 2, 1),
                OnnxAttribute.numbers("pads", 1, 0, 2, 1),
                OnnxAttribute.numbers("dilations", 1, 2),
                OnnxAttribute.number("group", 2))
            .node("Relu", List.of("maps"), "active")
            .weight("dense", Shape.of(4, 3))
            .node("MatMul", List.of("active", "dense"), "y")
            .output("y");
    Path file = folder.resolve("small.onnx");
    Files.write(file, builder.build().with(Map.of("conv", normal(72, 1), "dense", normal(12, 2))));
    return file;
  }

  private OnnxCalibration calibration(List<String> notes) throws IOException {
    try (ByteSource source = FileSource.open(model())) {
      return new OnnxCalibration(source, notes::add);
    }
  }

  @Test
  void productsAreThoseOfWindows() throws IOException {
    float[] x = normal(7 * 4 * 6 * 5, 3);
    ModelInput input = new ModelInput("x", new long[] {7, 4, 6, 5}, x, null);
    List<String> notes = new ArrayList<>();
    Map<String, OnnxCalibration.Found> found = calibration(notes).measure(List.of(input), 3);
    assertEquals(List.of(), notes);
    assertEquals(Shape.of(2, 12, 12), found.get("conv").shape());
    double[] sums = new double[2 * 144];
    double[] active = new double[16];
    int places = 0;
    float[] kernel = normal(72, 1);
    for (int image = 0; image < 7; image++) {
      for (int i = 0; i < 4; i++) {
        float[] row = new float[6 * 4];
        for (int j = 0; j < 4; j++) {
          places++;
          for (int group = 0; group < 2; group++) {
            double[] window = new double[12];
            for (int at = 0; at < 12; at++) {
              int y = 2 * i - 1 + at / 2 % 3;
              int across = j + 2 * (at % 2);
              if (y >= 0 && y < 6 && across < 5) {
                window[at] = x[((image * 4 + 2 * group + at / 6) * 6 + y) * 5 + across];
              }
            }
            for (int at = 0; at < 144; at++) {
              sums[group * 144 + at] += window[at / 12] * window[at % 12];
            }
            for (int out = 3 * group; out < 3 * group + 3; out++) {
              double sum = 0;
              for (int at = 0; at < 12; at++) {
                sum += window[at] * kernel[out * 12 + at];
              }
              row[out * 4 + j] = (float) Math.max(0, sum);
            }
          }
        }
        for (int out = 0; out < 6; out++) {
          for (int at = 0; at < 16; at++) {
            active[at] += (double) row[out * 4 + at / 4] * row[out * 4 + at % 4];
          }
        }
      }
    }
    for (int i = 0; i < sums.length; i++) {
      assertEquals(sums[i] / places, found.get("conv").products()[i], 1e-5, "conv " + i);
    }
    OnnxCalibration.Found dense = found.get("dense");
    assertTrue(dense.inputsFirst());
    for (int i = 0; i < 16; i++) {
      double expected = active[i] / (7 * 4 * 6);
      assertEquals(expected, dense.products()[i], 1e-4 * (1 + expected), "dense " + i);
    }
    float[] squares = dense.squares();
    assertEquals(12, squares.length);
    for (int i = 0; i < 12; i++) {
      assertEquals(dense.products()[5 * (i / 3)], squares[i]);
    }
    assertEquals(found.get("conv").products()[144 + 13], found.get("conv").squares()[3 * 12 + 1]);
  }

  @Test
  void sumsAreTheSameWhateverIsAddedTogether() {
    float[] x = normal(700 * 9, 5);
    ProductSums all = new ProductSums(1, 9);
    all.add(0, x);
    ProductSums parts = new ProductSums(1, 9);
    parts.add(0, Arrays.copyOf(x, 301 * 9));
    parts.add(0, Arrays.copyOfRange(x, 301 * 9, x.length));
    assertArrayEquals(all.means(), parts.means(), 1e-5f);
    assertThrows(ArithmeticException.class, () -> new ProductSums(1, 2).means());
  }

  @Test
  void whatDoesNotFitIsRefused() throws IOException {
    float[] x = normal(4 * 6 * 5, 3);
    refused("inputs: none for", List.of());
    refused("takes no 'z'", List.of(new ModelInput("z", new long[] {1, 4, 6, 5}, x, null)));
    refused(
        "has whole numbers",
        List.of(new ModelInput("x", new long[] {1, 120}, null, new long[120])));
    refused("ONNX Runtime", List.of(new ModelInput("x", new long[] {1, 4, 5, 6}, x, null)));
    float[] bad = x.clone();
    bad[7] = Float.NaN;
    refused(
        "conv: inputs are not finite",
        List.of(new ModelInput("x", new long[] {1, 4, 6, 5}, bad, null)));
    refused(
        "1 samples of 'x', 2 of 'w'",
        List.of(
            new ModelInput("w", new long[] {2, 1}, new float[2], null),
            new ModelInput("x", new long[] {1, 4, 6, 5}, x, null)));
  }

  private void refused(String expected, List<ModelInput> inputs) throws IOException {
    OnnxCalibration calibration = calibration(new ArrayList<>());
    String message =
        assertThrows(UsageException.class, () -> calibration.measure(inputs, 1)).getMessage();
    assertTrue(message.contains(expected), message);
  }
}
