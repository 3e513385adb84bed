package dev.tersor.core.encode;

import dev.tersor.core.tensor.Codebook;

/**
 * How codebooks of one type are stored: as a row of numbers, or as streams, which the recipe's
 * coder codes. Implementations have no state, and are registered in {@link CodebookSections}.
 */
sealed interface CodebookForm<C extends Codebook> permits CodebookSection, CodebookStreams {
  /** What the head of a container calls this type of codebook. */
  int kind();

  Class<C> type();
}
