package dev.tersor.core.model;

import java.util.List;
import java.util.Optional;

/**
 * A layer of a {@link Graph}, or a few of them that are one step of it. Activations are batch x
 * channels x height x width, or batch x features after {@link Flatten}; parameters are named as in
 * the checkpoint.
 */
public sealed interface Layer {
  /**
   * A two-dimensional convolution.
   *
   * @param weight out x in x height x width
   * @param stride in both directions
   * @param padding zeros on every side
   */
  record Convolution(String weight, Optional<String> bias, int stride, int padding)
      implements Layer {}

  /**
   * A matrix product: each output is a row of the weight times the input.
   *
   * @param weight out x in
   */
  record Linear(String weight, Optional<String> bias) implements Layer {}

  /**
   * Batch normalisation: {@code scale * (x - mean) / sqrt(variance + epsilon) + shift} for each
   * channel. In training mean and variance are those of the batch.
   */
  record BatchNorm(String scale, String shift, String mean, String variance, double epsilon)
      implements Layer {}

  /** Negative values become zero. */
  record Relu() implements Layer {}

  /** The largest value of each window; windows that leave the input are left out. */
  record MaxPool(int size, int stride) implements Layer {}

  /**
   * Channels of zeros around those of the input: the shortcut without weights of the first residual
   * networks (He et al. 2016, section 3.3, option A).
   *
   * @param before how many precede them
   * @param after how many follow them
   */
  record PadChannels(int before, int after) implements Layer {}

  /** The mean of each channel. */
  record GlobalAveragePool() implements Layer {}

  /** Each image's values in one row, channel after channel. */
  record Flatten() implements Layer {}

  /** Where training may drop values; nothing otherwise. */
  record Dropout() implements Layer {}

  /** The sum of two paths; an empty path passes its input on. */
  record Residual(List<Layer> body, List<Layer> shortcut) implements Layer {}
}
