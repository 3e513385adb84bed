package dev.tersor.core.encode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.index.Access;
import dev.tersor.core.index.IndexSchemes;
import dev.tersor.core.index.SharedWork;
import dev.tersor.core.tensor.Codes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AutoTest {
  private static int smallest(Codes codes, Access access) {
    int smallest = Integer.MAX_VALUE;
    for (Recipe recipe : Recipe.all()) {
      if (recipe.coder().isStructure() && access == Access.SEQUENTIAL) {
        continue;
      }
      if (recipe.index().isGeneral() && recipe.access().compareTo(access) <= 0) {
        smallest = Math.min(smallest, Container.encode(codes, recipe).container().length);
      }
    }
    return smallest;
  }

  /** Every recipe that is asked for is encoded, without any bound. */
  @ParameterizedTest
  @CsvSource({
    "8, 0, 3000",
    "8, 0.3, 3000",
    "8, 0.5, 20000",
    "4, 0.7, 20000",
    "2, 0.9, 20000",
    "1, 0.5, 5000",
    "8, 0.99, 40000",
    "3, 1, 1000",
    "5, 0.5, 1",
    "8, 0.5, 0"
  })
  void isTheSmallestOfAllRecipes(int bits, double sparsity, int size) {
    Codes codes = SampleTensors.skewed(bits, sparsity, size, 9);
    for (String name : new String[] {"auto", "auto(access=parallel)", "auto(access=random)"}) {
      Auto auto = Auto.parse(name);
      Encoded best = auto.encode(codes);
      assertEquals(smallest(codes, auto.access()), best.container().length, name);
      assertEquals(codes, Container.decode(best.container()));
      Recipe recipe = Container.recipe(best.container());
      assertTrue(recipe.access().compareTo(auto.access()) <= 0, name + " chose " + recipe);
    }
  }

  @Test
  void whatCannotBeMetIsSaid() {
    Codes codes = SampleTensors.skewed(8, 0.5, 50_000, 2);
    Choice nothing = Auto.parse("auto").choice(Content.of(codes), new SharedWork());
    assertThrows(IllegalStateException.class, nothing::best);
    Choice sequential =
        Auto.parse("auto(access=parallel)").choice(Content.of(codes), new SharedWork());
    sequential.offer(IndexSchemes.ALL.get("gap4"), IndexSchemes.ALL.get("gap4").split(codes));
    IllegalStateException e = assertThrows(IllegalStateException.class, sequential::recipe);
    assertTrue(e.getMessage().contains("auto(access=parallel)"), e.getMessage());
  }

  /** Nothing decodes as fast as a copy, since the symbols are written and read besides. */
  @Test
  void aSpeedThatNothingReachesFindsNothing() {
    Codes codes = SampleTensors.skewed(8, 0.5, 50_000, 2);
    assertThrows(IllegalStateException.class, () -> Auto.parse("auto(speed=1)").encode(codes));
    Encoded slow = Auto.parse("auto(speed=0.000001)").encode(codes);
    assertEquals(Auto.parse("auto").encode(codes).container().length, slow.container().length);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "auto() | auto",
        "auto(access=any) | auto",
        "auto(access=random) | auto(access=random)",
        "auto(speed=0.10,access=parallel) | auto(access=parallel,speed=0.1)"
      })
  void namesAreCanonical(String given, String name) {
    assertTrue(Auto.isAuto(given));
    assertEquals(name, Auto.parse(given).name());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "auto(access=fast) | access: 'fast', expected random, parallel or any",
        "auto(speed=-1) | speed: -1.0 outside 0..1",
        "auto(speed=2) | speed: 2.0 outside 0..1",
        "auto(speed=NaN) | speed: NaN outside 0..1",
        "auto(speed=x) | speed: 'x' is not a share",
        "auto(theta=1) | auto has no parameter 'theta'",
        "automatic | 'automatic', expected auto"
      })
  void wrongConstraintsAreNamed(String given, String message) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Auto.parse(given));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void aChoiceIsNoRecipe() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Recipe.parse("auto(access=any)"));
    assertTrue(e.getMessage().contains("is a choice of a recipe"), e.getMessage());
  }

  @Test
  void aRecipeIsNoChoice() {
    assertFalse(Auto.isAuto("automatic/packed"));
    assertFalse(Auto.isAuto("hybrid/packed"));
  }
}
