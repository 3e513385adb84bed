package dev.tersor.core.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.tensor.Centroids;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedWorkTest {
  private static final Shape SHAPE = Shape.of(2, 40);

  private static Codes codes(int bits, int every) {
    byte[] codes = new byte[80];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) (i % every == 0 ? 1 + i % ((1 << bits) - 1) : 0);
    }
    return new Codes(SHAPE, codes, new Centroids(bits, new float[] {1, 2, 3}));
  }

  @Test
  void whatWasFoundOfAMaskIsFoundOnce() {
    SharedWork work = new SharedWork();
    Codes first = codes(2, 3);
    AtomicInteger searches = new AtomicInteger();
    assertEquals("1", work.ofMask(first, "search", String.class, () -> count(searches)));
    assertEquals(0, work.reusedNanos());
    SharedWork others = work.ofOtherCodes();
    Codes other = codes(2, 5);
    assertEquals("2", others.ofMask(other, "search", String.class, () -> count(searches)));
    Codes same = codes(4, 3);
    others.meet(same);
    assertEquals(0, others.reusedNanos());
    assertEquals("1", others.ofMask(same, "search", String.class, () -> count(searches)));
    // As long as the search took: no encoding is quicker for having come second.
    assertTrue(others.reusedNanos() >= 2_000_000, others.reusedNanos() + " ns");
  }

  /** What is kept is found once, and its time is counted again for everyone who comes later. */
  @Test
  void whatFollowsFromCodesIsFoundOnce() {
    SharedWork work = new SharedWork();
    Codes codes = new Codes(Shape.of(3), new byte[] {0, 1, 2}, new Step(2, 1));
    Codes equal = new Codes(Shape.of(3), new byte[] {0, 1, 2}, new Step(2, 1));
    AtomicInteger found = new AtomicInteger();
    for (int i = 0; i < 3; i++) {
      assertEquals("1", work.ofCodes(codes, "sum", String.class, () -> count(found)));
      assertEquals(i > 0, work.reusedNanos() > 0);
    }
    assertEquals("2", work.ofCodes(equal, "sum", String.class, () -> count(found)));
    assertEquals("3", work.ofCodes(codes, "other", String.class, () -> count(found)));
    String value = work.ofCodes(codes, "sum", String.class, () -> count(found));
    assertTrue(work.isOfCodes(codes, "sum", value));
    assertFalse(work.isOfCodes(equal, "sum", value));
    assertFalse(work.ofOtherCodes().isOfCodes(codes, "sum", value));
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
      SharedWork work = new SharedWork();
      for (int bits : new int[] {2, 4, 8}) {
        for (int every : new int[] {1, 3, 1}) {
          Codes shared = codes(bits, every);
          work = work.ofOtherCodes();
          Codes alone = codes(bits, every);
          var split = IndexSchemes.ALL.get(scheme).split(shared, work);
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
