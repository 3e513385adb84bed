package dev.tersor.core.exact;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Planes beside a literal form: elements as numbers, rotated and cut byte by byte. */
class PlanesTest {
  private static byte[][] literal(byte[] in, int from, int count, int width, boolean rotated) {
    byte[][] planes = new byte[width][count];
    int bits = 8 * width;
    for (int i = 0; i < count; i++) {
      boolean[] element = new boolean[bits];
      for (int bit = 0; bit < bits; bit++) {
        int to = rotated ? (bit + 1) % bits : bit;
        element[to] = (in[from + width * i + bit / 8] >>> bit % 8 & 1) != 0;
      }
      for (int bit = 0; bit < bits; bit++) {
        planes[bit / 8][i] |= (byte) ((element[bit] ? 1 : 0) << bit % 8);
      }
    }
    return planes;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void splitsAndJoinsAsTheLiteralForm(int width) {
    Random random = new Random(1);
    for (int count : new int[] {0, 1, 7, 8, 9, 63, 200}) {
      for (boolean rotated : new boolean[] {false, true}) {
        int from = random.nextInt(5);
        byte[] in = new byte[from + width * count];
        random.nextBytes(in);
        byte[][] planes = new byte[width][count];
        Planes.split(in, from, count, width, rotated, planes);
        assertArrayEquals(literal(in, from, count, width, rotated), planes);

        int[] at = new int[width];
        byte[][] apart = new byte[width][];
        for (int p = 0; p < width; p++) {
          at[p] = random.nextInt(4);
          apart[p] = new byte[at[p] + count];
          System.arraycopy(planes[p], 0, apart[p], at[p], count);
        }
        byte[] out = in.clone();
        Arrays.fill(out, from, out.length, (byte) 0);
        Planes.join(apart, at, count, width, rotated, out, from);
        assertArrayEquals(in, out);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void differencesComeBack(int width) {
    Random random = new Random(2);
    byte[] bytes = new byte[100];
    byte[] base = new byte[90];
    random.nextBytes(bytes);
    random.nextBytes(base);
    for (Difference difference : Difference.values()) {
      byte[] changed = bytes.clone();
      Form form = new Form(width, false, width - 1, difference);
      difference.apply(changed, 10, 90, base, form);
      assertEquals(difference == Difference.NONE, Arrays.equals(bytes, changed));
      difference.restore(changed, 10, 90, base, form);
      assertArrayEquals(bytes, changed);
    }
  }

  /** A number below that of the base by one is 1, and one above it by one is 2. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void smallDifferencesAreSmallNumbers(int width) {
    Form form = new Form(width, false, 0, Difference.MINUS);
    long[] numbers = {0, -1, 1, -2, 2};
    for (int i = 0; i < numbers.length; i++) {
      byte[] bytes = new byte[width];
      byte[] base = new byte[width];
      Planes.put(base, 0, 0x7F, width);
      Planes.put(bytes, 0, 0x7F + numbers[i], width);
      Difference.MINUS.apply(bytes, 0, width, base, form);
      assertEquals(i, Planes.element(bytes, 0, width));
    }
  }
}
