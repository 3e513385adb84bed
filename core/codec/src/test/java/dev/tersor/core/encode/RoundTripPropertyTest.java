package dev.tersor.core.encode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tersor.core.index.Role;
import dev.tersor.core.index.Split;
import dev.tersor.core.index.Stream;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Laws of every registered recipe on random shapes, widths, densities and codebooks. */
class RoundTripPropertyTest {
  @Provide
  Arbitrary<Recipe> recipes() {
    return Arbitraries.of(Recipe.all());
  }

  @Provide
  Arbitrary<Codes> tensors() {
    Arbitrary<Shape> shapes =
        Arbitraries.longs()
            .between(0, 24)
            .array(long[].class)
            .ofMaxSize(3)
            .map(Shape::of)
            .filter(shape -> shape.size() <= 6000);
    Arbitrary<Double> densities =
        Arbitraries.oneOf(
            Arbitraries.doubles().between(0, 1), Arbitraries.of(0.0, 0.003, 0.02, 0.98, 1.0));
    return Combinators.combine(
            shapes,
            Arbitraries.integers().between(1, 8),
            densities,
            Arbitraries.integers().between(0, 3),
            Arbitraries.longs())
        .as(RandomTensors::of);
  }

  private static boolean fits(Codes codes, Recipe recipe) {
    return recipe.index().isGeneral() || codes.shape().rowLength() <= 256;
  }

  @Property(tries = 3000, edgeCases = EdgeCasesMode.NONE)
  void decodingInvertsEncoding(@ForAll("recipes") Recipe recipe, @ForAll("tensors") Codes codes) {
    assumeTrue(fits(codes, recipe));
    Encoded encoded = Container.encode(codes, recipe);
    Codes decoded = Container.decode(encoded.container());
    assertEquals(codes, decoded);
    assertEquals(codes.codebook(), decoded.codebook());
  }

  @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
  void theBreakdownAddsUp(@ForAll("recipes") Recipe recipe, @ForAll("tensors") Codes codes) {
    assumeTrue(fits(codes, recipe));
    Encoded encoded = Container.encode(codes, recipe);
    Breakdown breakdown = encoded.breakdown();
    assertEquals(encoded.container().length, breakdown.totalBytes());
    int payload = 0;
    int table = 0;
    for (Encoded.CodedStream stream : encoded.streams()) {
      payload += stream.payloadBytes();
      table += stream.tableBytes();
    }
    assertEquals(payload, breakdown.payloadBytes());
    assertEquals(table, breakdown.tableBytes());
    assertTrue(breakdown.paddingBytes() <= breakdown.payloadBytes());
  }

  /** A value for each non-zero and each padding element, and no more. */
  @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
  void elementsAreNonZerosAndPadding(
      @ForAll("recipes") Recipe recipe, @ForAll("tensors") Codes codes) {
    assumeTrue(fits(codes, recipe));
    assumeTrue(!recipe.index().isDense());
    Split split = recipe.index().split(codes);
    int elements = 0;
    for (Stream stream : split.streams()) {
      elements += stream.role() == Role.VALUE ? stream.symbols().count() : 0;
    }
    assertEquals(codes.nonZeroPositions().length + split.paddingElements(), elements);
  }
}
