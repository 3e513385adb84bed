package dev.tersor.core.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ResidualsTest {
  private static Codes random(int size, double share) {
    byte[] codes = new byte[size];
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < size; i++) {
      codes[i] = (byte) (random.nextDouble() < share ? 1 : 0);
    }
    return new Codes(Shape.of(size), codes, new Step(8, 1));
  }

  @Test
  void literal() {
    // m = (20 + 2) / 4 = 5; residuals 1, 2, 0, 4 less their mean 1.75, so less 2.
    assertEquals(
        new TreeMap<>(Map.of(-2, 1L, -1, 1L, 0, 1L, 2, 1L)),
        Residuals.of(new int[] {1, 7, 10, 19}, 20).counts());
    // 17 elements, m = (34 + 8) / 17 = 2: the first run lies on the line, the second is one alone.
    int[] elements = new int[17];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = 2 * i + (i == 16 ? 1 : 0);
    }
    assertEquals(new TreeMap<>(Map.of(0, 17L)), Residuals.of(elements, 34).counts());
    assertEquals(Map.of(), Residuals.of(new int[0], 20).counts());
  }

  @Test
  void theShareIsOfNumbersOfFourSignedBits() {
    Residuals residuals = new Residuals(new TreeMap<>(Map.of(-9, 1L, -8, 2L, 0, 3L, 7, 3L, 8, 1L)));
    assertEquals(0.8, residuals.shareInFourBits());
    assertEquals(1, new Residuals(new TreeMap<>()).shareInFourBits());
  }

  /** Against the offsets that the scheme stores, which are the same numbers from another zero. */
  @Test
  void theyAreTheStoredOffsetsAroundTheirMean() {
    for (double share : new double[] {0.05, 0.3, 0.7}) {
      Codes codes = random(20_000, share);
      IndexScheme dcsr = IndexSchemes.parse("dcsr");
      Split split = dcsr.split(codes);
      Symbols offsets = split.symbols("offsets", Role.INDEX);
      int[] tracking = split.symbols("tracking", Role.INDEX).values();
      int[] masks = split.symbols("masks", Role.INDEX).values();
      int elements = split.symbols("values", Role.VALUE).count();
      Map<Integer, Long> expected = new TreeMap<>();
      int mask = 0;
      for (int run = 0; run * 16 < elements; run++) {
        int[] stored = new int[16];
        // The first of two groups has the upper nibble.
        int nibble = (run & 1) == 0 ? 4 : 0;
        for (int lane = 0; lane < 16; lane++) {
          stored[lane] = offsets.values()[16 * (run / 2) + lane] >> nibble & 15;
        }
        for (int bit = 0; bit < 3; bit++) {
          if ((tracking[run / 2] >> (nibble + bit) & 1) != 0) {
            for (int lane = 0; lane < 16; lane++) {
              stored[lane] += (masks[mask] >> lane & 1) << (4 + bit);
            }
            mask++;
          }
        }
        int lanes = Math.min(16, elements - 16 * run);
        double sum = 0;
        for (int lane = 0; lane < lanes; lane++) {
          sum += stored[lane];
        }
        for (int lane = 0; lane < lanes; lane++) {
          expected.merge(stored[lane] - (int) Math.floor(sum / lanes + 0.5), 1L, Long::sum);
        }
      }
      assertEquals(expected, dcsr.histogram("residuals", codes));
    }
  }

  @Test
  void onlyDcsrHasThem() {
    Codes codes = random(1000, 0.5);
    for (IndexScheme scheme : IndexSchemes.ALL.all()) {
      assertEquals(scheme.name().startsWith("dcsr"), scheme.histograms().contains("residuals"));
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> scheme.histogram("gaps", codes));
      assertTrue(e.getMessage().contains("'gaps'"), e.getMessage());
    }
  }
}
