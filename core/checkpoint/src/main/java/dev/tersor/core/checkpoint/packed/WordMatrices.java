package dev.tersor.core.checkpoint.packed;

import dev.tersor.core.checkpoint.DType;
import dev.tersor.core.checkpoint.PackedIntegers;
import dev.tersor.core.checkpoint.Quantisation;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.checkpoint.Turned;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Weights of GPTQ and AWQ: {@code qweight}, {@code qzeros} and {@code scales} have a column for
 * each output, and GPTQ a group for each input in {@code g_idx}. Codes of GPTQ share words with
 * others of their output, those of AWQ with others of their input, interleaved; zero points share
 * words with those of other outputs. A weight is (q - zero) * scale. Zero points of GPTQ are stored
 * less one, modulo 2^bits, but for the format {@code gptq_v2}.
 *
 * <p>Example: 4 bits, 256 inputs, 64 outputs, groups of 128: {@code qweight} is 32x64 in GPTQ and
 * 256x8 in AWQ; {@code qzeros} 2x8, {@code scales} 2x64.
 */
final class WordMatrices {
  private static final int AWQ_BITS = 4;

  private final Parts parts;
  private final Optional<PackedConfig> config;

  WordMatrices(Parts parts, Optional<PackedConfig> config) {
    this.parts = parts;
    this.config = config;
  }

  /** The weights of a module, or null where they are of a form that is not read. */
  StoredTensor weight(StoredTensor qweight) throws IOException {
    StoredTensor scales = parts.need("scales", qweight);
    StoredTensor qzeros = parts.find("qzeros");
    StoredTensor groups = parts.find("g_idx");
    if (qweight.dtype() != DType.I32 || qweight.shape().rank() != 2 || qzeros == null) {
      return refuse(qweight, "no matrix of I32 with zero points");
    }
    String method =
        config
            .flatMap(c -> c.text("checkpoint_format", "version"))
            .orElse("")
            .toLowerCase(Locale.ROOT);
    if (!List.of("", "gptq", "gptq_v2", "gemm").contains(method)) {
      return refuse(qweight, "the packing '" + method + "'");
    }
    parts.check(qzeros.dtype() == DType.I32, qzeros, "I32");
    parts.check(scales.dtype().holdsWeights(), scales, "floating-point numbers");
    long outputs = parts.dim(scales, 1);
    long runs = parts.dim(scales, 0);
    long zeroWords = parts.dim(qzeros, 1);
    parts.check(parts.dim(qzeros, 0) == runs, qzeros, runs + " rows, as its scales have");
    boolean isGptq = parts.dim(qweight, 1) == outputs;
    parts.check(
        isGptq || parts.dim(qweight, 1) == zeroWords,
        qweight,
        "%d columns of GPTQ or %d of AWQ".formatted(outputs, zeroWords));
    int bits = bits(qzeros, outputs, zeroWords);
    long rows = parts.dim(qweight, 0);
    long inputs = isGptq ? rows * Integer.SIZE / bits : rows;
    parts.check(
        runs > 0 && inputs > 0 && (!isGptq || rows * Integer.SIZE % bits == 0),
        qweight,
        "whole columns of %d bits, with scales".formatted(bits));
    if (!isGptq && bits != AWQ_BITS) {
      return refuse(qweight, bits + " bits of AWQ");
    }
    checkConfig(qweight, bits, inputs, runs);
    boolean inOrder = groups == null || parts.areRuns(groups, inputs, runs);
    parts.check(!inOrder || inputs % runs == 0, qweight, "inputs in %d groups".formatted(runs));
    boolean lessOne = isGptq && !method.equals("gptq_v2");
    PackedIntegers format = new PackedIntegers(bits, false);
    String name = (isGptq ? "GPTQ " : "AWQ ") + bits + "-bit";
    StoredTensor codes =
        Parts.unpacked(
            qweight,
            format,
            name,
            new PackedWords(parts.dim(qweight, 1), isGptq, 0, !isGptq, 0),
            inputs,
            outputs);
    StoredTensor zeros =
        Parts.unpacked(
            qzeros,
            format,
            name,
            new PackedWords(zeroWords, false, 0, !isGptq, lessOne ? 1 : 0),
            runs,
            outputs);
    Quantisation by =
        new Quantisation(Turned.of(scales, 1), Turned.of(zeros, 1), Shape.of(outputs, runs));
    return parts.weight(Turned.of(codes, 1), inOrder ? by : by.ofColumns(groups));
  }

  /** As the words of zero points have them, whose number is that of outputs. */
  private int bits(StoredTensor qzeros, long outputs, long words) {
    for (int bits : new int[] {2, 3, 4, 8}) {
      if (words > 0 && words * Integer.SIZE == outputs * bits) {
        return bits;
      }
    }
    throw parts.malformed(
        qzeros,
        "%d words for the zero points of %d outputs, expected 2, 3, 4 or 8 bits of each"
            .formatted(words, outputs));
  }

  private void checkConfig(StoredTensor qweight, int bits, long inputs, long runs) {
    if (config.isEmpty() || config.get().hasExceptions()) {
      return;
    }
    Optional<Integer> said = config.get().number("bits", "w_bit");
    if (said.isPresent() && said.get() != bits) {
      throw parts.malformed(
          qweight, "has %d bits, %s says %d".formatted(bits, config.get().file(), said.get()));
    }
    Optional<Integer> group = config.get().number("group_size", "q_group_size");
    if (group.isEmpty()) {
      return;
    }
    long size = group.get() == -1 ? inputs : group.get();
    if (size < 1 || (inputs + size - 1) / size != runs) {
      throw parts.malformed(
          qweight,
          "has %d inputs in %d groups, %s says groups of %d"
              .formatted(inputs, runs, config.get().file(), group.get()));
    }
  }

  private StoredTensor refuse(StoredTensor tensor, String where) {
    return parts.refuse(tensor, where, "codes of GPTQ, or of AWQ's GEMM");
  }
}
