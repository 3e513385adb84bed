package dev.tersor.core.symbol;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Whether {@link RansKernel} with vectors is right, on a Java and a processor that it is for. */
final class RansTrial {
  /** With Java 17 each look-up checks its places one by one, and takes twice as long as without. */
  private static final int QUICK_JAVA = 21;

  private RansTrial() {}

  static boolean isPassed(RansKernel vectors) {
    return Runtime.version().feature() >= QUICK_JAVA && vectors.pays() && isSame(vectors);
  }

  private static boolean isSame(RansKernel vectors) {
    SplittableRandom random = new SplittableRandom(1);
    int[] values = random.ints(4_000, 0, 200).map(value -> (value * value) >> 8).toArray();
    int[] counts = new Symbols(values, Byte.SIZE).frequencies();
    RansFrequencies frequencies = RansFrequencies.of(counts);
    byte[] payload = ChunkedRans.encode(values, frequencies, Chunks.GROUP);
    int[] decoded = new int[values.length];
    ChunkedRans.decode(payload, frequencies, decoded, 0, vectors);
    return Arrays.equals(values, decoded);
  }
}
