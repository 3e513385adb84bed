package dev.tersor.jobs.plan;

import java.io.Serializable;

/**
 * One result to compute, within a unit.
 *
 * @param setting as it was asked for
 * @param bits those of the tensor
 * @param recipe the recipe that the encoding means for this tensor; itself where that is not known
 *     before it is tried
 * @param key hash of the whole configuration
 */
public record Cell(Setting setting, int bits, String recipe, String key) implements Serializable {
  public String encoding() {
    return setting.encoding();
  }

  public CodebookId codebook() {
    return new CodebookId(bits, setting.codebook());
  }
}
