package dev.tersor.core.encode;

import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.StateMachine;
import dev.tersor.core.tensor.Trellis;

/** The number of states of a trellis, and its step. */
record TrellisSection() implements CodebookSection<Trellis> {
  @Override
  public int kind() {
    return 5;
  }

  @Override
  public Class<Trellis> type() {
    return Trellis.class;
  }

  @Override
  public int[] numbers(Trellis codebook) {
    return CodebookSection.ofFloats(codebook.machine().states(), codebook.step());
  }

  @Override
  public Trellis of(int bits, Shape shape, int[] numbers) {
    if (numbers.length != 2) {
      throw new IllegalArgumentException("trellis of " + numbers.length + " numbers, expected 2");
    }
    float[] floats = CodebookSection.floats(numbers);
    int states = (int) floats[0];
    if (states != floats[0]) {
      throw new IllegalArgumentException("states: " + floats[0] + ", expected 4 or 8");
    }
    return new Trellis(StateMachine.of(states), bits, floats[1]);
  }
}
