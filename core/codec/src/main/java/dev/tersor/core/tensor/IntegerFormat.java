package dev.tersor.core.tensor;

import dev.tersor.core.bits.LittleEndian;
import java.util.Locale;

/** An integer of a checkpoint that is no weight: a position, a counter, a flag. Little-endian. */
public enum IntegerFormat {
  I8(1),
  I16(2),
  I32(4),
  I64(8),
  U8(1),
  U16(2),
  U32(4),
  U64(8),
  /** A byte, 0 or 1. */
  BOOL(1);

  private final int bytes;

  IntegerFormat(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of a number. */
  public int bytes() {
    return bytes;
  }

  /** What tables call it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The number at an index, as the nearest float.
   *
   * @param stored numbers, one after the other
   */
  public float value(byte[] stored, int index) {
    int at = index * bytes;
    return switch (this) {
      case I8 -> stored[at];
      case U8, BOOL -> stored[at] & 0xFF;
      case I16 -> LittleEndian.getShort(stored, at);
      case U16 -> LittleEndian.getShort(stored, at) & 0xFFFF;
      case I32 -> LittleEndian.getInt(stored, at);
      case U32 -> LittleEndian.getInt(stored, at) & 0xFFFFFFFFL;
      case I64 -> LittleEndian.getLong(stored, at);
      case U64 -> ofUnsigned(LittleEndian.getLong(stored, at));
    };
  }

  /** The float nearest to a number of 64 bits without a sign. */
  public static float ofUnsigned(long bits) {
    // Half of it, with the bit that is lost kept for rounding, is a positive number.
    return bits >= 0 ? bits : 2 * (float) (bits >>> 1 | (bits & 1));
  }
}
