package dev.tersor.jobs.plan;

import java.io.Serializable;

/**
 * What became of a codebook with a target: the fitter with the lambda that reaches it, or why none
 * does.
 *
 * @param fitter null where none does
 * @param refusal saying what is the nearest; null where the target is reached
 */
public record ChosenFitter(String fitter, String refusal) implements Serializable {
  public static ChosenFitter of(String fitter) {
    return new ChosenFitter(fitter, null);
  }

  public static ChosenFitter refused(String refusal) {
    return new ChosenFitter(null, refusal);
  }

  /** Whether the target cannot be reached. */
  public boolean isRefused() {
    return refusal != null;
  }

  /**
   * The codebook as it is fitted.
   *
   * @throws UnreachableException if its target cannot be reached
   */
  public CodebookId of(CodebookId asked) {
    if (isRefused()) {
      throw new UnreachableException(refusal);
    }
    return new CodebookId(asked.bits(), fitter);
  }
}
