package dev.tersor.core.quantize;

import dev.tersor.core.tensor.GroupSteps;
import dev.tersor.core.tensor.Shape;
import java.util.Arrays;
import java.util.Map;

/**
 * A step for each group of n consecutive weights of a row, fitted to the weights of that group
 * alone. Groups begin anew in each row, and the last one of a row may be shorter. A group without
 * survivors has the step 0.
 *
 * <p>Parameter {@code n}: a power of two in 2..32768, as the name alone means 64.
 *
 * @param group weights of a group
 */
record PerGroup(StepFitter fitter, int group) implements CodebookFitter {
  private static final int STANDARD = 64;

  PerGroup {
    GroupSteps.checkGroup(group);
  }

  PerGroup(StepFitter fitter) {
    this(fitter, STANDARD);
  }

  @Override
  public String name() {
    return Groups.name(fitter.name() + "-group", group, STANDARD);
  }

  @Override
  public CodebookFitter with(Map<String, String> parameters) {
    return new PerGroup(fitter, Groups.parse(this, parameters, group));
  }

  @Override
  public boolean isShared() {
    return false;
  }

  @Override
  public long span(Shape shape) {
    return Math.min(group, shape.rowLength());
  }

  @Override
  public GroupSteps fit(Points survivors, int bits, long seed) {
    return new GroupSteps(bits, group, group, fitter.mirroredStep(survivors, bits));
  }

  @Override
  public GroupSteps fit(Shape shape, float[] weights, int bits, long seed) {
    int columns = Math.toIntExact(shape.rowLength());
    int inRow = GroupSteps.inRow(group, columns);
    float[] steps = new float[Math.toIntExact(shape.rows() * inRow)];
    for (int i = 0; i < steps.length; i++) {
      int row = i / inRow * columns;
      int from = row + i % inRow * group;
      int to = Math.min(from + group, row + columns);
      steps[i] = fitter.mirroredStep(Points.ofNonZero(Arrays.copyOfRange(weights, from, to)), bits);
    }
    return new GroupSteps(bits, group, columns, steps);
  }

  /** Gives weights the nearest level of their group. */
  record Codes() implements Assignment.ByType<GroupSteps> {
    @Override
    public Class<GroupSteps> type() {
      return GroupSteps.class;
    }

    @Override
    public byte[] codes(float[] weights, GroupSteps codebook) {
      float[] steps = codebook.steps();
      int inRow = GroupSteps.inRow(codebook.group(), codebook.columns());
      int rows = inRow == 0 ? 0 : steps.length / inRow;
      if (rows * (long) codebook.columns() != weights.length) {
        throw new IllegalArgumentException(
            "%d weights are not %d rows of %d".formatted(weights.length, rows, codebook.columns()));
      }
      byte[] codes = new byte[weights.length];
      int i = 0;
      for (int next = 0; next < steps.length; ) {
        for (int left = codebook.columns(); left > 0; left -= codebook.group()) {
          int end = i + Math.min(codebook.group(), left);
          PerTensor.nearest(weights, i, end, steps[next++], codebook.bits(), codes);
          i = end;
        }
      }
      return codes;
    }
  }
}
