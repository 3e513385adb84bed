package dev.tersor.core.checkpoint.packed;

import dev.tersor.core.checkpoint.DType;
import dev.tersor.core.checkpoint.PackedIntegers;
import dev.tersor.core.checkpoint.Quantisation;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Weights of the library compressed-tensors. {@code pack-quantized}: {@code weight_packed} has
 * words for each output, {@code weight_shape} its two dimensions, {@code weight_scale} a scale for
 * each output or group of it, {@code weight_zero_point} words of their zero points down the
 * outputs, {@code weight_g_idx} the group of each input. Integers are stored plus 2^(bits - 1).
 * Before version 0.11 a word had but whole ones, and its highest bits were left over.
 *
 * <p>{@code int-quantized} and {@code float-quantized}: {@code weight} of I8 or of FP8 beside
 * {@code weight_scale}, or {@code weight_scale_inv}, which is multiplied too.
 *
 * <p>Example: 4 bits, 64 outputs, 256 inputs, groups of 128: {@code weight_packed} is 64x32, {@code
 * weight_scale} 64x2, {@code weight_zero_point} 8x2.
 */
final class CompressedTensors {
  private final Parts parts;
  private final Optional<PackedConfig> config;

  CompressedTensors(Parts parts, Optional<PackedConfig> config) {
    this.parts = parts;
    this.config = config;
  }

  /** The weights of a module of pack-quantized, or null where they are of a form not read. */
  StoredTensor packed(StoredTensor packed) throws IOException {
    StoredTensor scales = parts.need("weight_scale", packed);
    StoredTensor zeros = parts.find("weight_zero_point");
    StoredTensor groups = parts.find("weight_g_idx");
    StoredTensor said = parts.find("weight_shape");
    parts.find("weight_global_scale");
    if (packed.dtype() != DType.I32 || packed.shape().rank() != 2) {
      return refuse(packed, "no matrix of I32");
    }
    if (said == null) {
      throw parts.malformed(packed, "has no " + parts.module() + "weight_shape beside it");
    }
    parts.check(
        said.shape().size() == 2 && (said.dtype() == DType.I64 || said.dtype() == DType.I32),
        said,
        "two I64");
    float[] dims = parts.read(said);
    long outputs = parts.dim(packed, 0);
    long words = parts.dim(packed, 1);
    long inputs = (long) dims[1];
    parts.check(
        dims[0] == outputs && inputs > 0 && inputs <= Parts.MAX_COLUMNS && outputs > 0,
        packed,
        "%.0f rows, as %s says".formatted(dims[0], said.name()));
    int bits = bits(packed, inputs, words);
    int perWord = perWord(inputs, words, bits);
    StoredTensor codes =
        Parts.unpacked(
            packed,
            new PackedIntegers(bits, true),
            "packed " + bits + "-bit",
            new PackedWords(words, false, perWord, false, 0),
            outputs,
            inputs);
    return scaled(codes, scales, zeros, groups);
  }

  /** The bits that fit the words, or of those that do what the configuration says. */
  private int bits(StoredTensor packed, long inputs, long words) {
    List<Integer> candidates =
        config.map(c -> List.copyOf(c.bitsOfGroups())).filter(bits -> !bits.isEmpty()).orElse(null);
    for (int bits : candidates == null ? List.of(4, 8, 2, 3, 5, 6, 7, 1) : candidates) {
      if (bits >= 1 && bits <= Byte.SIZE && perWord(inputs, words, bits) >= 0) {
        return bits;
      }
    }
    throw parts.malformed(
        packed,
        "%d words for rows of %d, %s"
            .formatted(
                words,
                inputs,
                candidates == null
                    ? "which is that of no bits in 1..8, or of two packings"
                    : config.orElseThrow().file() + " says bits " + candidates));
  }

  /**
   * 0 where integers go on in the next word, how many one has where they do not; -1 for neither.
   */
  private static int perWord(long inputs, long words, int bits) {
    if (words == (inputs * bits + Integer.SIZE - 1) / Integer.SIZE) {
      return 0;
    }
    int whole = Integer.SIZE / bits;
    return words == (inputs + whole - 1) / whole ? whole : -1;
  }

  /** The weights of a module of int-quantized or float-quantized; null as above. */
  StoredTensor plain(StoredTensor weight, StoredTensor scales) throws IOException {
    StoredTensor zeros = weight.dtype() == DType.I8 ? parts.find("weight_zero_point") : null;
    return scaled(weight, scales, zeros, null);
  }

  private StoredTensor scaled(
      StoredTensor codes, StoredTensor scales, StoredTensor zeros, StoredTensor groups)
      throws IOException {
    parts.check(scales.dtype().holdsWeights(), scales, "floating-point numbers");
    long outputs = codes.shape().dim(0);
    int rank = codes.shape().rank();
    long count = scales.shape().size();
    if (count == 1) {
      return parts.weight(codes, Quantisation.ofTensor(scales, plainZeros(zeros, 1), rank));
    }
    boolean ofRows = count == outputs && scales.shape().dim(0) == outputs;
    if (ofRows) {
      return parts.weight(
          codes, Quantisation.ofAxis(scales, zeros(codes, zeros, outputs, 1), rank, 0));
    }
    if (rank != 2 || scales.shape().rank() != 2) {
      return refuse(codes, "scales of shape " + scales.shape());
    }
    long rows = parts.dim(scales, 0);
    long runs = parts.dim(scales, 1);
    long inputs = codes.shape().dim(1);
    if (runs < 1 || rows < 1 || (rows != outputs && (zeros != null || groups != null))) {
      throw parts.malformed(scales, "of shape " + scales.shape() + " for " + codes.shape());
    }
    boolean inOrder = groups == null || parts.areRuns(groups, inputs, runs);
    if (inOrder && (inputs % runs != 0 || outputs % rows != 0)) {
      // How long runs are, no shape says.
      return refuse(codes, "blocks that do not divide it, scales of shape " + scales.shape());
    }
    Quantisation by =
        new Quantisation(scales, zeros(codes, zeros, outputs, runs), Shape.of(rows, runs));
    return parts.weight(codes, inOrder ? by : by.ofColumns(groups));
  }

  private StoredTensor plainZeros(StoredTensor zeros, long count) {
    if (zeros != null) {
      parts.check(
          zeros.dtype() == DType.I8 && zeros.shape().size() == count, zeros, count + " of I8");
    }
    return zeros;
  }

  /** Zero points of groups: in words, or an I8 each. */
  private StoredTensor zeros(StoredTensor codes, StoredTensor zeros, long outputs, long runs) {
    if (zeros == null || zeros.dtype() != DType.I32) {
      return plainZeros(zeros, outputs * runs);
    }
    int bits = codes.dtype() instanceof PackedIntegers packed ? packed.bits() : 0;
    int perWord = codes.extent().order() instanceof PackedWords order ? order.perWord() : 0;
    long words =
        perWord > 0
            ? (outputs + perWord - 1) / perWord
            : (outputs * bits + Integer.SIZE - 1) / Integer.SIZE;
    parts.check(
        bits > 0 && parts.dim(zeros, 0) == words && parts.dim(zeros, 1) == runs,
        zeros,
        "words of the zero points of %dx%d".formatted(outputs, runs));
    return Parts.unpacked(
        zeros,
        codes.dtype(),
        codes.dtypeName(),
        new PackedWords(runs, true, perWord, false, 0),
        outputs,
        runs);
  }

  private StoredTensor refuse(StoredTensor tensor, String where) {
    return parts.refuse(
        tensor,
        where,
        "words, I8 or FP8 with scales of the tensor, of rows, or of blocks that divide it");
  }
}
