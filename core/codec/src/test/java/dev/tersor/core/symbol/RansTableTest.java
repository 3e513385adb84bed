package dev.tersor.core.symbol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.BitWriter;
import dev.tersor.core.bits.MalformedInputException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RansTableTest {
  /** Runs of symbols that do not occur, and frequencies of all sizes. */
  private static int[] counts(SplittableRandom random, int alphabet) {
    int[] counts = new int[alphabet];
    for (int at = 0; at < counts.length; ) {
      int stop = Math.min(counts.length, at + random.nextInt(1, 1 << random.nextInt(1, 9)));
      boolean occurs = random.nextBoolean();
      for (; at < stop; at++) {
        counts[at] = occurs ? random.nextInt(1, 1 << random.nextInt(1, 20)) : 0;
      }
    }
    counts[random.nextInt(alphabet)] = 1;
    return counts;
  }

  @Test
  void tablesOfEveryShapeComeBack() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 3000; i++) {
      int width = random.nextInt(1, 12);
      RansFrequencies frequencies = RansFrequencies.of(counts(random, 1 << width));
      byte[] table = RansTable.write(frequencies, width);
      RansFrequencies read = RansTable.read(table, width);
      assertArrayEquals(frequencies.scaled(), read.scaled());
      assertEquals(frequencies.bits(), read.bits());
    }
  }

  @Test
  void scaledFrequenciesAddUpAndNoneIsLost() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 1000; i++) {
      int[] counts = counts(random, 1 << random.nextInt(1, 12));
      RansFrequencies frequencies = RansFrequencies.of(counts);
      assertEquals(1 << frequencies.bits(), Arrays.stream(frequencies.scaled()).sum());
      for (int s = 0; s < counts.length; s++) {
        int scaled = s < frequencies.scaled().length ? frequencies.scaled()[s] : 0;
        assertEquals(counts[s] > 0, scaled > 0, "symbol " + s);
      }
    }
  }

  /** Bits over the entropy, a symbol's code taking log2(2^r / f). */
  private static double loss(int[] counts, int[] scaled) {
    double total = Arrays.stream(counts).sum();
    double sum = Arrays.stream(scaled).sum();
    double bits = 0;
    for (int s = 0; s < counts.length; s++) {
      bits += counts[s] * Math.log(counts[s] / total * sum / scaled[s]) / Math.log(2);
    }
    return bits;
  }

  /** Against the best of all ways to share 256 among three symbols. */
  @Test
  void theScalingIsAsGoodAsTheBest() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 60; i++) {
      int[] counts = new int[3];
      Arrays.setAll(counts, s -> random.nextInt(1, 1 << random.nextInt(1, 12)));
      RansFrequencies frequencies = RansFrequencies.of(counts);
      if (frequencies.bits() == 8) {
        double best = Double.MAX_VALUE;
        for (int first = 1; first < 255; first++) {
          for (int second = 1; first + second < 256; second++) {
            int[] other = {first, second, 256 - first - second};
            best = Math.min(best, loss(counts, other));
          }
        }
        double entropy = Entropy.bits(Arrays.stream(counts).asLongStream().toArray());
        double found = loss(counts, frequencies.scaled());
        assertTrue(
            found <= best + 1e-5 * entropy + 1e-9,
            () -> Arrays.toString(counts) + " " + Arrays.toString(frequencies.scaled()));
      }
    }
  }

  @Test
  void theSmallestSumThatLosesLittleIsTaken() {
    assertEquals(8, RansFrequencies.of(new int[] {7}).bits());
    assertEquals(8, RansFrequencies.of(new int[] {500, 0, 500}).bits());
    assertEquals(16, RansFrequencies.of(new int[] {1_000_000, 9}).bits());
    int[] all = new int[257];
    Arrays.fill(all, 1);
    assertTrue(RansFrequencies.of(all).bits() > 8);
    int[] most = new int[1 << 16];
    Arrays.fill(most, 1);
    most[5] = 4_000_000;
    int[] ones = new int[1 << 16];
    Arrays.fill(ones, 1);
    assertArrayEquals(ones, RansFrequencies.of(most).scaled());
  }

  @Test
  void tablesOfUsualCodesAreSmall() {
    int[] counts = new int[256];
    for (int s = -127; s <= 127; s++) {
      counts[s & 0xFF] = 1 + (int) (40_000 * Math.exp(-s * s / 1800.0));
    }
    int bytes = RansTable.write(RansFrequencies.of(counts), 8).length;
    assertTrue(bytes < 256, bytes + " bytes");
  }

  /** Fields of value and width, in turn. */
  private static byte[] bits(int... valuesAndWidths) {
    BitWriter out = new BitWriter();
    for (int i = 0; i < valuesAndWidths.length; i += 2) {
      out.write(valuesAndWidths[i], valuesAndWidths[i + 1]);
    }
    return out.toByteArray();
  }

  private static void assertMalformed(String what, byte[] table) {
    MalformedInputException e =
        assertThrows(MalformedInputException.class, () -> RansTable.read(table, 2));
    assertTrue(e.getMessage().contains(what), e.getMessage());
    assertTrue(e.position() <= table.length);
  }

  @Test
  void damageIsNamed() {
    // Symbol 2 is the last, r = 8, symbol 0 has 128, symbol 1 has 64.
    byte[] sound = bits(2, 2, 0, 4, 1, 1, 1, 1, 0, 7, 1, 1, 2, 2, 0, 6);
    assertArrayEquals(new int[] {128, 64, 64}, RansTable.read(sound, 2).scaled());
    assertMalformed("ends early", Arrays.copyOf(sound, 2));
    assertMalformed("goes on", Arrays.copyOf(sound, 4));
    assertMalformed("add up to 2^17", bits(2, 2, 9, 4, 0, 32));
    assertMalformed("runs past", bits(2, 2, 0, 4, 0, 1, 2, 2, 1, 1, 0, 16));
    assertMalformed("runs past", bits(2, 2, 0, 4, 0, 1, 0, 16, 1, 1, 0, 16));
    assertMalformed("too many bits", bits(2, 2, 0, 4, 1, 1, 0, 32, 0, 32));
    assertMalformed("frequency of 9 bits", bits(2, 2, 0, 4, 1, 1, 4, 3, 0, 32));
    assertMalformed("frequency of 0 bits", bits(2, 2, 0, 4, 1, 1, 0, 15, 1, 1, 0, 32));
    assertMalformed("leave nothing", bits(2, 2, 0, 4, 1, 1, 1, 1, 127, 7, 1, 1, 1, 1, 127, 7));
    assertArrayEquals(
        new int[] {0, 0, 256}, RansTable.read(bits(2, 2, 0, 4, 0, 1, 2, 2, 0, 1), 2).scaled());
    assertMalformed("filling bits", bits(2, 2, 0, 4, 0, 1, 2, 2, 0, 1, 32, 6));
  }
}
