package dev.tersor.core.index;

/** {@link LaneCounts} on plain longs, a word at a time. */
final class ScalarLaneCounts implements LaneCounts {
  @Override
  public int words() {
    return 1;
  }

  @Override
  public int find(
      long[] mask, int word, int lanes, int stride, int count, int least, long[] found) {
    long ones = 0;
    long twos = 0;
    long fours = 0;
    long eights = 0;
    long sixteens = 0;
    int at = word << 6;
    int lane = 0;
    for (; lane + 4 <= lanes; lane += 4) {
      long a = shifted(mask, at);
      long b = shifted(mask, at + stride);
      long c = shifted(mask, at + 2 * stride);
      long d = shifted(mask, at + 3 * stride);
      at += 4 * stride;
      long half = a ^ b;
      long carry = (a & b) | (half & ones);
      ones ^= half;
      half = c ^ d;
      long other = (c & d) | (half & ones);
      ones ^= half;
      half = carry ^ other;
      long four = (carry & other) | (half & twos);
      twos ^= half;
      long eight = fours & four;
      fours ^= four;
      sixteens |= eights & eight;
      eights ^= eight;
    }
    for (; lane < lanes; lane++, at += stride) {
      long one = shifted(mask, at);
      long two = ones & one;
      ones ^= one;
      long four = twos & two;
      twos ^= two;
      long eight = fours & four;
      fours ^= four;
      eights ^= eight; // 16 lanes are a multiple of four, so there is no carry
    }
    int highest = count;
    found[0] = equal(count, ones, twos, fours, eights, sixteens);
    for (long any = found[0]; any == 0; ) {
      if (--highest < least) {
        return 0;
      }
      any = equal(highest, ones, twos, fours, eights, sixteens);
    }
    return highest;
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

  private static long shifted(long[] mask, int at) {
    int index = at >>> 6;
    // A shift by 64 is one by 0, so the upper part is shifted twice.
    return (mask[index] >>> at) | ((mask[index + 1] << 1) << ~at);
  }
}
