package dev.tersor.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.prune.Magnitude;
import dev.tersor.core.tensor.Shape;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Laws of the front door on random tensors and settings. */
class TersorPropertyTest {
  @Provide
  Arbitrary<Tensor> tensors() {
    Arbitrary<Shape> shapes =
        Arbitraries.longs().between(0, 20).array(long[].class).ofMaxSize(3).map(Shape::of);
    return Combinators.combine(shapes, Arbitraries.longs()).as(TersorPropertyTest::tensor);
  }

  private static Tensor tensor(Shape shape, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = new float[(int) shape.size()];
    double scale = Math.pow(10, random.nextInt(-20, 20));
    for (int i = 0; i < weights.length; i++) {
      weights[i] = random.nextInt(4) == 0 ? 0 : (float) (scale * random.nextGaussian());
    }
    return new Tensor(shape, weights);
  }

  @Provide
  Arbitrary<Compression> compressions() {
    return Combinators.combine(
            Arbitraries.of(0, 0.5, 0.97),
            Arbitraries.integers().between(1, 8),
            Arbitraries.of("uniform", "lsq-channel", "uniform-group(n=8)", "kmeans++", "exact"),
            Arbitraries.of("auto(access=random)", "dense", "gap4/huffman", "bitmap/cabac"))
        .as(
            (sparsity, bits, codebook, encoding) ->
                Compression.DEFAULT
                    .sparsity(sparsity.doubleValue())
                    .bits(bits)
                    .codebook(codebook)
                    .encoding(encoding));
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void whatIsKeptComesBack(
      @ForAll("tensors") Tensor tensor, @ForAll("compressions") Compression compression) {
    float[] weights = tensor.weights();
    Tensor decoded = Tersor.decode(Tersor.encode(weights, tensor.shape(), compression));
    assertEquals(tensor.shape(), decoded.shape());
    assertArrayEquals(TersorTest.expected(weights, tensor.shape(), compression), decoded.weights());
    long zeros = 0;
    for (float weight : decoded.weights()) {
      zeros += weight == 0 ? 1 : 0;
    }
    assertTrue(zeros >= Magnitude.count(compression.sparsity(), weights.length));
  }

  /** What was decoded has few values, which are then the exact codebook. */
  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void compressingAgainChangesNothing(
      @ForAll("tensors") Tensor tensor, @ForAll("compressions") Compression compression) {
    Compression exact = compression.codebook("exact");
    Tensor once = Tersor.decode(Tersor.encode(tensor.weights(), tensor.shape(), exact));
    Tensor twice = Tersor.decode(Tersor.encode(once.weights(), once.shape(), exact.sparsity(0)));
    assertArrayEquals(once.weights(), twice.weights());
  }
}
