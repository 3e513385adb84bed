package dev.tersor.core.bits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import it.unimi.dsi.sux4j.bits.Rank9;
import it.unimi.dsi.sux4j.bits.SimpleSelect;
import it.unimi.dsi.sux4j.bits.SimpleSelectZero;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every form against a scan of the bits, and on longer ones against Sux4J. */
class BitVectorTest {
  private static final int[] LENGTHS = {
    0, 1, 2, 15, 16, 31, 62, 63, 64, 65, 127, 128, 129, 480, 511, 512, 513, 1023, 1024, 1025, 2016,
    2017, 4095, 4096, 4097, 8191, 8192, 8193, 12_345
  };

  private static long[] words(int length, double density, SplittableRandom random) {
    long[] words = new long[(length + 63) / 64];
    for (int i = 0; i < length; i++) {
      words[i >>> 6] |= (random.nextDouble() < density ? 1L : 0L) << i;
    }
    return words;
  }

  /** Stored behind and before other bytes, as in a container. */
  private static BitVector open(BitVectorForm form, long[] words, int length) {
    byte[] stored = form.store(words, length);
    byte[] among = new byte[stored.length + 11];
    Arrays.fill(among, (byte) 0xA5);
    System.arraycopy(stored, 0, among, 5, stored.length);
    return form.open(among, 5, stored.length, length);
  }

  private static void assertIsAScan(BitVector bits, long[] words, int length) {
    assertEquals(length, bits.length());
    int[] seen = new int[2];
    for (int i = 0; i < length; i++) {
      int bit = (int) (words[i >>> 6] >>> i & 1);
      assertEquals(bit != 0, bits.get(i));
      assertEquals(seen[1], bits.rank1(i));
      assertEquals(seen[0], bits.rank0(i));
      long found = bit != 0 ? bits.select1(seen[1]) : bits.select0(seen[0]);
      assertEquals(i, found, "select of bit " + bit);
      assertEquals(i, bits.select(bit, seen[bit], (i * 31L) % length), "select from anywhere");
      seen[bit]++;
    }
    assertEquals(seen[1], bits.rank1(length));
    assertEquals(seen[0], bits.rank0(length));
    assertEquals(seen[1], bits.ones());
    for (int i = 0; i < length; i += length < 300 ? 1 : 37) {
      long window = 0;
      for (int k = 0; k < 64 && i + k < length; k++) {
        int p = i + k;
        window |= (words[p >>> 6] >>> p & 1) << k;
      }
      assertEquals(window, bits.window(i), "window at " + i);
    }
  }

  @ParameterizedTest
  @EnumSource
  void answersAsAScanDoes(BitVectorForm form) {
    SplittableRandom random = new SplittableRandom(1);
    for (int length : LENGTHS) {
      for (double density : new double[] {0, 0.01, 0.3, 0.5, 0.97, 1}) {
        long[] words = words(length, density, random);
        assertIsAScan(open(form, words, length), words, length);
      }
    }
  }

  /** Where ones are far from evenly spread, guessing their block goes wrong. */
  @ParameterizedTest
  @EnumSource
  void selectsAmongUnevenOnes(BitVectorForm form) {
    int length = 600_000;
    long[] words = new long[length / 64];
    for (int i = 0; i < 20_000; i++) {
      words[i >>> 6] |= 1L << i;
    }
    for (int i = length - 3; i < length; i++) {
      words[i >>> 6] |= 1L << i;
    }
    words[4000] = 1;
    BitVector bits = open(form, words, length);
    for (int k = 0; k < 20_000; k += 7) {
      assertEquals(k, bits.select1(k));
      assertEquals(20_000 + k, bits.select0(k));
    }
    assertEquals(256_000, bits.select1(20_000));
    assertEquals(length - 2, bits.select1(20_002));
    assertEquals(length - 4, bits.select0(length - bits.ones() - 1));
  }

