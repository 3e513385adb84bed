package dev.tersor.core.encode;

import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;

/** The one step of a tensor. */
record StepSection() implements CodebookSection<Step> {
  @Override
  public int kind() {
    return 0;
  }

  @Override
  public Class<Step> type() {
    return Step.class;
  }

  @Override
  public int[] numbers(Step codebook) {
    return CodebookSection.ofFloats(codebook.step());
  }

  @Override
  public Step of(int bits, Shape shape, int[] numbers) {
    if (numbers.length != 1) {
      throw new IllegalArgumentException("uniform codebook of " + numbers.length + " steps");
    }
    return new Step(bits, CodebookSection.floats(numbers)[0]);
  }
}
