package dev.tersor.core.index;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.symbol.Symbols;

/**
 * What stands before every runtime-accessible sequence (Succinct Compression, section 5, "Identify
 * the RAS Flag"): stream {@code flag}, one bit, 0 element-wise and 1 block-wise; and, if that is 1,
 * {@code block}, one 32-bit number, the weights of a block.
 */
enum LayerFlag {
  ELEMENT(0),
  BLOCK(1);

  private static final String FLAG = "flag";
  static final String LENGTH = "block";

  private final int bit;

  LayerFlag(int bit) {
    this.bit = bit;
  }

  Stream stream() {
    return new Stream(FLAG, Role.INDEX, new Symbols(new int[] {bit}, 1));
  }

  /**
   * @throws MalformedInputException if the streams have another flag
   */
  void check(Split split) {
    int flag = split.values(FLAG, Role.INDEX, 1, 1)[0];
    if (flag != bit) {
      throw new MalformedInputException("stream 'flag' says " + flag + ", not " + bit, 0);
    }
  }

  static Stream length(int length) {
    return new Stream(LENGTH, Role.INDEX, new Symbols(new int[] {length}, 32));
  }

  /**
   * @param expected what the scheme has for the tensor's shape
   * @throws MalformedInputException if the streams say another length of a block
   */
  static void checkLength(Split split, int expected) {
    int length = split.values(LENGTH, Role.INDEX, 32, 1)[0];
    if (length != expected) {
      throw new MalformedInputException(
          "stream 'block' says %s weights, not %d"
              .formatted(Integer.toUnsignedString(length), expected),
          0);
    }
  }
}
