package dev.tersor.core.index;

import java.util.Arrays;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link LaneCounts} with the Vector API, as many words at a time as a register holds.
 *
 * <p>The compiler boxes a vector that a loop carries, that is the outcome of a branch, or that
 * meets a call which it does not inline for the size of its caller; one box costs as much as ten
 * additions. So the work goes in three short steps, with the vectors in memory between them.
 * Instances have scratch memory and are not shared between threads.
 */
final class VectorLaneCounts implements LaneCounts {
  /** At most 512 bits, which is what {@link LaneCounts#MARGIN} is made for. */
  private static final VectorSpecies<Long> SPECIES =
      LongVector.SPECIES_PREFERRED.length() > 8
          ? LongVector.SPECIES_512
          : LongVector.SPECIES_PREFERRED;

  private static final int WORDS = SPECIES.length();
  private static final int MOST_LANES = 16;
  private static final int ONES = 0;
  private static final int TWOS = WORDS;
  private static final int FOURS = 2 * WORDS;
  private static final int EIGHTS = 3 * WORDS;
  private static final int SIXTEENS = 4 * WORDS;

  /** The mask's words as each lane sees them; zero beyond the last lane up to a multiple of 4. */
  private final long[] seen = new long[MOST_LANES * WORDS];

  private final long[] planes = new long[5 * WORDS];
  private final long[] others = new long[WORDS];

  @Override
  public int words() {
    return WORDS;
  }

  @Override
  public int find(
      long[] mask, int word, int lanes, int stride, int count, int least, long[] found) {
    see(mask, word << 6, lanes, stride);
    add((lanes + 3) >>> 2);
    keepEqual(count, found);
    if (isAny(found)) {
      return count;
    }
    for (int lower = count - 1; lower >= least; lower--) {
      keepEqual(lower, others);
      if (isAny(others)) {
        return lower;
      }
    }
    return 0;
  }

  private void see(long[] mask, int from, int lanes, int stride) {
    if ((lanes & 3) != 0) {
      Arrays.fill(seen, lanes * WORDS, ((lanes + 3) & ~3) * WORDS, 0);
    }
    for (int lane = 0, at = from; lane < lanes; lane++, at += stride) {
      int index = at >>> 6;
      int shift = at & 63;
      LongVector low = LongVector.fromArray(SPECIES, mask, index);
      LongVector high = LongVector.fromArray(SPECIES, mask, index + 1);
      // A shift by 64 is one by 0, so the upper part is shifted twice.
      low.lanewise(VectorOperators.LSHR, shift)
          .or(high.lanewise(VectorOperators.LSHL, 1).lanewise(VectorOperators.LSHL, 63 - shift))
          .intoArray(seen, lane * WORDS);
    }
  }

  /** Adds the lanes, four at a time. */
  private void add(int fours) {
    Arrays.fill(planes, 0);
    for (int i = 0; i < fours; i++) {
      int from = 4 * i * WORDS;
      LongVector ones = plane(ONES);
      LongVector a = LongVector.fromArray(SPECIES, seen, from);
      LongVector b = LongVector.fromArray(SPECIES, seen, from + WORDS);
      LongVector half = xor(a, b);
      LongVector carry = a.and(b).or(half.and(ones));
      ones = xor(ones, half);
      LongVector c = LongVector.fromArray(SPECIES, seen, from + 2 * WORDS);
      LongVector d = LongVector.fromArray(SPECIES, seen, from + 3 * WORDS);
      half = xor(c, d);
      LongVector other = c.and(d).or(half.and(ones));
      xor(ones, half).intoArray(planes, ONES);
      LongVector twos = plane(TWOS);
      half = xor(carry, other);
      LongVector four = carry.and(other).or(half.and(twos));
      xor(twos, half).intoArray(planes, TWOS);
      LongVector fourPlane = plane(FOURS);
      xor(fourPlane, four).intoArray(planes, FOURS);
      LongVector eight = fourPlane.and(four);
      LongVector eights = plane(EIGHTS);
      xor(eights, eight).intoArray(planes, EIGHTS);
      plane(SIXTEENS).or(eights.and(eight)).intoArray(planes, SIXTEENS);
    }
  }

  private void keepEqual(int count, long[] words) {
    // -1 where the bit of the count is clear, so that the plane is taken inverted.
    plane(ONES)
        .lanewise(VectorOperators.XOR, (count & 1) - 1L)
        .and(plane(TWOS).lanewise(VectorOperators.XOR, (count >> 1 & 1) - 1L))
        .and(plane(FOURS).lanewise(VectorOperators.XOR, (count >> 2 & 1) - 1L))
        .and(plane(EIGHTS).lanewise(VectorOperators.XOR, (count >> 3 & 1) - 1L))
        .and(plane(SIXTEENS).lanewise(VectorOperators.XOR, (count >> 4 & 1) - 1L))
        .intoArray(words, 0);
  }

  private static boolean isAny(long[] words) {
    long any = 0;
    for (int i = 0; i < WORDS; i++) {
      any |= words[i];
    }
    return any != 0;
  }

  private LongVector plane(int plane) {
    return LongVector.fromArray(SPECIES, planes, plane);
  }

  private static LongVector xor(LongVector a, LongVector b) {
    return a.lanewise(VectorOperators.XOR, b);
  }
}
