package dev.tersor.jobs.inference;

import dev.tersor.core.encode.NetworkSequence;

/** What it takes to find a layer of a sequence: two selects, and the access of its flag. */
public final class SequenceTimes {
  /** Walks through all layers are timed for so long: what runs less is not compiled yet. */
  private static final long NANOS = 300_000_000;

  private SequenceTimes() {}

  /** Nanoseconds a layer, of the fastest walk through all of them; 0 where there are none. */
  public static double placeNanos(NetworkSequence sequence) {
    int layers = sequence.layers().size();
    long least = Long.MAX_VALUE;
    long found = 0;
    long begin = System.nanoTime();
    while (layers > 0 && System.nanoTime() - begin < NANOS) {
      long start = System.nanoTime();
      for (int layer = 0; layer < layers; layer++) {
        found += sequence.place(layer).to();
      }
      least = Math.min(least, System.nanoTime() - start);
    }
    if (found < 0) {
      throw new AssertionError(
          "layers end before the sequence"); // a sum that nobody reads is not made
    }
    return layers == 0 ? 0 : (double) least / layers;
  }
}
