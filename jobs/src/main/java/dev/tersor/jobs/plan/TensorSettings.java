package dev.tersor.jobs.plan;

import dev.tersor.jobs.config.BitWidth;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.config.SweepSettings;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.source.ResolvedModel;
import dev.tersor.jobs.source.TensorRef;
import java.math.BigDecimal;
import java.util.List;

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
  public static void check(SweepSettings settings, List<ResolvedModel> models) {
    for (ResolvedModel model : models) {
      for (TensorRef tensor : model.tensors()) {
        settings.prunings().forEach(pruning -> pruning(pruning, tensor));
        settings.bits().forEach(bits -> bits(bits, tensor));
      }
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
    if (!asked.isPaper()) {
      return asked.fixed();
    }
    if (tensor.paper().bits() == 0) {
      throw missing("bits", "paper-bits", tensor);
    }
    return tensor.paper().bits();
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
