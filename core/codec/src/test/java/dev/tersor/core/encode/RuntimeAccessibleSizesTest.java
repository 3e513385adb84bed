package dev.tersor.core.encode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.index.IndexSchemes;
import dev.tersor.core.index.Stream;
import dev.tersor.core.symbol.Entropy;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.tensor.Codes;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What runtime-accessible sequences take, beside what theory says. */
class RuntimeAccessibleSizesTest {
  private static final int BITS = 4;

  /** Coders that come near the entropy of a stream; those that are not there yet are left out. */
  static List<String> entropyCoders() {
    return java.util.stream.Stream.of("huffman", "rans", "wavelet")
        .filter(name -> SymbolCoders.ALL.find(name).isPresent())
        .toList();
  }

  /** Gaussian weights in the 15 levels of a uniform codebook, one filter of 4,608 a row. */
  private static Codes nearGaussian() {
    Random random = new Random(3);
    return SampleTensors.filled(
        BITS,
        i -> (int) Math.max(-7, Math.min(7, Math.rint(3 * random.nextGaussian()))) & 15,
        100,
        512,
        3,
        3);
  }

  private static int total(String index, String coder, Codes codes) {
    return Container.encode(codes, Recipe.of(index, coder)).container().length;
  }

  /**
   * Beside plain 4-bit codes: a delimiter for every element adds two bits to each, one for each
   * kernel of 3x3 half a bit, and one for each filter nothing that shows.
   */
  @ParameterizedTest
  @MethodSource("entropyCoders")
  void literalDelimitersCostWhatTheirEntropyIs(String coder) {
    Codes codes = nearGaussian();
    double packed = total("dense", "packed", codes);
    double dense = total("dense", coder, codes) / packed;
    double element = total("ras-literal", coder, codes) / packed;
    double kernel = total("ras-literal(block=kernel)", coder, codes) / packed;
    double filter = total("ras-literal(block=filter)", coder, codes) / packed;
    assertEquals(
        Entropy.of(IndexSchemes.ALL.get("dense").split(codes).streams().get(0).symbols()).bits()
            / (BITS * (double) codes.size()),
        dense,
        0.02);
    assertEquals(1.40, element, 0.03);
    assertEquals(1.03, kernel, 0.03);
    assertEquals(dense, filter, 0.006);
  }

  @ParameterizedTest
  @MethodSource("entropyCoders")
  void tuplesTakeTheEntropyOfGapsAndValues(String coder) {
    SplittableRandom random = new SplittableRandom(4);
    Random gaussian = new Random(5);
    Codes codes =
        SampleTensors.filled(
            BITS,
            i -> {
              int level = (int) Math.rint(2.8 * gaussian.nextGaussian());
              boolean kept = random.nextInt(10) == 0;
              return kept ? (level >= 0 ? Math.min(7, level + 1) : Math.max(-7, level)) & 15 : 0;
            },
            256,
            512,
            3,
            3);
    assertEquals(0.1, codes.nonZeroPositions().length / (double) codes.size(), 0.005);
    for (String index :
        List.of("ras-element-sparse", "ras-block-sparse", "ras-block-sparse(block=1024)")) {
      double entropy = 0;
      for (Stream stream : IndexSchemes.parse(index).split(codes).streams()) {
        if (List.of("gaps", "values").contains(stream.name())) {
          entropy += Entropy.of(stream.symbols()).bits() / 8;
        }
      }
      double bytes = total(index, coder, codes);
      assertTrue(bytes >= entropy && bytes <= 1.03 * entropy, index + " " + bytes / entropy);
    }
  }
}
