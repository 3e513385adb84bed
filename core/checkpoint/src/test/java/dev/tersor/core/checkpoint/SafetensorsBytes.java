package dev.tersor.core.checkpoint;

import dev.tersor.core.bits.LittleEndian;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Builds safetensors files tensor by tensor. */
public final class SafetensorsBytes {
  private final List<String> entries = new ArrayList<>();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  public SafetensorsBytes add(String name, String dtype, byte[] bytes, long... dims) {
    int at = data.size();
    data.writeBytes(bytes);
    entries.add(
        "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
            .formatted(name, dtype, Arrays.toString(dims), at, data.size()));
    return this;
  }

  public SafetensorsBytes words(String name, int[] words, long... dims) {
    return add(name, "I32", i32(words), dims);
  }

  public static byte[] i32(int... words) {
    byte[] bytes = new byte[4 * words.length];
    for (int i = 0; i < words.length; i++) {
      LittleEndian.putInt(bytes, 4 * i, words[i]);
    }
    return bytes;
  }

  public static byte[] i64(long... numbers) {
    byte[] bytes = new byte[8 * numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      LittleEndian.putLong(bytes, 8 * i, numbers[i]);
    }
    return bytes;
  }

  public byte[] file() {
    return Fixtures.safetensors("{" + String.join(",", entries) + "}", data.toByteArray());
  }
}
