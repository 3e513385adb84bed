package dev.tersor.core.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.tersor.core.bits.IncubatorModule;
import dev.tersor.core.encode.Container;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What runs where the module is present, as in Spark: the same bytes as without. */
class VectorPathTest {
  private final String before = System.getProperty(IncubatorModule.PROPERTY, "");

  @AfterEach
  void restore() {
    System.setProperty(IncubatorModule.PROPERTY, before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dcsr", "dcsr-absolute", "hybrid", "groupwise", "groupwise-best"})
  void containersAreTheSame(String scheme) {
    Recipe recipe = Recipe.parse(scheme);
    SplittableRandom random = new SplittableRandom(8);
    for (int size : new int[] {1, 17, 300, 5000}) {
      byte[] weights = new byte[size];
      for (int i = 0; i < size; i++) {
        weights[i] = (byte) (random.nextDouble() < 0.6 ? random.nextInt(1, 256) : 0);
      }
      Codes codes = new Codes(Shape.of(size), weights, new Step(8, 1));
      System.setProperty(IncubatorModule.PROPERTY, "off");
      assertInstanceOf(ScalarLaneCounts.class, LaneCounts.fastest());
      byte[] plain = Container.encode(codes, recipe).container();
      System.setProperty(IncubatorModule.PROPERTY, "on");
      assertEquals(LaneCounts.vectors().getClass(), LaneCounts.fastest().getClass());
      assertEquals(RunOffsets.vectors().getClass(), RunOffsets.fastest().getClass());
      assertArrayEquals(plain, Container.encode(codes, recipe).container());
      assertEquals(codes, Container.decode(plain));
    }
  }
}
