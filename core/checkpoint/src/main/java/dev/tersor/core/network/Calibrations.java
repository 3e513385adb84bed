package dev.tersor.core.network;

import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.Layout;
import dev.tersor.core.checkpoint.OpenCheckpoint;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.quantize.Calibration;
import dev.tersor.core.quantize.ErrorMeasure;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.util.Optional;

/**
 * What was measured on data of the tensors of a network, in checkpoints with tensors of the same
 * names.
 *
 * @param saliency one number for each weight, of the same shapes
 * @param inputs mean products of every two inputs of a layer, groups x columns x columns
 */
public record Calibrations(Optional<OpenCheckpoint> saliency, Optional<OpenCheckpoint> inputs) {
  /** Nothing was. */
  public static final Calibrations NONE = new Calibrations(Optional.empty(), Optional.empty());

  /**
   * What is known of a tensor.
   *
   * @param measure what its codebook goes by
   * @throws IllegalArgumentException if that was not measured, or of another shape
   */
  Calibration of(StoredTensor tensor, ErrorMeasure measure) throws IOException {
    return switch (measure) {
      case WEIGHTS -> Calibration.NONE;
      case SALIENCY -> saliency(tensor);
      case OUTPUTS -> inputs(tensor);
    };
  }

  private Calibration saliency(StoredTensor tensor) throws IOException {
    StoredTensor found = find(tensor, saliency, ErrorMeasure.SALIENCY);
    if (!found.shape().equals(tensor.shape())) {
      throw new IllegalArgumentException(
          "%s has it as %s, the weights are %s"
              .formatted(saliency.orElseThrow().name(), found.shape(), tensor.shape()));
    }
    return new Calibration.Saliency(saliency.orElseThrow().weights(found));
  }

  private Calibration inputs(StoredTensor tensor) throws IOException {
    StoredTensor found = find(tensor, inputs, ErrorMeasure.OUTPUTS);
    Shape shape = found.shape();
    boolean rowsAreInputs = tensor.layout() == Layout.IN_OUT;
    long columns = Calibration.Inputs.columns(tensor.shape(), rowsAreInputs);
    if (!Calibration.Inputs.fit(shape, tensor.shape(), rowsAreInputs)) {
      throw new IllegalArgumentException(
          "%s has it as %s, expected groups x %d x %d of at most %,d columns"
              .formatted(
                  inputs.orElseThrow().name(),
                  shape,
                  columns,
                  columns,
                  Calibration.Inputs.MOST_COLUMNS));
    }
    return Calibration.Inputs.of(
        inputs.orElseThrow().weights(found), shape, tensor.shape(), rowsAreInputs);
  }

  private static StoredTensor find(
      StoredTensor tensor, Optional<OpenCheckpoint> measured, ErrorMeasure measure) {
    if (measured.isEmpty()) {
      throw new IllegalArgumentException(
          "its codebook goes by %s, and none is given".formatted(measure.label()));
    }
    Checkpoint checkpoint = measured.get().header();
    return checkpoint
        .find(tensor.name())
        .or(() -> checkpoint.find(tensor.alias()))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "its codebook goes by %s, and %s has no tensor of that name"
                        .formatted(measure.label(), measured.get().name())));
  }
}
