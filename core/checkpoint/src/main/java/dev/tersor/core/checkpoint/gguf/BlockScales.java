package dev.tersor.core.checkpoint.gguf;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.checkpoint.BlockCodebook;
import dev.tersor.core.tensor.Elements;
import dev.tersor.core.tensor.Runs;
import dev.tersor.core.tensor.ScaleFormat;
import dev.tersor.core.tensor.Scaled;
import dev.tersor.core.tensor.Scales;
import java.util.Arrays;

/**
 * The scales of ggml's blocks of levels that are always the same, as they are stored: those of q4_0
 * are d of each 32 weights, those of q4_K six bits for each 32 in units of d of 256. What {@link
 * SimpleBlocks} and {@link SuperBlocks} compute is what the codebook gives: {@code (d * scale) * q
 * - (dmin * least)}.
 *
 * @param bits of a code
 * @param elements what codes are multiplied with
 * @param block weights of a block
 * @param bytes of a block
 * @param group weights of a group, which has a scale
 * @param scale of each group; in units of {@code unit} where there is one
 * @param least what is taken off in each group; null where nothing is
 * @param zero the zero point of every group, 0 for none
 * @param unit of the scales of a block; null where there is none
 * @param leastUnit of the least values of a block; null where there is none
 */
record BlockScales(
    int bits,
    Elements elements,
    int block,
    int bytes,
    int group,
    ScaleFormat format,
    Field scale,
    Field least,
    int zero,
    Field unit,
    Field leastUnit)
    implements BlockCodebook {

  /** A number of a block, in the low bits. */
  @FunctionalInterface
  interface Field {
    /**
     * @param at where the block begins
     * @param n group of the block
     */
    int of(byte[] stored, int at, int n);
  }

  /** A number of 16 bits at a place in the block. */
  private static Field half(int offset) {
    return (stored, at, n) -> LittleEndian.getShort(stored, at + offset) & 0xFFFF;
  }

  /** The same with the other sign: what is added is what is not taken off. */
  private static Field negated(int offset) {
    return (stored, at, n) -> (LittleEndian.getShort(stored, at + offset) & 0xFFFF) ^ 0x8000;
  }

  /** Codes with a sign, d first. */
  static BlockScales signed(int bits, int bytes) {
    return new BlockScales(
        bits, Elements.INTEGER, 32, bytes, 32, ScaleFormat.FP16, half(0), null, 0, null, null);
  }

  /** Codes without a sign, d and m first. */
  static BlockScales offset(int bits, int bytes) {
    return new BlockScales(
        bits,
        Elements.UNSIGNED,
        32,
        bytes,
        32,
        ScaleFormat.FP16,
        half(0),
        negated(2),
        0,
        null,
        null);
  }

  static BlockScales q2ofK() {
    return new BlockScales(
        2,
        Elements.UNSIGNED,
        256,
        84,
        16,
        ScaleFormat.UINT6,
        (stored, at, n) -> stored[at + n] & 0xF,
        (stored, at, n) -> (stored[at + n] >> 4) & 0xF,
        0,
        half(80),
        half(82));
  }

  static BlockScales q3ofK() {
    return new BlockScales(
        3,
        Elements.INTEGER,
        256,
        110,
        16,
        ScaleFormat.INT8,
        (stored, at, n) -> SuperBlocks.scaleOf3(stored, at, n) & 0xFF,
        null,
        0,
        half(108),
        null);
  }

  /** Q4_K and Q5_K. */
  static BlockScales withLeast(int bits, int bytes) {
    return new BlockScales(
        bits,
        Elements.UNSIGNED,
        256,
        bytes,
        32,
        ScaleFormat.UINT6,
        (stored, at, n) -> SuperBlocks.scale(stored, at + 4, n),
        (stored, at, n) -> SuperBlocks.least(stored, at + 4, n),
        0,
        half(0),
        half(2));
  }

  static BlockScales q6ofK() {
    return new BlockScales(
        6,
        Elements.INTEGER,
        256,
        210,
        16,
        ScaleFormat.INT8,
        (stored, at, n) -> stored[at + 192 + n] & 0xFF,
        null,
        0,
        half(208),
        null);
  }

  /** Blocks of one d and levels of their own. */
  static BlockScales levels(int bits, Elements elements, int block, int bytes, int offset) {
    return levels(bits, elements, block, bytes, offset, 0);
  }

  /** Blocks of one d and codes from -1 to 2. */
  static BlockScales fromMinusOne(int block, int bytes, int offset) {
    return levels(2, Elements.UNSIGNED, block, bytes, offset, 1);
  }

  private static BlockScales levels(
      int bits, Elements elements, int block, int bytes, int offset, int zero) {
    return new BlockScales(
        bits,
        elements,
        block,
        bytes,
        block,
        ScaleFormat.FP16,
        half(offset),
        null,
        zero,
        null,
        null);
  }

  static BlockScales iq4xs() {
    return new BlockScales(
        4,
        Elements.IQ4_NL,
        256,
        136,
        32,
        ScaleFormat.INT8,
        (stored, at, n) -> LevelBlocks.scaleOfIq4xs(stored, at, n) & 0xFF,
        null,
        0,
        half(0),
        null);
  }

  static BlockScales mxfp4() {
    return new BlockScales(
        4,
        Elements.E2M1,
        32,
        17,
        32,
        ScaleFormat.E8M0,
        (stored, at, n) -> stored[at] & 0xFF,
        null,
        0,
        null,
        null);
  }

  static BlockScales nvfp4() {
    return new BlockScales(
        4,
        Elements.E2M1,
        64,
        36,
        16,
        ScaleFormat.E4M3,
        (stored, at, n) -> LevelBlocks.scaleOfNvfp4(stored[at + n]),
        null,
        0,
        null,
        null);
  }

  @Override
  public Scaled of(byte[] stored, long columns) {
    Scales zeros = null;
    if (zero != 0) {
      int[] points = new int[stored.length / bytes * (block / group)];
      Arrays.fill(points, zero);
      zeros = new Scales(ScaleFormat.UINT8, Runs.groups(group, columns), points, null);
    }
    return new Scaled(
        elements,
        bits,
        scales(stored, columns, scale, unit),
        zeros,
        least == null ? null : scales(stored, columns, least, leastUnit));
  }

  private Scales scales(byte[] stored, long columns, Field number, Field ofBlock) {
    int blocks = stored.length / bytes;
    int inBlock = block / group;
    int[] numbers = new int[blocks * inBlock];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number.of(stored, i / inBlock * bytes, i % inBlock);
    }
    Scales outer = null;
    if (ofBlock != null) {
      int[] units = new int[blocks];
      for (int i = 0; i < blocks; i++) {
        units[i] = ofBlock.of(stored, i * bytes, 0);
      }
      outer = new Scales(ScaleFormat.FP16, Runs.groups(block, columns), units, null);
    }
    return new Scales(format, Runs.groups(group, columns), numbers, outer);
  }
}
