package dev.tersor.core.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.index.IndexSchemes;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedMasksTest {
  private static final Shape SHAPE = Shape.of(2, 40);

  private static Codes codes(int bits, int every) {
    byte[] codes = new byte[80];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) (i % every == 0 ? 1 + i % ((1 << bits) - 1) : 0);
    }
    return new Codes(SHAPE, codes, Codebook.table(bits, new float[] {1, 2, 3}));
  }

  @Test
  void whatWasFoundOfAMaskIsFoundOnce() {
    SharedMasks masks = new SharedMasks();
    Codes first = codes(2, 3);
    Codes other = codes(2, 5);
    Codes same = codes(4, 3);
    masks.share(first);
    masks.share(other);
    AtomicInteger searches = new AtomicInteger();
    assertEquals("1", first.nonZeros().derived("search", String.class, () -> count(searches)));
    masks.share(same);
    assertSame(first.nonZeros(), same.nonZeros());
    assertNotSame(other.nonZeros(), same.nonZeros());
    long before = same.reusedNanos();
    assertEquals("1", same.nonZeros().derived("search", String.class, () -> count(searches)));
    // As long as the search took: no encoding is quicker for having come second.
    assertTrue(same.reusedNanos() > before);
  }

  private static String count(AtomicInteger searches) {
    try {
      Thread.sleep(2);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return Integer.toString(searches.incrementAndGet());
  }

  @Test
  void sharedSearchesGiveTheSplitsOfTheirOwnCodes() {
    for (String scheme : IndexSchemes.ALL.names()) {
      if (!IndexSchemes.ALL.get(scheme).isGeneral()) {
        continue;
      }
      SharedMasks masks = new SharedMasks();
      for (int bits : new int[] {2, 4, 8}) {
        for (int every : new int[] {1, 3, 1}) {
          Codes shared = codes(bits, every);
          masks.share(shared);
          Codes alone = codes(bits, every);
          var split = IndexSchemes.ALL.get(scheme).split(shared);
          var expected = IndexSchemes.ALL.get(scheme).split(alone);
          assertEquals(expected.groups(), split.groups(), scheme);
          assertEquals(expected.streams().size(), split.streams().size(), scheme);
          for (int i = 0; i < expected.streams().size(); i++) {
            assertEquals(expected.streams().get(i).symbols(), split.streams().get(i).symbols());
          }
          assertEquals(
              java.util.Arrays.toString(alone.codes()),
              java.util.Arrays.toString(IndexSchemes.ALL.get(scheme).join(SHAPE, bits, split)));
        }
      }
    }
  }
}
