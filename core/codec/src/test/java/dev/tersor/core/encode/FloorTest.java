package dev.tersor.core.encode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.tensor.Codes;
import org.junit.jupiter.api.Test;

class FloorTest {
  @Test
  void aQuarterOfNonZerosOfTwoCodes() {
    Floor floor = Floor.of(SampleTensors.filled(4, i -> i % 4 == 0 ? 1 + i / 4 % 2 : 0, 8, 100));
    double binary = -(0.25 * Math.log(0.25) + 0.75 * Math.log(0.75)) / Math.log(2);
    assertEquals(800 * binary, floor.maskBits(), 1e-9);
    assertEquals(200, floor.valueBits(), 1e-9);
    assertEquals(800, floor.packedValueBits());
    assertEquals((800 * binary + 200) / 8, floor.bytes(), 1e-9);
    assertEquals((800 * binary + 800) / 8, floor.packedBytes(), 1e-9);
  }

  @Test
  void emptyFullAndZeroTensorsHaveNoMask() {
    assertEquals(new Floor(0, 0, 0), Floor.of(SampleTensors.filled(3, i -> 0, 0, 5)));
    assertEquals(new Floor(0, 0, 0), Floor.of(SampleTensors.filled(3, i -> 0, 9, 5)));
    assertEquals(new Floor(0, 0, 135), Floor.of(SampleTensors.filled(3, i -> 2, 9, 5)));
  }

  /** A coder that adapts to one drawn mask can be a hair below, none by much. */
  @Test
  void noRecipeIsMuchBelowTheFloorOnRandomMasks() {
    Codes codes = SampleTensors.skewed(8, 0.7, 50_000, 3);
    Floor floor = Floor.of(codes);
    for (Recipe recipe : Recipe.all()) {
      if (!recipe.index().name().equals("csr8")) {
        int payload = Container.encode(codes, recipe).breakdown().payloadBytes();
        assertTrue(payload > 0.995 * floor.bytes(), recipe + ": " + payload + " bytes");
      }
    }
  }
}
