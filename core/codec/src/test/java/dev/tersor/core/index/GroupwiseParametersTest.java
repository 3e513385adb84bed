package dev.tersor.core.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GroupwiseParametersTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hybrid(theta=0.8) | hybrid",
        "hybrid(remainder=dcsr,sizes=4+8+16+12,strides=1..16,order=round-robin) | hybrid",
        "hybrid( theta = 0.70 ) | hybrid(theta=0.7)",
        "hybrid(remainder=bitmap,theta=1) | hybrid(theta=1,remainder=bitmap)",
        "hybrid(padding=3+3+1+0) | hybrid(padding=3+3+1+0)",
        "dcsr-absolute(by=row) | dcsr-absolute(by=row)",
        "hybrid(strides=4+2+3) | hybrid(strides=2..4)",
        "hybrid(strides=1+2+4+8) | hybrid(strides=1+2+4+8)",
        "hybrid(sizes=16) | hybrid(sizes=16)",
        "groupwise(sizes=1+2+3) | groupwise(sizes=1..3)",
        "hybrid(sizes=16+2..4) | hybrid(sizes=16+4+3+2)",
        "hybrid-bitmap(remainder=dcsr) | hybrid-bitmap(remainder=dcsr)",
        "groupwise(order=global-best) | groupwise(order=global-best)",
        "groupwise-best(remainder=relative4) | groupwise-best(remainder=relative4)",
        "bitmap() | bitmap"
      })
  void namesAreCanonical(String given, String name) {
    IndexScheme scheme = IndexSchemes.parse(given);
    assertEquals(name, scheme.name());
    assertEquals(name, IndexSchemes.parse(name).name());
    assertEquals(scheme, IndexSchemes.parse(name));
  }

  /** What was expected and the value are named. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hybrid(padding=3+3) | padding: 2 numbers for 4 sizes",
        "hybrid(padding=3+3+1+4) | padding: 4 of 4 lanes, expected less",
        "hybrid(padding=3+3+1+-1) | padding: -1 of 4 lanes",
        "hybrid(padding=few) | padding: 'few' is not a list of numbers",
        "groupwise-best(padding=1+1+1+1) | padding: groups are chosen by their cost",
        "dcsr(by=column) | dcsr: by=column, expected row",
        "dcsr(rows=1) | dcsr has no parameter 'rows'",
        "hybrid(theta=0) | theta: 0.0 outside (0, 1]",
        "hybrid(theta=-1) | theta: -1.0 outside",
        "hybrid(theta=1.01) | theta: 1.01 outside",
        "hybrid(theta=NaN) | theta: NaN outside",
        "hybrid(theta=much) | theta: 'much' is not a number in (0, 1]",
        "hybrid(sizes=) | sizes: empty",
        "hybrid(strides=) | strides: empty",
        "hybrid(strides=5..3) | strides: 5..3 descends",
        "hybrid(sizes=17) | sizes: 17 outside 1..16",
        "hybrid(sizes=0) | sizes: 0 outside 1..16",
        "hybrid(strides=1..17) | strides: 17 outside 1..16",
        "hybrid(strides=0) | strides: 0 outside 1..16",
        "hybrid(strides=1..2000000000) | strides: 2000000000 outside",
        "hybrid(sizes=4+x) | sizes: '4+x' is not a list of numbers",
        "hybrid(order=any) | order: 'any', expected one of [round-robin",
        "hybrid(remainder=hybrid) | remainder: hybrid has groups itself",
        "hybrid(remainder=nothing) | unknown index scheme 'nothing'",
        "hybrid(s=4) | hybrid has no parameter 's'",
        "hybrid(theta) | 'theta' is not parameter=value",
        "hybrid(theta=1,theta=1) | 'theta=1' is not parameter=value, or repeats one",
        "hybrid(theta=1 | is neither a name nor name(parameter=value,...)",
        "groupwise(sizes=16+8) | sizes without 1 leave elements",
        "groupwise(remainder=dcsr) | groupwise has no parameter 'remainder'",
        "groupwise-best(theta=0.7) | theta: groups are chosen by their cost",
        "bitmap(theta=0.7) | bitmap has no parameter 'theta'",
        "hybird | unknown index scheme 'hybird'"
      })
  void wrongParametersAreNamed(String given, String message) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> IndexSchemes.parse(given));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"hybrid(remainder=csr8)", "groupwise-best(remainder=csr16)"})
  void aRemainderThatCannotHoldEveryShapeMakesAHybridThatCannot(String name) {
    assertFalse(IndexSchemes.parse(name).isGeneral());
  }

  @Test
  void accessIsNoBetterThanTheRemainders() {
    assertEquals(Access.PARALLEL, IndexSchemes.parse("hybrid(remainder=bitmap)").access());
    assertEquals(Access.SEQUENTIAL, IndexSchemes.parse("hybrid(remainder=gap4)").access());
    assertEquals(Access.PARALLEL, IndexSchemes.parse("groupwise").access());
  }

  /** Parameters that a scheme has already stay when others are changed. */
  @Test
  void parametersAddUp() {
    IndexScheme once = IndexSchemes.parse("hybrid(sizes=16)");
    IndexScheme twice = once.with(Map.of("remainder", "bitmap"));
    assertEquals("hybrid(sizes=16,remainder=bitmap)", twice.name());
    assertEquals("hybrid(sizes=16)", twice.with(Map.of("remainder", "dcsr")).name());
    assertEquals("hybrid", once.with(Map.of("sizes", "4+8+12+16")).name());
  }
}
