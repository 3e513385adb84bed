package dev.tersor.jobs.report;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Cycles of a Cortex-M55 that "Smaller together" prints for the extraction of four models (Table
 * I), over the weights that it prints.
 */
final class PaperCycles {
  /** The recipes of its columns; RLE is relative4. */
  private static final List<String> RECIPES =
      List.of("hybrid/packed", "relative4/packed", "dcsr/packed", "psr/packed");

  private static final double[] SPARSITIES = {0.3, 0.5, 0.7};

  /**
   * A model's rows.
   *
   * @param weights thousands
   * @param cycles thousands, a row for each sparsity
   */
  @SuppressWarnings("ArrayRecordComponent") // of this class alone
  private record Printed(double weights, double[][] cycles) {}

  private static final Map<String, Printed> MODELS =
      Map.of(
          "resnet8",
          new Printed(
              73.73,
              new double[][] {
                {451.11, 392.46, 369.79, 306.04},
                {354.44, 283.32, 265.55, 222.13},
                {241.34, 174.28, 169.73, 138.05}
              }),
          "mobilevit-xxs",
          new Printed(
              899.07,
              new double[][] {
                {5110, 4670, 4430, 3600}, {4110, 3400, 3220, 2620}, {2830, 2120, 2110, 1650}
              }),
          "mobilenetv2",
          new Printed(
              2330,
              new double[][] {
                {13930, 12710, 11700, 9660}, {11260, 8990, 8420, 7120}, {7630, 5500, 5310, 4420}
              }),
          "resnet34",
          new Printed(
              21270,
              new double[][] {
                {125390, 113570, 103110, 89830},
                {101920, 82050, 73960, 66450},
                {69480, 50110, 46760, 41040}
              }));

  private PaperCycles() {}

  /** Which of the paper's columns a recipe is; a greater number than theirs if it is none. */
  static int place(String recipe) {
    int column = RECIPES.indexOf(recipe);
    return column < 0 ? RECIPES.size() : column;
  }

  /** Cycles for each weight by sparsity; empty where the paper prints none. */
  static Map<Double, Double> of(String model, String recipe) {
    Map<Double, Double> cycles = new TreeMap<>();
    Printed printed = MODELS.get(model);
    int column = RECIPES.indexOf(recipe);
    if (printed != null && column >= 0) {
      for (int i = 0; i < SPARSITIES.length; i++) {
        cycles.put(SPARSITIES[i], printed.cycles()[i][column] / printed.weights());
      }
    }
    return cycles;
  }
}
