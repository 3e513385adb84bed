package dev.tersor.core.index;

/**
 * {@link LaneCounts} on plain longs, two words at a time: they share the words of the mask that
 * they are shifted out of, and the processor works on both at once.
 */
final class ScalarLaneCounts implements LaneCounts {
  @Override
  public int words() {
    return 2;
  }

  @Override
  public int find(
      long[] mask, int word, int lanes, int stride, int count, int least, long[] found) {
    long ones = 0;
    long twos = 0;
    long fours = 0;
    long eights = 0;
    long sixteens = 0;
    long ones2 = 0;
    long twos2 = 0;
    long fours2 = 0;
    long eights2 = 0;
    long sixteens2 = 0;
    int at = word << 6;
    for (int lane = 0; lane < lanes; lane += 2, at += 2 * stride) {
      // Two lanes and what was counted make a number of two bits, which is added to the rest.
      int i = at >>> 6;
      long middle = mask[i + 1];
      long a = (mask[i] >>> at) | (middle << 1 << ~at);
      long a2 = (middle >>> at) | (mask[i + 2] << 1 << ~at);
      long b = 0;
      long b2 = 0;
      if (lane + 1 < lanes) {
        int next = at + stride;
        i = next >>> 6;
        middle = mask[i + 1];
        b = (mask[i] >>> next) | (middle << 1 << ~next);
        b2 = (middle >>> next) | (mask[i + 2] << 1 << ~next);
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
    int highest = count;
    found[0] = equal(count, ones, twos, fours, eights, sixteens);
    found[1] = equal(count, ones2, twos2, fours2, eights2, sixteens2);
    for (long any = found[0] | found[1]; any == 0; ) {
      if (--highest < least) {
        return 0;
      }
      any =
          equal(highest, ones, twos, fours, eights, sixteens)
              | equal(highest, ones2, twos2, fours2, eights2, sixteens2);
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
}
