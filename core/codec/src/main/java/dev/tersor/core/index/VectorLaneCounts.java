package dev.tersor.core.index;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link LaneCounts} with the Vector API, as many words at a time as a register holds.
 *
 * <p>The compiler boxes a vector that a loop carries, that is the outcome of a branch, or that
 * meets a call which it does not inline for the size of its caller; one box costs as much as ten
 * additions. So the work goes in short steps, with the vectors in memory between them. Instances
 * have scratch memory and are not shared between threads.
 */
final class VectorLaneCounts implements LaneCounts {
  /** At most 512 bits, so that lanes of the last start end in the mask's margin. */
  private static final VectorSpecies<Long> SPECIES =
      LongVector.SPECIES_PREFERRED.length() > 8
          ? LongVector.SPECIES_512
          : LongVector.SPECIES_PREFERRED;

  private static final VectorSpecies<Byte> BYTES = SPECIES.withLanes(byte.class);

  private static final int WORDS = SPECIES.length();
  private static final int ONES = 0;
  private static final int TWOS = WORDS;
  private static final int FOURS = 2 * WORDS;
  private static final int EIGHTS = 3 * WORDS;
  private static final int SIXTEENS = 4 * WORDS;

  /** What lanes beyond the last see. */
  private static final byte[] NONE = new byte[BYTES.length()];

  private final long[] planes = new long[5 * WORDS];
  private final long[] others = new long[WORDS];

  @Override
  public int words() {
    return WORDS;
  }

  @Override
  public int find(
      ShiftedMask mask, int word, int lanes, int stride, int count, int least, long[] found) {
    // Counting from here on, what reaches sixteen is of interest.
    int offset = 16 - least;
    start(offset);
    add(mask, word << 6, lanes, stride);
    if (!isAny(planes, SIXTEENS)) {
      Arrays.fill(found, 0);
      return 0;
    }
    keepEqual(count + offset, found);
    if (isAny(found, 0)) {
      return count;
    }
    for (int lower = count - 1; lower > least; lower--) {
      keepEqual(lower + offset, others);
      if (isAny(others, 0)) {
        return lower;
      }
    }
    return least;
  }

  private void start(int offset) {
    LongVector.broadcast(SPECIES, -(offset & 1L)).intoArray(planes, ONES);
    LongVector.broadcast(SPECIES, -(offset >> 1 & 1L)).intoArray(planes, TWOS);
    LongVector.broadcast(SPECIES, -(offset >> 2 & 1L)).intoArray(planes, FOURS);
    LongVector.broadcast(SPECIES, -(offset >> 3 & 1L)).intoArray(planes, EIGHTS);
    LongVector.zero(SPECIES).intoArray(planes, SIXTEENS);
  }

  /** Adds the lanes, four at a time. */
  private void add(ShiftedMask mask, int from, int lanes, int stride) {
    byte[] bytes = mask.bytes();
    for (int lane = 0, at = from; lane < lanes; lane += 4, at += 4 * stride) {
      int left = lanes - lane;
      LongVector ones = plane(ONES);
      LongVector a = ByteVector.fromArray(BYTES, bytes, mask.at(at)).reinterpretAsLongs();
      LongVector b =
          ByteVector.fromArray(BYTES, left > 1 ? bytes : NONE, left > 1 ? mask.at(at + stride) : 0)
              .reinterpretAsLongs();
      LongVector half = xor(a, b);
      LongVector carry = a.and(b).or(half.and(ones));
      ones = xor(ones, half);
      LongVector c =
          ByteVector.fromArray(
                  BYTES, left > 2 ? bytes : NONE, left > 2 ? mask.at(at + 2 * stride) : 0)
              .reinterpretAsLongs();
      LongVector d =
          ByteVector.fromArray(
                  BYTES, left > 3 ? bytes : NONE, left > 3 ? mask.at(at + 3 * stride) : 0)
              .reinterpretAsLongs();
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

  private static boolean isAny(long[] words, int from) {
    return LongVector.fromArray(SPECIES, words, from).compare(VectorOperators.NE, 0).anyTrue();
  }

  private LongVector plane(int plane) {
    return LongVector.fromArray(SPECIES, planes, plane);
  }

  private static LongVector xor(LongVector a, LongVector b) {
    return a.lanewise(VectorOperators.XOR, b);
  }
}