  @ParameterizedTest
  @EnumSource
  void answersAsSux4jDoes(BitVectorForm form) {
    SplittableRandom random = new SplittableRandom(2);
    int length = 300_007;
    for (double density : new double[] {0.1, 0.5, 0.8}) {
      long[] words = words(length, density, random);
      BitVector bits = open(form, words, length);
      Rank9 rank = new Rank9(words, length);
      SimpleSelect one = new SimpleSelect(words, length);
      SimpleSelectZero zero = new SimpleSelectZero(words, length);
      assertEquals(rank.count(), bits.ones());
      for (int i = 0; i < 20_000; i++) {
        int p = random.nextInt(length + 1);
        assertEquals(rank.rank(p), bits.rank1(p));
        long k = random.nextLong(bits.ones());
        assertEquals(one.select(k), bits.select1(k));
        long other = random.nextLong(length - bits.ones());
        assertEquals(zero.selectZero(other), bits.select0(other));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void selectAndRankAreInverse(BitVectorForm form) {
    SplittableRandom random = new SplittableRandom(4);
    long[] words = words(50_000, 0.2, random);
    BitVector bits = open(form, words, 50_000);
    for (long k = 0; k < bits.ones(); k += 3) {
      assertEquals(k, bits.rank1(bits.select1(k)));
      assertTrue(bits.get(bits.select1(k)));
    }
  }

  @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
  void anyBits(
      @ForAll BitVectorForm form,
      @ForAll @IntRange(max = 6000) int length,
      @ForAll @DoubleRange(max = 1) double density,
      @ForAll long seed) {
    long[] words = words(length, density, new SplittableRandom(seed));
    assertIsAScan(open(form, words, length), words, length);
  }

  @ParameterizedTest
  @EnumSource
  void refusesWhatIsOutside(BitVectorForm form) {
    long[] words = words(100, 0.5, new SplittableRandom(3));
    BitVector bits = open(form, words, 100);
    assertThrows(IndexOutOfBoundsException.class, () -> bits.get(-1));
    assertThrows(IndexOutOfBoundsException.class, () -> bits.get(100));
    assertThrows(IndexOutOfBoundsException.class, () -> bits.rank1(-1));
    assertThrows(IndexOutOfBoundsException.class, () -> bits.rank1(101));
    assertThrows(IndexOutOfBoundsException.class, () -> bits.rank0(101));
    assertThrows(IndexOutOfBoundsException.class, () -> bits.select1(-1));
    assertThrows(IndexOutOfBoundsException.class, () -> bits.select1(bits.ones()));
    assertThrows(IndexOutOfBoundsException.class, () -> bits.select0(100 - bits.ones()));
    assertThrows(IllegalArgumentException.class, () -> form.store(words, 129));
    assertThrows(IllegalArgumentException.class, () -> form.store(new long[] {-1}, 63));
    assertThrows(IllegalArgumentException.class, () -> form.open(new byte[0], 0, 0, -1));
    assertThrows(IndexOutOfBoundsException.class, () -> form.open(new byte[9], 4, 8, 64));
  }

  /** What opens in spite of damage answers for some bits: never a crash, and ranks that agree. */
  @ParameterizedTest
  @EnumSource
  void damageIsMalformedOrHarmless(BitVectorForm form) {
    SplittableRandom random = new SplittableRandom(5);
    for (int length : new int[] {1, 63, 500, 5000, 9000}) {
      byte[] stored = form.store(words(length, 0.4, random), length);
      for (int i = 0; i < 600; i++) {
        byte[] bad =
            i % 4 == 0 ? Arrays.copyOf(stored, random.nextInt(stored.length + 20)) : stored.clone();
        for (int flips = random.nextInt(1, 4); flips > 0 && bad.length > 0; flips--) {
          bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
        }
        int claimed = i % 5 == 0 ? random.nextInt(2 * length + 1) : length;
        try {
          BitVector bits = form.open(bad, 0, bad.length, claimed);
          long ones = 0;
          for (int p = 0; p < claimed; p += 1 + claimed / 200) {
            ones = bits.rank1(p);
            assertTrue(ones >= 0 && ones <= p);
            assertEquals(bits.get(p), (bits.window(p) & 1) != 0);
          }
          for (long k = 0; k < ones; k += 1 + ones / 50) {
            assertEquals(k, bits.rank1(bits.select1(k)));
          }
        } catch (MalformedInputException e) {
          assertTrue(e.position() >= 0 && e.position() <= bad.length, e::toString);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void lengthsThatLieTakeNoMemory(BitVectorForm form) {
    for (long length : new long[] {1L << 20, 1L << 32, 1L << 40, Long.MAX_VALUE}) {
      assertThrows(MalformedInputException.class, () -> form.open(new byte[64], 0, 64, length));
    }
  }

  @Test
  void wordSelectFindsEveryOne() {
    SplittableRandom random = new SplittableRandom(6);
    for (int i = 0; i < 20_000; i++) {
      long word = random.nextLong() & (i % 3 == 0 ? random.nextLong() : -1L);
      word = i == 0 ? -1 : word;
      int k = 0;
      for (int bit = 0; bit < 64; bit++) {
        if ((word >>> bit & 1) != 0) {
          assertEquals(bit, WordSelect.select(word, k++));
        }
      }
    }
  }

  @Test
  void sizesAreTheClassComments() {
    long[] words = new long[1 << 15];
    int length = 1 << 21;
    assertEquals((length / 512 + 1) * 72, BitVectorForm.BLOCKS.store(words, length).length);
    assertEquals(length / 8 + length / 4096 * 4, BitVectorForm.SPARSE.store(words, length).length);
    assertTrue(BitVectorForm.RRR63.store(words, length).length < length / 8.0 * 0.13);
  }
}
