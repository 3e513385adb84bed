package dev.tersor.core.checkpoint.gguf;

import dev.tersor.core.checkpoint.BigEndian;
import dev.tersor.core.checkpoint.BlockCodebook;
import dev.tersor.core.checkpoint.DType;
import dev.tersor.core.checkpoint.StoredFormat;
import dev.tersor.core.tensor.Elements;
import dev.tersor.core.tensor.FloatFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The types of ggml that store elements in blocks with their scales, by the numbers that files
 * have. Types of plain numbers are those of {@link DType}.
 */
// Decoders are static methods and the list is not changed.
@SuppressWarnings("ImmutableEnumChecker")
enum GgmlType implements StoredFormat {
  Q4_0(2, 32, 18, SimpleBlocks::q4of0, words(0, 2, 1)),
  Q4_1(3, 32, 20, SimpleBlocks::q4of1, words(0, 2, 2)),
  Q5_0(6, 32, 22, SimpleBlocks::q5of0, words(0, 2, 1), words(2, 4, 1)),
  Q5_1(7, 32, 24, SimpleBlocks::q5of1, words(0, 2, 2), words(4, 4, 1)),
  Q8_0(8, 32, 34, SimpleBlocks::q8of0, words(0, 2, 1)),
  Q8_1(9, 32, 36, SimpleBlocks::q8of1, words(0, 2, 2)),
  Q2_K(10, 256, 84, SuperBlocks::q2, words(80, 2, 2)),
  Q3_K(11, 256, 110, SuperBlocks::q3, words(108, 2, 1)),
  Q4_K(12, 256, 144, SuperBlocks::q4, words(0, 2, 2)),
  Q5_K(13, 256, 176, SuperBlocks::q5, words(0, 2, 2)),
  Q6_K(14, 256, 210, SuperBlocks::q6, words(208, 2, 1)),
  Q8_K(15, 256, 292, SimpleBlocks::q8ofK, words(0, 4, 1), words(260, 2, 16)),
  IQ2_XXS(16, 256, 66, GridBlocks::iq2xxs, words(0, 2, 1), new Words(6, 4, 8, 8)),
  IQ2_XS(17, 256, 74, GridBlocks::iq2xs, words(0, 2, 33)),
  IQ3_XXS(18, 256, 98, GridBlocks::iq3xxs, words(0, 2, 1), words(66, 4, 8)),
  IQ1_S(19, 256, 50, GridBlocks::iq1s, words(0, 2, 1), words(34, 2, 8)),
  IQ4_NL(20, 32, 18, LevelBlocks::iq4nl, words(0, 2, 1)),
  IQ3_S(21, 256, 110, GridBlocks::iq3s, words(0, 2, 1)),
  IQ2_S(22, 256, 82, GridBlocks::iq2s, words(0, 2, 1)),
  IQ4_XS(23, 256, 136, LevelBlocks::iq4xs, words(0, 2, 2)),
  IQ1_M(29, 256, 56, GridBlocks::iq1m, words(48, 2, 4)),
  TQ1_0(34, 256, 54, SimpleBlocks::tq1, words(52, 2, 1)),
  TQ2_0(35, 256, 66, SimpleBlocks::tq2, words(64, 2, 1)),
  MXFP4(39, 32, 17, LevelBlocks::mxfp4),
  NVFP4(40, 64, 36, LevelBlocks::nvfp4),
  Q1_0(41, 128, 18, SimpleBlocks::q1, words(0, 2, 1)),
  Q2_0(42, 64, 18, SimpleBlocks::q2, words(0, 2, 1));

  /**
   * Numbers of several bytes in a block, which a big-endian machine has the other way round.
   *
   * @param offset of the first in the block
   * @param width bytes of each
   * @param count how many there are
   * @param step bytes from one to the next
   */
  private record Words(int offset, int width, int count, int step) {
    void turn(byte[] block) {
      for (int at = offset, i = 0; i < count; at += step, i++) {
        for (int low = at, high = at + width - 1; low < high; low++, high--) {
          byte kept = block[low];
          block[low] = block[high];
          block[high] = kept;
        }
      }
    }
  }

  private static Words words(int offset, int width, int count) {
    return new Words(offset, width, count, width);
  }

