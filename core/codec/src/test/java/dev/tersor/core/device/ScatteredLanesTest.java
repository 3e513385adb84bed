package dev.tersor.core.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.encode.Recipe;
import dev.tersor.core.index.Groupwise;
import dev.tersor.core.index.Role;
import dev.tersor.core.index.SharedWork;
import dev.tersor.core.index.Split;
import dev.tersor.core.index.Stream;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Elements that decoders by vectors scatter, beside those that a recipe stores. */
class ScatteredLanesTest {
  private static Codes codes(double density) {
    Random random = new Random(5);
    byte[] codes = new byte[20_000];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) (random.nextDouble() < density ? 1 + random.nextInt(100) : 0);
    }
    return new Codes(Shape.of(100, 200), codes, new Step(8, 0.01f));
  }

  private static long lanes(Codes codes, String recipe) {
    return DeviceLayer.of(codes, Recipe.parse(recipe)).scatteredLanes();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bitmap",
        "psr",
        "dcsr",
        "groupwise",
        "hybrid",
        "hybrid(sizes=16)",
        "hybrid-bitmap"
      })
  void everyStoredElementIsALane(String scheme) {
    for (double density : new double[] {0.02, 0.5}) {
      Codes codes = codes(density);
      Recipe recipe = Recipe.parse(scheme + "/packed");
      Split split = recipe.index().split(codes, new SharedWork());
      long stored = 0;
      for (Stream stream : split.streams()) {
        // Groups of one are stored one by one.
        boolean isSingle = recipe.index() instanceof Groupwise && stream.name().endsWith("-1");
        if (stream.role() == Role.VALUE && !isSingle) {
          stored += stream.symbols().count();
        }
      }
      assertTrue(stored > 1000 || density < 0.1);
      assertEquals(stored, lanes(codes, scheme + "/packed"), recipe::name);
    }
  }

  @Test
  void plainDecodersScatterNothing() {
    Codes codes = codes(0.5);
    for (String recipe :
        new String[] {
          "dense/packed", "relative4/packed", "bitmap/huffman", "dcsr/rans", "psr/huffman"
        }) {
      assertEquals(0, lanes(codes, recipe), recipe);
    }
  }

  @Test
  void countsAreReadAsTheBoardPrintsThem() {
    BoardCount count = BoardCount.parse("x\ncounted a.b weights 64 ticks 4 stack 72\nend").get(0);
    assertEquals(new BoardCount("a.b", 64, 4, 72), count);
    assertEquals(125, count.instructions());
    assertEquals(125 / 64.0, count.instructionsPerWeight());
  }
}
