package dev.tersor.core.checkpoint.packed;

import dev.tersor.core.bits.Half;
import dev.tersor.core.checkpoint.Fixtures;
import dev.tersor.core.checkpoint.SafetensorsBytes;
import java.util.Random;

/**
 * Modules as GPTQ, AWQ and compressed-tensors write them, from the published layouts: integers are
 * put into words one by one.
 */
public final class PackedBytes {
  /** Which of the eight columns of a word's integers each has, from the low bits on. */
  private static final int[] AWQ_ORDER = {0, 2, 4, 6, 1, 3, 5, 7};

  final int bits;
  final int inputs;
  final int outputs;
  final int group;
  final int groups;

  /** Of each output, by input: from 0 on. */
  final int[][] codes;

  /** Of each output, by group. */
  final int[][] zeros;

  final float[][] scales;

  /** Of each input. */
  final int[] groupOf;

  public PackedBytes(int bits, int inputs, int outputs, int group, long seed) {
    Random random = new Random(seed);
    this.bits = bits;
    this.inputs = inputs;
    this.outputs = outputs;
    this.group = group;
    this.groups = (inputs + group - 1) / group;
    this.codes = new int[outputs][inputs];
    this.zeros = new int[outputs][groups];
    this.scales = new float[outputs][groups];
    this.groupOf = new int[inputs];
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < inputs; i++) {
        codes[o][i] = random.nextInt(1 << bits);
      }
      for (int g = 0; g < groups; g++) {
        zeros[o][g] = random.nextInt(1 << bits);
        scales[o][g] = Half.rounded(0.001f + random.nextFloat());
      }
    }
    for (int i = 0; i < inputs; i++) {
      groupOf[i] = i / group;
    }
  }

  /** Inputs in another order, as act order leaves them. */
  PackedBytes shuffled(long seed) {
    Random random = new Random(seed);
    for (int i = inputs - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = groupOf[i];
      groupOf[i] = groupOf[j];
      groupOf[j] = kept;
    }
    return this;
  }

  /** With the zero points in the middle of the codes. */
  PackedBytes symmetric() {
    for (int[] row : zeros) {
      java.util.Arrays.fill(row, 1 << (bits - 1));
    }
    return this;
  }

  /** What the module stands for, output by output. */
  float[] weights() {
    float[] weights = new float[outputs * inputs];
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < inputs; i++) {
        int g = groupOf[i];
        weights[o * inputs + i] = scales[o][g] * (codes[o][i] - zeros[o][g]);
      }
    }
    return weights;
  }

  private static void put(int[] words, int first, int step, long bit, int value) {
    long shifted = (long) value << (bit % 32);
    int word = first + step * (int) (bit / 32);
    words[word] |= (int) shifted;
    if (shifted >>> 32 != 0) {
      words[word + step] |= (int) (shifted >>> 32);
    }
  }

  private byte[] halves(boolean byGroup) {
    int[] numbers = new int[groups * outputs];
    for (int o = 0; o < outputs; o++) {
      for (int g = 0; g < groups; g++) {
        numbers[byGroup ? g * outputs + o : o * groups + g] = Half.fromFloat(scales[o][g]) & 0xFFFF;
      }
    }
    return Fixtures.u16(numbers);
  }

  /** qweight, qzeros, scales and g_idx. */
  public SafetensorsBytes gptq(SafetensorsBytes file, String module, boolean lessOne) {
    int[] words = new int[inputs * bits / 32 * outputs];
    int[] points = new int[groups * outputs * bits / 32];
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < inputs; i++) {
        put(words, o, outputs, (long) i * bits, codes[o][i]);
      }
      for (int g = 0; g < groups; g++) {
        int stored = zeros[o][g] - (lessOne ? 1 : 0) & (1 << bits) - 1;
        put(points, g * outputs * bits / 32, 1, (long) o * bits, stored);
      }
    }
    return file.words(module + ".qweight", words, inputs * bits / 32, outputs)
        .words(module + ".qzeros", points, groups, outputs * bits / 32)
        .add(module + ".scales", "F16", halves(true), groups, outputs)
        .words(module + ".g_idx", groupOf, inputs);
  }

  /** qweight, qzeros and scales of the packing GEMM. */
  public SafetensorsBytes awq(SafetensorsBytes file, String module) {
    int[] words = new int[inputs * outputs / 8];
    int[] points = new int[groups * outputs / 8];
    for (int word = 0; word < outputs / 8; word++) {
      for (int n = 0; n < 8; n++) {
        int o = 8 * word + AWQ_ORDER[n];
        for (int i = 0; i < inputs; i++) {
          words[i * outputs / 8 + word] |= codes[o][i] << (4 * n);
        }
        for (int g = 0; g < groups; g++) {
          points[g * outputs / 8 + word] |= zeros[o][g] << (4 * n);
        }
      }
    }
    return file.words(module + ".qweight", words, inputs, outputs / 8)
        .words(module + ".qzeros", points, groups, outputs / 8)
        .add(module + ".scales", "F16", halves(true), groups, outputs);
  }

  /** weight_packed and what belongs to it; integers go on in the next word, or do not. */
  public SafetensorsBytes compressed(
      SafetensorsBytes file, String module, boolean dense, boolean withZeros) {
    int perWord = 32 / bits;
    int row = dense ? (inputs * bits + 31) / 32 : (inputs + perWord - 1) / perWord;
    int down = dense ? (outputs * bits + 31) / 32 : (outputs + perWord - 1) / perWord;
    int[] words = new int[outputs * row];
    int[] points = new int[down * groups];
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < inputs; i++) {
        put(words, o * row, 1, bit(i, dense), codes[o][i]);
      }
      for (int g = 0; g < groups; g++) {
        put(points, g, groups, bit(o, dense), zeros[o][g]);
      }
    }
    file.words(module + ".weight_packed", words, outputs, row)
        .add(module + ".weight_scale", "F16", halves(false), outputs, groups)
        .add(module + ".weight_shape", "I64", SafetensorsBytes.i64(outputs, inputs), 2);
    return withZeros ? file.words(module + ".weight_zero_point", points, down, groups) : file;
  }

  private long bit(int index, boolean dense) {
    int perWord = 32 / bits;
    return dense ? (long) index * bits : index / perWord * 32L + (long) (index % perWord) * bits;
  }
}
