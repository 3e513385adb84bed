package dev.tersor.core.checkpoint.gguf;

import dev.tersor.core.bits.Half;
import dev.tersor.core.bits.LittleEndian;

/** Turns one block into floats. */
@FunctionalInterface
interface BlockDecoder {
  /**
   * @param s has the block from {@code at} on
   * @param y gets its elements from {@code o} on
   */
  void decode(byte[] s, int at, float[] y, int o);

  /** A scale: 16 bits. */
  static float half(byte[] s, int at) {
    return Half.toFloat(LittleEndian.getShort(s, at));
  }

  /** A byte without sign. */
  static int u8(byte[] s, int at) {
    return s[at] & 0xFF;
  }

  /** Two bytes without sign. */
  static int u16(byte[] s, int at) {
    return LittleEndian.getShort(s, at) & 0xFFFF;
  }
}
