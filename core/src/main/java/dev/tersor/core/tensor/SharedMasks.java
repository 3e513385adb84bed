package dev.tersor.core.tensor;

import java.util.ArrayList;
import java.util.List;

/**
 * The masks of a tensor under one codebook after the other. Most are the same, since a codebook
 * keeps what pruning left unless a weight is nearest to zero; what was found of one is then found
 * for all. Not for several threads at once.
 */
public final class SharedMasks {
  private final List<NonZeros> known = new ArrayList<>();

  /** Lets codes take over what was found of their mask, where it was met before. */
  public void share(Codes codes) {
    for (NonZeros mask : known) {
      if (codes.nonZeros().isSame(mask)) {
        codes.take(mask);
        return;
      }
    }
    known.add(codes.nonZeros());
  }
}
