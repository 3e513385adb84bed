package dev.tersor.core.index;

import dev.tersor.core.bits.LittleEndian;

/** {@link LaneCounts} on plain longs, two words at a time: the processor works on both at once. */
final class ScalarLaneCounts implements LaneCounts {
  @Override
  public int words() {
    return 2;
  }

  @Override
  public int find(
      ShiftedMask mask, int word, int lanes, int stride, int count, int least, long[] found) {
    // Counting from here on, what reaches sixteen is of interest.
    int offset = 16 - least;
    long ones = -(offset & 1);
    long twos = -(offset >> 1 & 1);
    long fours = -(offset >> 2 & 1);
    long eights = -(offset >> 3 & 1);
    long sixteens = 0;
    long ones2 = ones;
    long twos2 = twos;
    long fours2 = fours;
    long eights2 = eights;
    long sixteens2 = 0;
    byte[] bytes = mask.bytes();
    int at = word << 6;
    for (int lane = 0; lane < lanes; lane += 2, at += 2 * stride) {
      // Two lanes and what was counted make a number of two bits, which is added to the rest.
      int from = mask.at(at);
      long a = LittleEndian.getLong(bytes, from);
      long a2 = LittleEndian.getLong(bytes, from + Long.BYTES);
      long b = 0;
      long b2 = 0;
      if (lane + 1 < lanes) {
        from = mask.at(at + stride);
        b = LittleEndian.getLong(bytes, from);
        b2 = LittleEndian.getLong(bytes, from + Long.BYTES);
      }
      long half = a ^ b;
      long two = (a & b) | (half & ones);
      ones ^= half;
      long four = twos & two;
      twos ^= two;
      long eight = fours & four;
      fours ^= four;
      sixteens |= eights & eight;
      eights ^= eight;
      half = a2 ^ b2;
      two = (a2 & b2) | (half & ones2);
      ones2 ^= half;
      four = twos2 & two;
      twos2 ^= two;
      eight = fours2 & four;
      fours2 ^= four;
      sixteens2 |= eights2 & eight;
      eights2 ^= eight;
    }
    found[0] = equal(count + offset, ones, twos, fours, eights, sixteens);
    found[1] = equal(count + offset, ones2, twos2, fours2, eights2, sixteens2);
    if ((found[0] | found[1]) != 0) {
      return count;
    }
    if ((sixteens | sixteens2) == 0) {
      return 0;
    }
    for (int lower = count - 1; lower > least; lower--) {
      if ((equal(lower + offset, ones, twos, fours, eights, sixteens)
              | equal(lower + offset, ones2, twos2, fours2, eights2, sixteens2))
          != 0) {
        return lower;
      }
    }
    return least;
  }

  private static long equal(
      int count, long ones, long twos, long fours, long eights, long sixteens) {
    // -1 where the bit of the count is clear, so that the plane is taken inverted.
    return (ones ^ ((count & 1) - 1))
        & (twos ^ ((count >> 1 & 1) - 1))
        & (fours ^ ((count >> 2 & 1) - 1))
        & (eights ^ ((count >> 3 & 1) - 1))
        & (sixteens ^ ((count >> 4 & 1) - 1));
  }
}
