package dev.tersor.core.encode;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.prune.Magnitude;
import dev.tersor.core.quantize.Assignment;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.quantize.Points;
import dev.tersor.core.symbol.Coded;
import dev.tersor.core.symbol.Entropy;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.SyntheticWeights;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the coders make of all codes of a layer, zeros included, beside the order-0 entropy: on
 * synthetic near-normal weights, which are independent of each other, so that nothing but the
 * frequencies can be used.
 */
class CoderSizesTest {
  private static final Shape SHAPE = Shape.of(128, 128, 3, 3);

  private static Symbols codes(double sparsity, int bits, String codebook) {
    int size = (int) SHAPE.size();
    float[] weights = new SyntheticWeights(3, "layer", SHAPE).draw(0, size);
    float[] pruned = Magnitude.threshold(weights, Magnitude.count(sparsity, size)).apply(weights);
    Codebook fitted = CodebookFitters.ALL.get(codebook).fit(Points.ofNonZero(pruned), bits, 0);
    return Symbols.ofBytes(Assignment.codes(pruned, fitted), bits);
  }

  /**
   * Shares of the entropy, tables included. Tunstall's words are short where there are many
   * symbols; zstd and Huffman give a zero a whole bit.
   */
  @ParameterizedTest
  @CsvSource({
    "0,   4, uniform, 1.02, 1.06, 1.02",
    "0.5, 4, uniform, 1.02, 1.08, 1.03",
    "0.9, 4, uniform, 1.80, 1.16, 1.25",
    "0,   8, uniform, 1.01, 1.20, 1.02",
    "0.9, 8, uniform, 1.60, 1.35, 1.25",
    "0,   4, linear,  1.02, 1.06, 1.02",
    "0.5, 4, linear,  1.02, 1.08, 1.03",
    "0.9, 4, linear,  1.80, 1.16, 1.25",
    "0,   8, linear,  1.01, 1.20, 1.02",
    "0.9, 8, linear,  1.60, 1.35, 1.25"
  })
  void sharesOfTheEntropy(
      double sparsity, int bits, String codebook, double huffman, double tunstall, double zstd) {
    Symbols codes = codes(sparsity, bits, codebook);
    assertShare("cabac", codes, 1, 1.01);
    assertShare("rans", codes, 1, 1.01);
    assertShare("huffman", codes, 1, huffman);
    assertShare("tunstall", codes, 1.02, tunstall);
    assertShare("zstd", codes, 1, zstd);
  }

  private static void assertShare(String coder, Symbols codes, double least, double most) {
    Coded coded = SymbolCoders.ALL.get(coder).encode(codes);
    double bits = 8.0 * (coded.table().length + coded.payload().length);
    double share = bits / Entropy.of(codes).bits();
    assertTrue(share >= least && share <= most, coder + ": " + share + " of the entropy");
  }
}
