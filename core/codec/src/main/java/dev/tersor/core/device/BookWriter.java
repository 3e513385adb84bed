package dev.tersor.core.device;

import dev.tersor.core.tensor.Centroids;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.GroupSteps;
import dev.tersor.core.tensor.RowSteps;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;

/** Codebooks in C. */
final class BookWriter {
  private BookWriter() {}

  /**
   * @throws IllegalArgumentException if there is nothing in C that knows a codebook of that kind
   */
  static void check(Codebook codebook) {
    numbers(codebook);
  }

  private static float[] numbers(Codebook codebook) {
    if (codebook instanceof Step step) {
      return new float[] {step.step()};
    } else if (codebook instanceof Centroids centroids) {
      return centroids.centroids();
    } else if (codebook instanceof RowSteps rows) {
      return rows.steps();
    } else if (codebook instanceof GroupSteps groups) {
      return groups.steps();
    }
    throw new IllegalArgumentException(
        "its codebook is of the kind "
            + codebook.getClass().getSimpleName()
            + ", which C does not know; expected a step, a step a row or a group, or a table");
  }

  /** The definition of {@code weights_NAME_book}. */
  static String of(String name, Shape shape, Codebook codebook) {
    float[] numbers = numbers(codebook);
    long row = Math.max(1, shape.rowLength());
    long group = codebook instanceof GroupSteps groups ? groups.group() : row;
    return "static const float "
        + name
        + "_numbers[] = {"
        + CNumbers.floats(numbers)
        + "};\nconst tersor_book weights_%s_book = {%s_numbers, %d, %d, %d, %d, %d};\n"
            .formatted(
                name,
                name,
                numbers.length,
                row,
                group,
                codebook.bits(),
                codebook instanceof Centroids ? 1 : 0);
  }
}
