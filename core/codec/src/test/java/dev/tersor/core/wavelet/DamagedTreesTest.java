package dev.tersor.core.wavelet;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.BitVectorForm;
import dev.tersor.core.bits.MalformedInputException;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Damaged trees are malformed, or answer for another sequence: never a crash or a hang. */
class DamagedTreesTest {
  private static final String KINDS = "dev.tersor.core.wavelet.WaveletTreeTest#kinds";

  private static byte[] tree(WaveletTreeTest.Kind kind, int length, int width) {
    SplittableRandom random = new SplittableRandom(length);
    int[] symbols = new int[length];
    Arrays.setAll(
        symbols,
        i -> Math.min((1 << width) - 1, Integer.numberOfTrailingZeros(random.nextInt() | 1 << 30)));
    return WaveletTree.of(symbols, width, kind.shape(), kind.form()).toBytes();
  }

  @ParameterizedTest
  @MethodSource(KINDS)
  void neverCrash(WaveletTreeTest.Kind kind) {
    SplittableRandom random = new SplittableRandom(8);
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          for (int length : new int[] {0, 1, 40, 700, 5000}) {
            byte[] whole = tree(kind, length, 5);
            for (int i = 0; i < 800; i++) {
              byte[] bad = whole.clone();
              for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
                // Half of the damage goes to header and table.
                int end = random.nextBoolean() ? bad.length : Math.min(40, bad.length);
                bad[random.nextInt(end)] ^= (byte) (1 << random.nextInt(8));
              }
              queriesOrIsMalformed(bad);
            }
          }
        });
  }

  private static void queriesOrIsMalformed(byte[] bytes) {
    try {
      WaveletTree tree = WaveletTree.open(bytes);
      int[] out = new int[Math.min(300, tree.length())];
      for (int from = 0; from + out.length <= tree.length() && out.length > 0; from += 1999) {
        tree.decode(from, from + out.length, out, 0);
        for (int i = 0; i < out.length; i += 29) {
          int symbol = tree.access(from + i);
          Assertions.assertEquals(symbol, out[i]);
          int k = tree.rank(symbol, from + i);
          Assertions.assertEquals(from + i, tree.select(symbol, k));
        }
      }
    } catch (MalformedInputException e) {
      assertTrue(e.position() >= 0 && e.position() <= bytes.length, e::toString);
    }
  }

  @ParameterizedTest
  @MethodSource(KINDS)
  void everyTruncationIsMalformed(WaveletTreeTest.Kind kind) {
    byte[] whole = tree(kind, 700, 4);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(MalformedInputException.class, () -> WaveletTree.open(cut));
    }
    byte[] longer = Arrays.copyOf(whole, whole.length + 1);
    assertThrows(MalformedInputException.class, () -> WaveletTree.open(longer));
  }

  /** Lengths are held against the bytes that there are before anything is made of them. */
  @ParameterizedTest
  @MethodSource(KINDS)
  void lengthsThatLieTakeNoMemory(WaveletTreeTest.Kind kind) {
    Stored stored = WaveletTree.open(tree(kind, 700, 4)).stored();
    for (int length : new int[] {0, 1, 350, 1400, 1 << 20, Integer.MAX_VALUE}) {
      Stored lie =
          new Stored(
              stored.shape(),
              stored.form(),
              stored.width(),
              length,
              stored.table(),
              stored.bytes(),
              stored.at(),
              stored.size());
      assertThrows(MalformedInputException.class, () -> WaveletTree.open(lie));
    }
    Stored other =
        new Stored(
            kind.shape(), BitVectorForm.BLOCKS, 16, 3, new byte[] {16, 0, 0}, new byte[7], 0, 7);
    assertThrows(MalformedInputException.class, () -> WaveletTree.open(other));
  }
}
