package dev.tersor.core.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Laws of steps of groups on random shapes, whole and cut. */
class GroupStepsPropertyTest {
  /** Cut between rows or, where a row is longer than a segment, within rows. */
  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void partsAreWhereTheyWere(
      @ForAll @IntRange(min = 1, max = 6) int rows,
      @ForAll @IntRange(min = 1, max = 90) int columns,
      @ForAll @IntRange(min = 1, max = 4) int log,
      @ForAll @IntRange(min = 0, max = 4) int more,
      @ForAll @IntRange(min = 1, max = 8) int bits,
      @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int group = 1 << log;
    Shape shape = Shape.of(rows, columns);
    float[] steps = new float[rows * ((columns + group - 1) / group)];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = (float) random.nextGaussian();
    }
    byte[] codes = new byte[rows * columns];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) random.nextInt(1 << bits);
    }
    GroupSteps codebook = new GroupSteps(bits, group, columns, steps);
    float[] weights = new Codes(shape, codes, codebook).dequantize();
    for (int i = 0; i < weights.length; i++) {
      int step = i / columns * ((columns + group - 1) / group) + i % columns / group;
      assertEquals(Levels.of(bits, codes[i] & 0xFF) * steps[step] + 0f, weights[i], 0f);
      float value = codebook.value(i / columns, i % columns, codes[i] & 0xFF);
      assertEquals(weights[i], value, 0f);
    }
    List<Codebook> parts = new ArrayList<>();
    for (Segment segment : Segment.cut(shape, group << more)) {
      int from = (int) segment.offset();
      int to = from + segment.length();
      Codebook part = codebook.part(segment, columns);
      float[] own =
          new Codes(segment.shape(), Arrays.copyOfRange(codes, from, to), part).dequantize();
      assertArrayEquals(Arrays.copyOfRange(weights, from, to), own);
      parts.add(part);
    }
    assertEquals(codebook, parts.get(0).whole(shape, parts));
  }
}
