package dev.tersor.core.encode;

import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Shape;

/** How codebooks of one type are stored as a row of numbers, which are packed. */
non-sealed interface CodebookSection<C extends Codebook> extends CodebookForm<C> {
  /**
   * Bits of a stored number, 8, 16 or 32; numbers of 32 bits are fp32, and network files shorten
   * them to fp16 where none of them changes.
   */
  default int width() {
    return Float.SIZE;
  }

  /** The numbers, each in the low bits of an int. */
  int[] numbers(C codebook);

  /**
   * The codebook of numbers that {@link #numbers} gave.
   *
   * @param bits of a code
   * @param shape of the tensor
   * @throws IllegalArgumentException if they are not those of a codebook of such a tensor
   */
  C of(int bits, Shape shape, int[] numbers);

  /** What a section of fp32 numbers holds. */
  static int[] ofFloats(float... numbers) {
    int[] bits = new int[numbers.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(numbers[i]);
    }
    return bits;
  }

  /** The inverse of {@link #ofFloats}. */
  static float[] floats(int[] numbers) {
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = Float.intBitsToFloat(numbers[i]);
    }
    return floats;
  }
}
