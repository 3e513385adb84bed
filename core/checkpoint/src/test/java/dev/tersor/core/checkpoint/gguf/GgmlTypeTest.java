package dev.tersor.core.checkpoint.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.checkpoint.DType;
import dev.tersor.core.quantize.Assignment;
import dev.tersor.core.tensor.Scaled;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Blocks against golden.txt: for each type the elements and bytes of a block, and of 64 blocks the
 * checksum of the floats' bits and six of the first block's, as ggml's dequantize_row functions
 * give them. The bytes of blocks come from a generator, with the highest bit of the exponent of all
 * scales cleared.
 */
class GgmlTypeTest {
  private static final int BLOCKS = 64;

  static List<String> golden() throws IOException {
    try (InputStream in = GgmlTypeTest.class.getResourceAsStream("/gguf/golden.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
    }
  }

  /** Offsets of the bytes that have the exponents of scales. */
  private static int[] exponents(GgmlType type) {
    return switch (type) {
      case Q4_1, Q5_1, Q4_K, Q5_K -> new int[] {1, 3};
      case Q2_K -> new int[] {81, 83};
      case Q3_K -> new int[] {109};
      case Q6_K -> new int[] {209};
      case Q8_K -> new int[] {3};
      case IQ1_M -> new int[] {55};
      case TQ1_0 -> new int[] {53};
      case TQ2_0 -> new int[] {65};
      case MXFP4, NVFP4 -> new int[0];
      default -> new int[] {1};
    };
  }

  private static byte[] blocks(GgmlType type) {
    byte[] bytes = new byte[BLOCKS * type.bytes()];
    long state = 20;
    for (int i = 0; i < bytes.length; i++) {
      state = state * 6364136223846793005L + 1442695040888963407L;
      bytes[i] = (byte) (state >>> 56);
    }
    for (int block = 0; block < BLOCKS; block++) {
      for (int offset : exponents(type)) {
        bytes[block * type.bytes() + offset] &= (byte) 0xBF;
      }
    }
    return bytes;
  }

  @ParameterizedTest
  @MethodSource("golden")
  void floatsAreThoseOfTheReference(String line) {
    String[] golden = line.split(" ", -1);
    GgmlType type = GgmlType.valueOf(golden[0]);
    assertEquals(Integer.parseInt(golden[1]), type.elements());
    assertEquals(Integer.parseInt(golden[2]), type.bytes());
    float[] values = new float[BLOCKS * type.elements()];
    type.decode(blocks(type), 0, type.bytes(), values, 0, BLOCKS);
    for (int i = 0; i < 6; i++) {
      float value = values[i * (type.elements() / 6)];
      assertEquals(golden[4 + i], "%08x".formatted(Float.floatToRawIntBits(value)), "element " + i);
    }
    byte[] bits = new byte[4 * values.length];
    for (int i = 0; i < values.length; i++) {
      LittleEndian.putInt(bits, 4 * i, Float.floatToRawIntBits(values[i]));
    }
    CRC32 crc = new CRC32();
    crc.update(bits);
    assertEquals(golden[3], "%08x".formatted(crc.getValue()));
  }

  @Test
  void everyTypeHasGoldenValues() throws IOException {
    Set<String> types = new HashSet<>();
    golden().forEach(line -> types.add(line.substring(0, line.indexOf(' '))));
    for (GgmlType type : GgmlType.values()) {
      // The reference has no function for it.
      assertEquals(type != GgmlType.Q8_1, types.contains(type.name()), type.name());
    }
  }

  @Test
  void q8of1IsQ8of0WithItsSumAside() {
    byte[] block = blocks(GgmlType.Q8_1);
    byte[] without = new byte[GgmlType.Q8_0.bytes()];
    System.arraycopy(block, 0, without, 0, 2);
    System.arraycopy(block, 4, without, 2, 32);
    float[] values = new float[32];
    float[] wanted = new float[32];
    GgmlType.Q8_1.decode(block, 0, 36, values, 0, 1);
    GgmlType.Q8_0.decode(without, 0, 34, wanted, 0, 1);
    assertArrayEquals(wanted, values);
  }

  /** Runs of blocks at a distance, and a second place in the result. */
  @Test
  void strideAndOffset() {
    byte[] blocks = blocks(GgmlType.Q4_0);
    float[] all = new float[4 * 32];
    GgmlType.Q4_0.decode(blocks, 0, 18, all, 0, 4);
    float[] second = new float[40];
    GgmlType.Q4_0.decode(blocks, 18, 36, second, 8, 1);
    for (int i = 0; i < 32; i++) {
      assertEquals(all[32 + i], second[8 + i]);
    }
  }

  @Test
  void bigEndianBlocksAreTheSameNumbers() {
    for (GgmlType type : GgmlType.values()) {
      byte[] blocks = blocks(type);
      float[] wanted = new float[2 * type.elements()];
      type.decode(blocks, 0, type.bytes(), wanted, 0, 2);
      byte[] turned = blocks.clone();
      for (int block = 0; block < 2; block++) {
        for (int[] word : words(type)) {
          for (int i = 0; i < word[1]; i++) {
            int at = block * type.bytes() + word[0];
            turned[at + i] = blocks[at + word[1] - 1 - i];
          }
        }
      }
      float[] values = new float[wanted.length];
      GgmlType.of(id(type), true).decode(turned, 0, type.bytes(), values, 0, 2);
      assertArrayEquals(wanted, values, type.name());
    }
  }

  /** The codebooks of blocks give the very weights that ggml makes of them. */
  @Test
  void scalesAreACodebookOfTheSameWeights() {
    int tried = 0;
    for (GgmlType type : GgmlType.values()) {
      if (type.codebook().isEmpty()) {
        continue;
      }
      tried++;
      byte[] stored = blocks(type);
      for (int at = 0; type == GgmlType.NVFP4 && at < stored.length; at++) {
        // A scale with the bits of no number, which no writer has, is refused.
        stored[at] = at % 36 < 4 && stored[at] == -1 ? 0x40 : stored[at];
      }
      float[] weights = new float[BLOCKS * type.elements()];
      type.decode(stored, 0, type.bytes(), weights, 0, BLOCKS);
      int columns = 4 * type.elements();
      Scaled codebook = type.codebook().orElseThrow().of(stored, columns);
      Shape shape = Shape.of(BLOCKS / 4, columns);
      codebook.check(shape);
      byte[] codes = Assignment.codes(weights, codebook);
      float[] decoded = codebook.weights(shape, codes);
      for (int i = 0; i < weights.length; i++) {
        // A zero has no sign in a codebook.
        assertEquals(weights[i] + 0f, decoded[i], type + " " + i);
      }
    }
    assertEquals(18, tried);
  }

  private static int id(GgmlType type) {
    for (int id = 0; id < 64; id++) {
      if (GgmlType.of(id, false) == type) {
        return id;
      }
    }
    throw new AssertionError(type);
  }

  /** Offset and width of each number of several bytes. */
  private static List<int[]> words(GgmlType type) {
    List<int[]> words = new ArrayList<>();
    switch (type) {
      case MXFP4, NVFP4 -> {}
      case Q8_K -> words.add(new int[] {0, 4});
      case Q5_0 -> words.add(new int[] {2, 4});
      case Q5_1 -> words.add(new int[] {4, 4});
      case IQ1_M -> add(words, 48, 2, 4);
      case IQ2_XS -> add(words, 2, 2, 32);
      case IQ3_XXS -> add(words, 66, 4, 8);
      case IQ1_S -> add(words, 34, 2, 8);
      case IQ4_XS, Q8_1 -> words.add(new int[] {2, 2});
      case IQ2_XXS -> {
        for (int i = 0; i < 8; i++) {
          words.add(new int[] {6 + 8 * i, 4});
        }
      }
      default -> {}
    }
    for (int exponent :
        type == GgmlType.Q8_K || type == GgmlType.IQ1_M ? new int[0] : exponents(type)) {
      words.add(new int[] {exponent - 1, 2});
    }
    return words;
  }

  private static void add(List<int[]> words, int at, int width, int count) {
    for (int i = 0; i < count; i++) {
      words.add(new int[] {at + width * i, width});
    }
  }

  @Test
  void numbersOfTypes() {
    assertEquals(DType.F32, GgmlType.of(0, false));
    assertEquals(DType.BF16, GgmlType.of(30, true) instanceof DType d ? d : DType.BF16);
    assertEquals("Q4_K", GgmlType.name(12));
    assertEquals("I8", GgmlType.name(24));
    assertEquals("Q4_2 (removed from ggml)", GgmlType.name(4));
    assertEquals("IQ4_NL_8_8 (removed from ggml)", GgmlType.name(38));
    assertEquals("ggml type 4294967295", GgmlType.name(-1));
    assertFalse(GgmlType.of(36, false).isKnown());
    assertTrue(GgmlType.of(42, true).isKnown());
  }
}
