package dev.tersor.core.tflm;

import java.math.BigInteger;

/** DECODE as its documentation has it, with texts of bits: slow, and for undamaged forms. */
final class LiteralDecode {
  private LiteralDecode() {}

  static byte[] decode(DecodedTensor tensor, DecodeForm form) {
    String bits = bits(form.encoded());
    byte[] data = new byte[tensor.bytes()];
    switch (form.ancillary()[0]) {
      case 0 -> lookup(tensor, form.ancillary(), bits, data);
      case 1 -> huffman(tensor, form.ancillary(), bits, data);
      default -> pruning(tensor, form.ancillary(), bits, data);
    }
    return data;
  }

  private static String bits(byte[] bytes) {
    if (bytes.length == 0) {
      return "";
    }
    String text = new BigInteger(1, bytes).toString(2);
    return "0".repeat(8 * bytes.length - text.length()) + text;
  }

  private static int channel(DecodedTensor tensor, int index) {
    int inARow = tensor.isLast() ? 1 : tensor.count() / tensor.channels();
    return index / inARow % tensor.channels();
  }

  private static void lookup(DecodedTensor tensor, byte[] ancillary, String bits, byte[] data) {
    int width = ancillary[5] & 7;
    int size = tensor.type().width();
    for (int i = 0; i < tensor.count(); i++) {
      int index = Integer.parseInt(bits.substring(i * width, (i + 1) * width), 2);
      int entry = channel(tensor, i) * (ancillary[6] & 0xFF) + index;
      System.arraycopy(ancillary, 16 + entry * size, data, i * size, size);
    }
  }

  private static void pruning(DecodedTensor tensor, byte[] ancillary, String bits, byte[] data) {
    int size = tensor.type().width();
    int next = 16;
    for (int i = 0; i < tensor.count(); i++) {
      if (bits.charAt(i) == '1') {
        System.arraycopy(ancillary, next, data, i * size, size);
        next += size;
      } else if (tensor.type() == DecodedTensor.Type.INT8) {
        data[i] = tensor.zeros()[channel(tensor, i)];
      }
    }
  }

  private static void huffman(DecodedTensor tensor, byte[] ancillary, String bits, byte[] data) {
    int entryBytes = (ancillary[5] & 1) == 1 ? 4 : 2;
    int size = tensor.type().width();
    int position = 0;
    for (int i = 0; i < tensor.count(); i++) {
      int step = (ancillary[5] >> 4 & 15) + 1;
      int at = Integer.parseInt(bits.substring(position, position + step), 2);
      String entry = entry(ancillary, at, entryBytes);
      while (entry.charAt(0) == '0') {
        position += step;
        step = Integer.parseInt(entry.substring(1, 5), 2) + 1;
        int index = Integer.parseInt(bits.substring(position, position + step), 2);
        at += Integer.parseInt(entry.substring(5), 2) + index;
        entry = entry(ancillary, at, entryBytes);
      }
      position += Integer.parseInt(entry.substring(1, 5), 2);
      for (int b = 0; b < size; b++) {
        int end = entry.length() - 8 * b;
        data[i * size + b] = (byte) Integer.parseInt(entry.substring(end - 8, end), 2);
      }
    }
  }

  /** The bits of a little-endian entry. */
  private static String entry(byte[] ancillary, int at, int bytes) {
    byte[] turned = new byte[bytes];
    for (int b = 0; b < bytes; b++) {
      turned[bytes - 1 - b] = ancillary[16 + at * bytes + b];
    }
    return bits(turned);
  }
}
