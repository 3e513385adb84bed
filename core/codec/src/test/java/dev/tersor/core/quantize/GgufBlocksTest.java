package dev.tersor.core.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.Half;
import dev.tersor.core.tensor.Scaled;
import dev.tersor.core.tensor.Scales;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Codebooks of GGUF's blocks against ggml's own reference quantiser: {@code ggml/weights.bin} are
 * weights of many scales, and {@code ggml/NAME.bin} the blocks that its C code made of them,
 * compiled without fused operations. The layouts are those of ggml's documents.
 */
class GgufBlocksTest {
  private static final Path FOLDER = Path.of("src", "test", "resources", "ggml");

  /** Bytes of a block and its weights. */
  private record Layout(int bytes, int weights) {}

  private static Layout layout(String name) {
    return switch (name) {
      case "q4_0" -> new Layout(18, 32);
      case "q8_0" -> new Layout(34, 32);
      case "mxfp4" -> new Layout(17, 32);
      case "q4_k" -> new Layout(144, 256);
      case "q6_k" -> new Layout(210, 256);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static ByteBuffer file(String name) throws IOException {
    byte[] bytes = Files.readAllBytes(FOLDER.resolve(name + ".bin"));
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static float[] weights() throws IOException {
    ByteBuffer file = file("weights");
    float[] weights = new float[file.remaining() / Float.BYTES];
    file.asFloatBuffer().get(weights);
    return weights;
  }

  /** The weights of blocks, byte by byte as the document of the format has them. */
  private static float[] literal(String name, ByteBuffer blocks) {
    Layout layout = layout(name);
    int count = blocks.limit() / layout.bytes();
    float[] weights = new float[count * layout.weights()];
    for (int block = 0; block < count; block++) {
      for (int i = 0; i < layout.weights(); i++) {
        weights[block * layout.weights() + i] = literal(name, blocks, block * layout.bytes(), i);
      }
    }
    return weights;
  }

  private static float literal(String name, ByteBuffer b, int at, int i) {
    int half = i < 16 ? 0 : 4;
    return switch (name) {
      case "q4_0" -> {
        int q = (b.get(at + 2 + i % 16) >>> half) & 15;
        yield Half.toFloat(b.getShort(at)) * (q - 8);
      }
      case "q8_0" -> Half.toFloat(b.getShort(at)) * b.get(at + 2 + i);
      case "mxfp4" -> {
        float[] levels = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6};
        int code = (b.get(at + 1 + i % 16) >>> half) & 15;
        double scale = Math.pow(2, (b.get(at) & 0xFF) - 127);
        yield (float) (scale * levels[code & 7] * (code > 7 ? -1 : 1));
      }
      case "q4_k" -> {
        int j = i / 32;
        int s = at + 4;
        int scaleOf =
            j < 4
                ? b.get(s + j) & 63
                : (b.get(s + j + 4) & 15) | (((b.get(s + j - 4) >>> 6) & 3) << 4);
        int minimum =
            j < 4
                ? b.get(s + j + 4) & 63
                : ((b.get(s + j + 4) >>> 4) & 15) | (((b.get(s + j) >>> 6) & 3) << 4);
        int level = (b.get(at + 16 + i / 64 * 32 + i % 32) >>> (j % 2 * 4)) & 15;
        float d = Half.toFloat(b.getShort(at)) * scaleOf;
        float m = Half.toFloat(b.getShort(at + 2)) * minimum;
        yield d * level - m;
      }
      case "q6_k" -> {
        int quarter = i % 128 / 32;
        int low = (b.get(at + i / 128 * 64 + quarter % 2 * 32 + i % 32) >>> (quarter / 2 * 4)) & 15;
        int high = (b.get(at + 128 + i / 128 * 32 + i % 32) >>> (2 * quarter)) & 3;
        float unit = Half.toFloat(b.getShort(at + 208)) * b.get(at + 192 + i / 16);
        yield unit * ((low | (high << 4)) - 32);
      }
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** The blocks of a codebook and its codes. */
  private static ByteBuffer blocks(String name, Scaled codebook, byte[] codes) {
    Layout layout = layout(name);
    int count = codes.length / layout.weights();
    ByteBuffer blocks = ByteBuffer.allocate(count * layout.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    int[] scales = codebook.scales().stored();
    for (int block = 0; block < count; block++) {
      int at = block * layout.bytes();
      for (int i = 0; i < layout.weights(); i++) {
        put(name, blocks, at, i, codes[block * layout.weights() + i] & 0xFF);
      }
      switch (name) {
        case "q4_0", "q8_0" -> blocks.putShort(at, (short) scales[block]);
        case "mxfp4" -> blocks.put(at, (byte) scales[block]);
        case "q4_k" -> {
          int[] minima = codebook.minima().stored();
          blocks.putShort(at, unit(codebook.scales(), block));
          blocks.putShort(at + 2, unit(codebook.minima(), block));
          for (int j = 0; j < 8; j++) {
            int s = scales[block * 8 + j];
            int m = minima[block * 8 + j];
            if (j < 4) {
              or(blocks, at + 4 + j, s);
              or(blocks, at + 8 + j, m);
            } else {
              or(blocks, at + 8 + j, (s & 15) | ((m & 15) << 4));
              or(blocks, at + j, (s >>> 4) << 6);
              or(blocks, at + 4 + j, (m >>> 4) << 6);
            }
          }
        }
        default -> {
          blocks.putShort(at + 208, unit(codebook.scales(), block));
          for (int j = 0; j < 16; j++) {
            blocks.put(at + 192 + j, (byte) scales[block * 16 + j]);
          }
        }
      }
    }
    return blocks;
  }

  private static short unit(Scales scales, int block) {
    return (short) scales.outer().stored()[block];
  }

  private static void or(ByteBuffer bytes, int at, int bits) {
    bytes.put(at, (byte) (bytes.get(at) | bits));
  }

  private static void put(String name, ByteBuffer blocks, int at, int i, int code) {
    switch (name) {
      case "q4_0" -> or(blocks, at + 2 + i % 16, ((code + 8) & 15) << (i < 16 ? 0 : 4));
      case "q8_0" -> blocks.put(at + 2 + i, (byte) code);
      case "mxfp4" -> or(blocks, at + 1 + i % 16, code << (i < 16 ? 0 : 4));
      case "q4_k" -> or(blocks, at + 16 + i / 64 * 32 + i % 32, code << (i / 32 % 2 * 4));
      default -> {
        int q = (code + 32) & 63;
        int quarter = i % 128 / 32;
        int low = at + i / 128 * 64 + quarter % 2 * 32 + i % 32;
        or(blocks, low, (q & 15) << (quarter / 2 * 4));
        or(blocks, at + 128 + i / 128 * 32 + i % 32, (q >>> 4) << (2 * quarter));
      }
    }
  }

  /**
   * Scales are ggml's to the bit, and what blocks stand for is what the codebook says. Codes of
   * q4_0 and q8_0 may differ: ggml takes them by the scale before it is rounded to 16 bits.
   */
  @ParameterizedTest
  @CsvSource({"q4_0, 0.01", "q8_0, 0.05", "mxfp4, 0.001", "q4_k, 0.001", "q6_k, 0.001"})
  void blocksAreThoseOfTheReference(String name, double mayDiffer) throws IOException {
    float[] weights = weights();
    Shape shape = Shape.of(2, weights.length / 2);
    CodebookFitter fitter = CodebookFitters.parse(name);
    Scaled codebook = (Scaled) fitter.fit(shape, weights, fitter.width().orElseThrow(), 1);
    byte[] codes = Assignment.codes(weights, codebook);
    ByteBuffer blocks = blocks(name, codebook, codes);
    float[] values = codebook.weights(shape, codes);
    float[] unsigned = literal(name, blocks);
    for (int i = 0; i < unsigned.length; i++) {
      unsigned[i] += 0f; // a format's zero may have a sign
    }
    assertArrayEquals(unsigned, values);
    ByteBuffer expected = file(name);
    float[] reference = literal(name, expected);
    int others = 0;
    double error = 0;
    double ofReference = 0;
    for (int i = 0; i < weights.length; i++) {
      others += reference[i] != values[i] ? 1 : 0;
      error += Math.pow((double) weights[i] - values[i], 2);
      ofReference += Math.pow((double) weights[i] - reference[i], 2);
    }
    assertTrue(others <= mayDiffer * weights.length, others + " of " + weights.length);
    assertTrue(error <= ofReference * (1 + 1e-9), error + " above " + ofReference);
    // The scales, with all codes alike.
    byte[] none = new byte[codes.length];
    assertEquals(
        blocks(name, codebook, none), scalesOf(name, expected, blocks(name, codebook, none)));
  }

  /** The bytes of the scales of some blocks, and of others the codes. */
  private static ByteBuffer scalesOf(String name, ByteBuffer scales, ByteBuffer codes) {
    Layout layout = layout(name);
    ByteBuffer mixed = ByteBuffer.allocate(codes.limit()).order(ByteOrder.LITTLE_ENDIAN);
    mixed.put(0, codes, 0, codes.limit());
    int from = name.equals("q6_k") ? 192 : 0;
    int bytes = name.equals("mxfp4") ? 1 : name.equals("q4_k") ? 16 : name.equals("q6_k") ? 18 : 2;
    for (int at = 0; at < mixed.limit(); at += layout.bytes()) {
      for (int i = at + from; i < at + from + bytes; i++) {
        mixed.put(i, scales.get(i));
      }
      if (name.equals("q4_0") && scales.getShort(at) == Short.MIN_VALUE) {
        mixed.putShort(at, (short) 0); // of weights that are all zero
      }
    }
    return mixed;
  }

  /** Bits of a weight as GGUF counts them: codes, and scales in the section. */
  @Test
  void scalesAreAsCompactAsInTheFormat() {
    Shape shape = Shape.of(4, 512);
    float[] weights = new float[2048];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) Math.sin(i * 0.37) * (1 + i % 11);
    }
    for (String name : new String[] {"q4_0", "q8_0", "mxfp4", "q4_k", "q6_k"}) {
      CodebookFitter fitter = CodebookFitters.parse(name);
      Scaled codebook = (Scaled) fitter.fit(shape, weights, fitter.width().orElseThrow(), 1);
      long bits = (long) codebook.bits() * 2048 + bits(codebook.scales());
      bits += codebook.minima() == null ? 0 : bits(codebook.minima());
      assertEquals(2048L / layout(name).weights() * layout(name).bytes() * 8, bits, name);
    }
  }

  private static long bits(Scales scales) {
    return (long) scales.count() * scales.format().bits()
        + (scales.outer() == null ? 0 : bits(scales.outer()));
  }
}