  private static final Map<Integer, DType> PLAIN =
      Map.of(
          0, DType.F32,
          1, DType.F16,
          24, DType.I8,
          25, DType.I16,
          26, DType.I32,
          27, DType.I64,
          28, DType.F64,
          30, DType.BF16);

  /** Types that ggml had and no longer reads. */
  private static final Map<Integer, String> REMOVED =
      Map.of(
          4, "Q4_2",
          5, "Q4_3",
          31, "Q4_0_4_4",
          32, "Q4_0_4_8",
          33, "Q4_0_8_8",
          36, "IQ4_NL_4_4",
          37, "IQ4_NL_4_8",
          38, "IQ4_NL_8_8");

  private static final Map<Integer, GgmlType> BLOCKS = new TreeMap<>();

  static {
    for (GgmlType type : values()) {
      BLOCKS.put(type.id, type);
    }
  }

  private final int id;
  private final int elements;
  private final int bytes;
  private final BlockDecoder decoder;
  private final List<Words> words;

  GgmlType(int id, int elements, int bytes, BlockDecoder decoder, Words... words) {
    this.id = id;
    this.elements = elements;
    this.bytes = bytes;
    this.decoder = decoder;
    this.words = List.of(words);
  }

  /** What a type's number stands for; {@link DType#OTHER} if it is not known. */
  static StoredFormat of(int id, boolean bigEndian) {
    GgmlType block = BLOCKS.get(id);
    if (block != null) {
      return bigEndian && !block.words.isEmpty() ? new BigEndianBlocks(block) : block;
    }
    DType plain = PLAIN.getOrDefault(id, DType.OTHER);
    return bigEndian ? BigEndian.of(plain) : plain;
  }

  /** What a type is called. */
  static String name(int id) {
    if (BLOCKS.containsKey(id)) {
      return BLOCKS.get(id).name();
    }
    if (PLAIN.containsKey(id)) {
      return PLAIN.get(id).name();
    }
    return REMOVED.containsKey(id)
        ? REMOVED.get(id) + " (removed from ggml)"
        : "ggml type " + Integer.toUnsignedString(id);
  }

  @Override
  public Optional<BlockCodebook> codebook() {
    return Optional.ofNullable(
        switch (this) {
          case Q4_0 -> BlockScales.signed(4, bytes);
          case Q5_0 -> BlockScales.signed(5, bytes);
          case Q8_0 -> BlockScales.signed(8, bytes);
          case Q4_1 -> BlockScales.offset(4, bytes);
          case Q5_1 -> BlockScales.offset(5, bytes);
          case Q2_K -> BlockScales.q2ofK();
          case Q3_K -> BlockScales.q3ofK();
          case Q4_K -> BlockScales.withLeast(4, bytes);
          case Q5_K -> BlockScales.withLeast(5, bytes);
          case Q6_K -> BlockScales.q6ofK();
          case IQ4_NL -> BlockScales.levels(4, Elements.IQ4_NL, elements, bytes, 0);
          case IQ4_XS -> BlockScales.iq4xs();
          case MXFP4 -> BlockScales.mxfp4();
          case NVFP4 -> BlockScales.nvfp4();
          case TQ1_0 -> BlockScales.levels(2, Elements.INTEGER, elements, bytes, 52);
          case TQ2_0 -> BlockScales.fromMinusOne(elements, bytes, 64);
          case Q1_0 -> BlockScales.levels(1, Elements.SIGN, elements, bytes, 0);
          case Q2_0 -> BlockScales.fromMinusOne(elements, bytes, 0);
          default -> null; // points of grids, which are no codes of single weights; Q8_1 and Q8_K
        });
  }

  @Override
  public int elements() {
    return elements;
  }

  @Override
  public int bytes() {
    return bytes;
  }

  @Override
  public boolean holdsWeights() {
    return true;
  }

  @Override
  public FloatFormat format() {
    return FloatFormat.FP32;
  }

  @Override
  public void decode(byte[] stored, int from, int stride, float[] into, int at, int blocks) {
    for (int i = 0; i < blocks; i++) {
      decoder.decode(stored, from + i * stride, into, at + i * elements);
    }
  }

  /** Turns the bytes of the numbers in a block round. */
  void turn(byte[] block) {
    for (Words row : words) {
      row.turn(block);
    }
  }
}
