package dev.tersor.jobs.plan;

import dev.tersor.core.checkpoint.StoredCodebook;
import dev.tersor.core.encode.RasSelection;
import dev.tersor.core.model.Kind;
import dev.tersor.core.quantize.ErrorMeasure;
import dev.tersor.core.tensor.Segment;
import dev.tersor.jobs.config.BitWidth;
import dev.tersor.jobs.config.GridSettings;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.source.ResolvedModel;
import dev.tersor.jobs.source.TensorRef;
import java.math.BigDecimal;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a sweep's settings are for one tensor: {@code paper} stands for the figures that the model's
 * description has of it (Deep Compression, tables 2 to 5).
 */
public final class TensorSettings {
  private TensorSettings() {}

  /**
   * Looks whether every tensor has the figures that the settings take from its description.
   *
   * @throws UsageException naming the first that has not
   */
  public static void check(GridSettings settings, List<ResolvedModel> models) {
    for (ResolvedModel model : models) {
      if (settings.bits().contains(BitWidth.FILE)
          && model.tensors().stream()
              .noneMatch(tensor -> bits(BitWidth.FILE, tensor) != BitWidth.LOSSLESS.fixed())) {
        throw new UsageException(
            "bits: file: no tensor of "
                + model.name()
                + " has integers of at most 8 bits with a scale: its file is not quantised");
      }
      for (TensorRef tensor : model.tensors()) {
        if (settings.isFittedBy(ErrorMeasure.SALIENCY)) {
          checkSaliency(tensor);
        }
        if (settings.isFittedBy(ErrorMeasure.OUTPUTS) && tensor.inputs() == null) {
          throw new UsageException(
              "codebooks: by=outputs: "
                  + tensor.model()
                  + " has no input products: give --input-products NAME=PATH");
        }
        settings.prunings().forEach(pruning -> pruning(pruning, tensor));
        settings.bits().forEach(bits -> bits(bits, tensor));
      }
    }
  }

  /** Importances are read in one piece, with the weights that they are of. */
  private static void checkSaliency(TensorRef tensor) {
    if (tensor.saliency() == null) {
      throw new UsageException(
          "codebooks: by=saliency: " + tensor.model() + " has none: give --saliency NAME=PATH");
    }
    if (tensor.shape().size() > Segment.MAX_WEIGHTS) {
      throw new UsageException(
          "codebooks: by=saliency: tensor '%s' of %s has %,d weights, at most %,d are fitted by it"
              .formatted(
                  tensor.name(), tensor.model(), tensor.shape().size(), Segment.MAX_WEIGHTS));
    }
  }

  /** The pruning of a tensor. */
  public static Pruning pruning(Pruning asked, TensorRef tensor) {
    if (asked.scope() != Pruning.Scope.PAPER) {
      return tensor.saliency() == null ? asked : asked.withSaliency();
    }
    double density = tensor.paper().density();
    if (Double.isNaN(density)) {
      throw missing("sparsities", "paper-density", tensor);
    }
    // In decimals: 1 - 0.84 is 0.16, and not 0.16000000000000003.
    return asked.withSparsity(BigDecimal.ONE.subtract(BigDecimal.valueOf(density)).doubleValue());
  }

  /** The bits of a tensor. */
  public static int bits(BitWidth asked, TensorRef tensor) {
    if (asked.isFile()) {
      return tensor
          .checkpointTensor()
          .map(StoredCodebook::bits)
          .orElse(OptionalInt.empty())
          .orElse(BitWidth.LOSSLESS.fixed());
    }
    if (!asked.isPaper()) {
      return asked.fixed();
    }
    if (tensor.paper().bits() == 0) {
      throw missing("bits", "paper-bits", tensor);
    }
    return tensor.paper().bits();
  }

  /**
   * The recipe that an encoding means for a tensor. Where nobody said how many multiply-accumulates
   * a tensor has, selections take what the paper found that the ratio comes to: blocks for
   * convolutions and the matrices of attention, elements for fully connected layers (Succinct
   * Compression, section 4.1).
   *
   * @return the encoding itself where it is a recipe, or a choice that depends on more
   */
  public static String recipe(String encoding, TensorRef tensor, double fprThreshold) {
    if (!RasSelection.isSelection(encoding)) {
      return encoding;
    }
    RasSelection selection = RasSelection.parse(encoding);
    return selection.recipe(isBlockWise(tensor, fprThreshold)).name();
  }

  /** Whether a tensor's sequence is read block-wise, and not element-wise. */
  public static boolean isBlockWise(TensorRef tensor, double fprThreshold) {
    return tensor.knownMacs().isPresent()
        ? RasSelection.isBlockWise(tensor.macs(), tensor.shape().size(), fprThreshold)
        : tensor.kind() != Kind.FC && tensor.kind() != Kind.EMBEDDING;
  }

  private static UsageException missing(String key, String figure, TensorRef tensor) {
    return new UsageException(
        key
            + ": paper: tensor '"
            + tensor.name()
            + "' of "
            + tensor.model()
            + " has no "
            + figure
            + " in its model's description");
  }
}
