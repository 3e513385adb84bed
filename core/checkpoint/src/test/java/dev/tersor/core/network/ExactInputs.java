package dev.tersor.core.network;

import dev.tersor.core.bits.LittleEndian;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Files to be stored as they are. */
final class ExactInputs {
  private ExactInputs() {}

  static byte[] floats(int count, Random random) {
    byte[] bytes = new byte[4 * count];
    for (int i = 0; i < count; i++) {
      float value = (float) (0.02 * random.nextGaussian());
      LittleEndian.putInt(bytes, 4 * i, Float.floatToRawIntBits(value));
    }
    return bytes;
  }

  /** The upper halves of floats. */
  static byte[] upper(byte[] floats) {
    byte[] bytes = new byte[floats.length / 2];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = floats[2 * i + 2 - i % 2];
    }
    return bytes;
  }

  static byte[] noise(int count, Random random) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Tensors of one axis by name, with a gap before each of them. */
  static byte[] safetensors(String dtype, int width, Map<String, byte[]> tensors) {
    StringBuilder json = new StringBuilder("{\"__metadata__\":{\"by\":\"test\"}");
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (Map.Entry<String, byte[]> tensor : tensors.entrySet()) {
      int from = data.size();
      data.writeBytes(tensor.getValue());
      json.append(
          ",\"%s\":{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[%d,%d]}"
              .formatted(
                  tensor.getKey(), dtype, tensor.getValue().length / width, from, data.size()));
    }
    byte[] head = json.append("}   ").toString().getBytes(StandardCharsets.UTF_8);
    byte[] length = new byte[Long.BYTES];
    LittleEndian.putLong(length, 0, head.length);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(length);
    file.writeBytes(head);
    file.writeBytes(data.toByteArray());
    return file.toByteArray();
  }

  static byte[] npy(byte[] floats) {
    String dict =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%d,), }".formatted(floats.length / 4);
    String padded = dict + " ".repeat(128 - 11 - dict.length()) + "\n";
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0});
    file.writeBytes(padded.getBytes(StandardCharsets.ISO_8859_1));
    file.writeBytes(floats);
    return file.toByteArray();
  }

  /**
   * @param strategy of {@link Deflater}
   */
  static byte[] npz(int level, int strategy, Map<String, byte[]> floats) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip =
        new ZipOutputStream(bytes) {
          {
            def.setStrategy(strategy);
          }
        }) {
      zip.setLevel(level);
      for (Map.Entry<String, byte[]> tensor : floats.entrySet()) {
        ZipEntry entry = new ZipEntry(tensor.getKey() + ".npy");
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(npy(tensor.getValue()));
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
