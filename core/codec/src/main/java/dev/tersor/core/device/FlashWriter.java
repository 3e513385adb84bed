package dev.tersor.core.device;

import java.io.ByteArrayOutputStream;

/** Bytes in flash: arrays of C, or one file. Each begins at a multiple of four bytes. */
final class FlashWriter {
  private static final int ALIGNMENT = 4;
  private static final int WORDS_A_LINE = 10;

  private final boolean isBinary;
  private final ByteArrayOutputStream file = new ByteArrayOutputStream();

  /**
   * @param isBinary whether bytes go to a file
   */
  FlashWriter(boolean isBinary) {
    this.isBinary = isBinary;
  }

  boolean isBinary() {
    return isBinary;
  }

  byte[] bytes() {
    return file.toByteArray();
  }

  /**
   * Adds bytes.
   *
   * @param definitions where an array is defined, if that is what they become
   * @return what their address is in C
   */
  String add(String name, byte[] bytes, StringBuilder definitions) {
    if (bytes.length == 0) {
      return "NULL";
    }
    if (isBinary) {
      int at = file.size();
      file.writeBytes(bytes);
      file.writeBytes(new byte[-bytes.length & (ALIGNMENT - 1)]);
      return "weights_flash + " + at;
    }
    definitions.append("static const uint32_t ").append(name).append("[] = {");
    for (int i = 0; i < bytes.length; i += ALIGNMENT) {
      int word = 0;
      for (int k = 0; k < ALIGNMENT && i + k < bytes.length; k++) {
        word |= (bytes[i + k] & 0xFF) << (Byte.SIZE * k);
      }
      definitions.append(i / ALIGNMENT % WORDS_A_LINE == 0 ? "\n  " : " ");
      definitions.append("0x").append(Integer.toHexString(word)).append(',');
    }
    definitions.append("\n};\n");
    return "(const uint8_t *)" + name;
  }
}
