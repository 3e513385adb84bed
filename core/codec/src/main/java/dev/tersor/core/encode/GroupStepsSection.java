package dev.tersor.core.encode;

import dev.tersor.core.tensor.GroupSteps;
import dev.tersor.core.tensor.Shape;
import java.util.Arrays;

/** The weights of a group, and then the step of each group of a tensor, row after row. */
record GroupStepsSection() implements CodebookSection<GroupSteps> {
  @Override
  public int kind() {
    return 3;
  }

  @Override
  public Class<GroupSteps> type() {
    return GroupSteps.class;
  }

  @Override
  public int[] numbers(GroupSteps codebook) {
    float[] steps = codebook.steps();
    float[] numbers = new float[1 + steps.length];
    numbers[0] = codebook.group();
    System.arraycopy(steps, 0, numbers, 1, steps.length);
    return CodebookSection.ofFloats(numbers);
  }

  @Override
  public GroupSteps of(int bits, Shape shape, int[] numbers) {
    float[] floats = CodebookSection.floats(numbers);
    float group = floats.length == 0 ? 0 : floats[0];
    if (group != (int) group) {
      throw new IllegalArgumentException("groups of " + group + " weights");
    }
    float[] steps = Arrays.copyOfRange(floats, Math.min(1, floats.length), floats.length);
    GroupSteps codebook =
        new GroupSteps(bits, (int) group, Math.toIntExact(shape.rowLength()), steps);
    codebook.check(shape);
    return codebook;
  }
}
