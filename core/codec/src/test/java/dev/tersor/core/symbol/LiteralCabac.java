package dev.tersor.core.symbol;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The coder of docs/reference/format.md with nothing clever: contexts by name, the low end of the
 * range as a number of any length, so that there are no carries.
 */
final class LiteralCabac {
  private static final long LEAST_RANGE = 1L << 24;

  private final Map<String, int[]> contexts = new HashMap<>();
  private BigInteger low = BigInteger.ZERO;
  private long range = (1L << 32) - 1;
  private int widenings;

  private LiteralCabac() {}

  static byte[] encode(int[] values, int width, Binarisation binarisation) {
    LiteralCabac coder = new LiteralCabac();
    coder.symbols(values, width, binarisation);
    return coder.finish();
  }

  private void symbols(int[] values, int width, Binarisation binarisation) {
    int[] lengths = new int[values.length + 2];
    int lastSign = 0;
    for (int i = 0; i < values.length; i++) {
      int symbol = values[i];
      int activity = Math.min(15, lengths[i] + lengths[i + 1]);
      bit(symbol != 0, "zero " + activity);
      if (symbol == 0) {
        continue;
      }
      if (binarisation.kind() == Binarisation.Kind.TREE) {
        tree(symbol, width);
        lengths[i + 2] = 1;
        continue;
      }
      int signed;
      if (binarisation.kind() == Binarisation.Kind.SIGNED) {
        signed = symbol < 1 << (width - 1) ? symbol : symbol - (1 << width);
      } else {
        int centre = binarisation.number();
        signed = symbol <= centre ? symbol - centre - 1 : symbol - centre;
      }
      if (binarisation.kind() == Binarisation.Kind.SIGNED || binarisation.number() > 0) {
        bit(signed < 0, "sign " + lastSign);
        lastSign = signed < 0 ? 2 : 1;
      }
      String magnitude = Integer.toBinaryString(Math.abs(signed));
      for (int length = 1; length < width && length <= magnitude.length(); length++) {
        bit(length < magnitude.length(), "length " + activity + " " + length);
      }
      for (int at = 1; at < magnitude.length(); at++) {
        boolean one = magnitude.charAt(at) == '1';
        if (at <= 3) {
          bit(one, "bit " + magnitude.length() + " " + magnitude.substring(0, at));
        } else {
          range /= 2;
          low = one ? low : low.add(BigInteger.valueOf(range));
          widen();
        }
      }
      lengths[i + 2] = magnitude.length();
    }
  }

  private void tree(int symbol, int width) {
    String bits = Integer.toBinaryString(1 << width | symbol).substring(1);
    for (int at = 0; at < width; at++) {
      if (at < width - 1 || bits.substring(0, at).contains("1")) {
        bit(bits.charAt(at) == '1', "tree " + bits.substring(0, at));
      }
    }
  }

  private void bit(boolean one, String context) {
    int[] state = contexts.computeIfAbsent(context, c -> new int[] {1 << 21, 0});
    long ofOne = (range >>> 16) * (state[0] / 64);
    if (one) {
      range = ofOne;
    } else {
      low = low.add(BigInteger.valueOf(ofOne));
      range -= ofOne;
    }
    int target = one ? (1 << 22) - (1 << 10) : 1 << 10;
    long rate = 131_072 / (2L * state[1] + 3);
    state[0] += (int) Math.floorDiv((target - state[0]) * rate, 65_536L);
    state[1] = Math.min(255, state[1] + 1);
    widen();
  }

  private void widen() {
    while (range < LEAST_RANGE) {
      range *= 256;
      low = low.multiply(BigInteger.valueOf(256));
      widenings++;
    }
  }

  /** The upper bytes of the lowest multiple of 2^16 in the range. */
  private byte[] finish() {
    BigInteger number = low.add(BigInteger.valueOf(65_535)).shiftRight(16);
    byte[] all = new byte[widenings + 2];
    byte[] bytes = number.toByteArray();
    int from = Math.max(0, bytes.length - all.length);
    byte[] tail = Arrays.copyOfRange(bytes, from, bytes.length);
    System.arraycopy(tail, 0, all, all.length - tail.length, tail.length);
    return all;
  }
}
