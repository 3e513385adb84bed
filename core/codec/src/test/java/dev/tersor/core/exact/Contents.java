package dev.tersor.core.exact;

import dev.tersor.core.bits.Half;
import dev.tersor.core.bits.LittleEndian;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Bytes of all kinds that files hold. */
final class Contents {
  private Contents() {}

  static byte[] floats(int count, Random random) {
    byte[] bytes = new byte[4 * count];
    for (int i = 0; i < count; i++) {
      float value = (float) (0.02 * random.nextGaussian());
      LittleEndian.putInt(bytes, 4 * i, Float.floatToRawIntBits(value));
    }
    return bytes;
  }

  static byte[] bfloats(int count, Random random) {
    byte[] bytes = new byte[2 * count];
    for (int i = 0; i < count; i++) {
      float value = (float) (0.02 * random.nextGaussian());
      LittleEndian.putShort(bytes, 2 * i, (short) (Float.floatToRawIntBits(value) >>> 16));
    }
    return bytes;
  }

  static byte[] halves(int count, Random random) {
    byte[] bytes = new byte[2 * count];
    for (int i = 0; i < count; i++) {
      LittleEndian.putShort(bytes, 2 * i, Half.fromFloat((float) (0.02 * random.nextGaussian())));
    }
    return bytes;
  }

  static byte[] doubles(int count, Random random) {
    byte[] bytes = new byte[8 * count];
    for (int i = 0; i < count; i++) {
      double value = (float) random.nextGaussian();
      LittleEndian.putLong(bytes, 8 * i, Double.doubleToRawLongBits(value));
    }
    return bytes;
  }

  static byte[] longs(int count, Random random) {
    byte[] bytes = new byte[8 * count];
    for (int i = 0; i < count; i++) {
      LittleEndian.putLong(bytes, 8 * i, random.nextInt(1000));
    }
    return bytes;
  }

  static byte[] noise(int count, Random random) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  static byte[] text(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; text.length() < count; i++) {
      text.append("{\"layer.").append(i).append(".weight\":{\"dtype\":\"F32\",\"shape\":[3,3]}},");
    }
    return text.substring(0, count).getBytes(StandardCharsets.UTF_8);
  }

  /** By name. */
  static Map<String, byte[]> all(Random random) {
    Map<String, byte[]> all = new LinkedHashMap<>();
    all.put("nothing", new byte[0]);
    all.put("a byte", new byte[] {7});
    all.put("three bytes", new byte[] {7, 7, 8});
    all.put("zeros", new byte[40_000]);
    all.put("F32", floats(70_000, random));
    all.put("few F32", floats(30, random));
    all.put("BF16", bfloats(70_000, random));
    all.put("F16", halves(40_000, random));
    all.put("F64 of F32", doubles(20_000, random));
    all.put("I64", longs(20_000, random));
    all.put("noise", noise(100_003, random));
    all.put("text", text(50_001));
    byte[] odd = new byte[3 + 4 * 30_000 + 2];
    System.arraycopy(floats(30_000, random), 0, odd, 3, 4 * 30_000);
    all.put("F32 between", odd);
    return all;
  }
}
