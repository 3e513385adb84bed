package dev.tersor.core.encode;

import dev.tersor.core.tensor.RowSteps;
import dev.tersor.core.tensor.Shape;

/** The step of each row of a tensor. */
record RowStepsSection() implements CodebookSection<RowSteps> {
  @Override
  public int kind() {
    return 2;
  }

  @Override
  public Class<RowSteps> type() {
    return RowSteps.class;
  }

  @Override
  public int[] numbers(RowSteps codebook) {
    return CodebookSection.ofFloats(codebook.steps());
  }

  @Override
  public RowSteps of(int bits, Shape shape, int[] numbers) {
    RowSteps codebook = new RowSteps(bits, CodebookSection.floats(numbers));
    codebook.check(shape);
    return codebook;
  }
}
