package dev.tersor.core.checkpoint.gguf;

import dev.tersor.core.checkpoint.BigEndian;
import dev.tersor.core.checkpoint.DType;
import dev.tersor.core.checkpoint.StoredFormat;
import dev.tersor.core.tensor.FloatFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * The types of ggml that store elements in blocks with their scales, by the numbers that files
 * have. Types of plain numbers are those of {@link DType}.
 */
enum GgmlType implements StoredFormat {
  Q4_0(2, 32, 18, SimpleBlocks::q4of0, 0, 2, 1),
  Q4_1(3, 32, 20, SimpleBlocks::q4of1, 0, 2, 2),
  Q5_0(6, 32, 22, SimpleBlocks::q5of0, 0, 2, 1, 2, 4, 1),
  Q5_1(7, 32, 24, SimpleBlocks::q5of1, 0, 2, 2, 4, 4, 1),
  Q8_0(8, 32, 34, SimpleBlocks::q8of0, 0, 2, 1),
  Q8_1(9, 32, 36, SimpleBlocks::q8of1, 0, 2, 2),
  Q2_K(10, 256, 84, SuperBlocks::q2, 80, 2, 2),
  Q3_K(11, 256, 110, SuperBlocks::q3, 108, 2, 1),
  Q4_K(12, 256, 144, SuperBlocks::q4, 0, 2, 2),
  Q5_K(13, 256, 176, SuperBlocks::q5, 0, 2, 2),
  Q6_K(14, 256, 210, SuperBlocks::q6, 208, 2, 1),
  Q8_K(15, 256, 292, SimpleBlocks::q8ofK, 0, 4, 1, 260, 2, 16),
  IQ2_XXS(
      16,
      256,
      66,
      GridBlocks::iq2xxs,
      0,
      2,
      1,
      6,
      4,
      1,
      14,
      4,
      1,
      22,
      4,
      1,
      30,
      4,
      1,
      38,
      4,
      1,
      46,
      4,
      1,
      54,
      4,
      1,
      62,
      4,
      1),
  IQ2_XS(17, 256, 74, GridBlocks::iq2xs, 0, 2, 33),
  IQ3_XXS(18, 256, 98, GridBlocks::iq3xxs, 0, 2, 1, 66, 4, 8),
  IQ1_S(19, 256, 50, GridBlocks::iq1s, 0, 2, 1, 34, 2, 8),
  IQ4_NL(20, 32, 18, LevelBlocks::iq4nl, 0, 2, 1),
  IQ3_S(21, 256, 110, GridBlocks::iq3s, 0, 2, 1),
  IQ2_S(22, 256, 82, GridBlocks::iq2s, 0, 2, 1),
  IQ4_XS(23, 256, 136, LevelBlocks::iq4xs, 0, 2, 2),
  IQ1_M(29, 256, 56, GridBlocks::iq1m, 48, 2, 4),
  TQ1_0(34, 256, 54, SimpleBlocks::tq1, 52, 2, 1),
  TQ2_0(35, 256, 66, SimpleBlocks::tq2, 64, 2, 1),
  MXFP4(39, 32, 17, LevelBlocks::mxfp4),
  NVFP4(40, 64, 36, LevelBlocks::nvfp4),
  Q1_0(41, 128, 18, SimpleBlocks::q1, 0, 2, 1),
  Q2_0(42, 64, 18, SimpleBlocks::q2, 0, 2, 1);

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
  private final int[] words;

  /**
   * @param words for each row of numbers of several bytes in a block its offset, the width of a
   *     number, and how many there are
   */
  GgmlType(int id, int elements, int bytes, BlockDecoder decoder, int... words) {
    this.id = id;
    this.elements = elements;
    this.bytes = bytes;
    this.decoder = decoder;
    this.words = words;
  }

  /** What a type's number stands for; {@link DType#OTHER} if it is not known. */
  static StoredFormat of(int id, boolean bigEndian) {
    GgmlType block = BLOCKS.get(id);
    if (block != null) {
      return bigEndian && block.words.length > 0 ? new BigEndianBlocks(block) : block;
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
    for (int i = 0; i < words.length; i += 3) {
      int width = words[i + 1];
      for (int word = 0; word < words[i + 2]; word++) {
        int at = words[i] + word * width;
        for (int low = at, high = at + width - 1; low < high; low++, high--) {
          byte kept = block[low];
          block[low] = block[high];
          block[high] = kept;
        }
      }
    }
  }
}
