package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Elements;
import dev.tersor.core.tensor.Runs;
import dev.tersor.core.tensor.ScaleFormat;
import dev.tersor.core.tensor.Scaled;
import dev.tersor.core.tensor.Scales;
import dev.tersor.core.tensor.Shape;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Fixed levels times a scale, for all weights of a tensor, for each row, or for each group of
 * consecutive weights of a row. Scales follow from how far the weights of each reach.
 *
 * @param label the name without parameters
 * @param bits of a code
 * @param unit what shares a scale
 * @param group weights of a group; 0 where groups share none
 * @param standard the group that the name alone means; 0 where there is no other
 * @param format how scales are stored
 */
record FixedLevels(
    String label,
    Elements elements,
    int bits,
    Runs.Unit unit,
    int group,
    int standard,
    ScaleFormat format,
    ScaleRule rule)
    implements CodebookFitter {

  /** Levels of a tensor. */
  static FixedLevels ofTensor(String name, Elements elements, ScaleRule rule) {
    return new FixedLevels(
        name, elements, elements.width(), Runs.Unit.TENSOR, 0, 0, ScaleFormat.FP32, rule);
  }

  /** The same of each row, by the name of that of a tensor. */
  static FixedLevels ofRows(String name, Elements elements, ScaleRule rule) {
    return new FixedLevels(
        name + "-channel", elements, elements.width(), Runs.Unit.ROW, 0, 0, ScaleFormat.FP32, rule);
  }

  /** Levels of groups of a format, whose number of weights is a part of it. */
  static FixedLevels ofGroups(
      String name, Elements elements, int bits, int group, ScaleFormat format, ScaleRule rule) {
    return new FixedLevels(name, elements, bits, Runs.Unit.GROUP, group, 0, format, rule);
  }

  /** Levels of groups, whose number of weights is the parameter {@code n}. */
  FixedLevels withGroups() {
    return new FixedLevels(label, elements, bits, unit, group, group, format, rule);
  }

  @Override
  public String name() {
    return Groups.name(label, group, standard);
  }

  @Override
  public CodebookFitter with(Map<String, String> parameters) {
    if (standard == 0) {
      return CodebookFitter.super.with(parameters);
    }
    int other = Groups.parse(this, parameters, group);
    return other == group
        ? this
        : new FixedLevels(label, elements, bits, unit, other, standard, format, rule);
  }

  @Override
  public OptionalInt width() {
    return OptionalInt.of(bits);
  }

  @Override
  public boolean keepsZero() {
    return elements.haveZero();
  }

  @Override
  public int values(int asked) {
    Set<Float> values = new HashSet<>();
    for (float level : elements.levels(bits)) {
      values.add(level);
    }
    return values.size();
  }

  @Override
  public boolean isShared() {
    return unit == Runs.Unit.TENSOR;
  }

  @Override
  public boolean isTrainable() {
    return false;
  }

  @Override
  public long span(Shape shape) {
    return switch (unit) {
      case TENSOR, SEGMENT -> shape.size();
      case ROW -> shape.rowLength();
      case GROUP -> Math.min(group, shape.rowLength());
    };
  }

  private Runs runs(long columns) {
    return switch (unit) {
      case TENSOR, SEGMENT -> Runs.tensor();
      case ROW -> Runs.rows();
      case GROUP -> Runs.groups(group, columns);
    };
  }

  @Override
  public Scaled fit(Points survivors, int asked, long seed) {
    checkBits(asked);
    return of(runs(group), rule.scale(Extent.of(survivors), elements.most(bits)));
  }

  @Override
  public Scaled fit(Shape shape, float[] weights, int asked, long seed) {
    if (unit == Runs.Unit.TENSOR) {
      return fit(Points.ofNonZero(weights), asked, seed);
    }
    checkBits(asked);
    Runs runs = runs(shape.rowLength());
    double[] scales = new double[runs.count(shape)];
    float most = elements.most(bits);
    Scaled.forEachRun(
        runs,
        weights.length,
        shape.rowLength(),
        (run, from, to) -> scales[run] = rule.scale(Extent.of(weights, from, to), most));
    return of(runs, scales);
  }

  private Scaled of(Runs runs, double... scales) {
    return new Scaled(elements, bits, Scales.nearest(format, runs, scales));
  }
}
