package dev.tersor.jobs.plan;

import dev.tersor.core.quantize.Assignment;
import dev.tersor.core.quantize.Calibration;
import dev.tersor.core.quantize.CodebookFitter;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.quantize.ErrorMeasure;
import dev.tersor.core.quantize.RateTarget;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.config.GridSettings;
import dev.tersor.jobs.config.SettingsLoader;
import java.io.Serializable;
import java.util.Optional;

/** A codebook within a unit: its bits and the name of its fitter. */
public record CodebookId(int bits, String fitter) implements Serializable {
  /** Whether it is read from the checkpoint, and fitted to nothing. */
  public boolean isOfFile() {
    return fitter.equals(GridSettings.FILE_CODEBOOK);
  }

  /** Whether all weights of a tensor share it; so of a codebook that core does not fit. */
  public boolean isShared() {
    return !isOfFile() && core().map(CodebookFitter::isShared).orElse(true);
  }

  /** As {@link CodebookFitter#span}; all weights of a codebook that core does not fit. */
  public long span(Shape shape) {
    return core().map(core -> core.span(shape)).orElse(shape.size());
  }

  /** Values that survivors may have; those of a codebook that core does not fit. */
  public int values() {
    return core().map(core -> core.values(bits)).orElse((1 << bits) - 1);
  }

  /** Whether it is fitted to more weights of a tensor than a segment may have. */
  public boolean isFittedOverSegments(Shape shape) {
    return !isOfFile() && span(shape) > Segment.MAX_WEIGHTS;
  }

  /** A segment quantised, as {@link CodebookFitter#quantise}. */
  public Codes quantise(Shape shape, float[] weights, Calibration known, Codebook codebook) {
    return core()
        .map(core -> core.quantise(shape, weights, known, codebook))
        .orElseGet(() -> new Codes(shape, Assignment.codes(weights, codebook), codebook));
  }

  /** What the error is that it is fitted to. */
  public ErrorMeasure measure() {
    return core().map(CodebookFitter::measure).orElse(ErrorMeasure.WEIGHTS);
  }

  /** What is to be reached by choosing its lambda; none where nothing is. */
  public Optional<RateTarget> target() {
    return core().flatMap(CodebookFitter::target);
  }

  private Optional<CodebookFitter> core() {
    return fitter.equals(SettingsLoader.MLLIB)
            || fitter.equals(GridSettings.NO_CODEBOOK)
            || isOfFile()
        ? Optional.empty()
        : Optional.of(CodebookFitters.parse(fitter));
  }
}
