package dev.tersor.jobs.plan;

import dev.tersor.core.quantize.CodebookFitter;
import dev.tersor.core.quantize.CodebookFitters;
import java.io.Serializable;

/** A codebook within a unit: its bits and the name of its fitter. */
public record CodebookId(int bits, String fitter) implements Serializable {
  /** Whether each row has a step of its own; not of a codebook that core does not fit. */
  public boolean isPerChannel() {
    return CodebookFitters.ALL.find(fitter).map(CodebookFitter::isPerChannel).orElse(false);
  }
}
