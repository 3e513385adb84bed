package dev.tersor.jobs.run;

import java.util.function.Supplier;

/** Times work several times. The fastest run counts: it is the one that was disturbed least. */
final class Stopwatch {
  /** A clock that ticks every few ten nanoseconds has to see more than one small tensor go by. */
  private static final int LEAST_COPIED = 1 << 18;

  /**
   * What work came to, and how long it took at best.
   *
   * @param value of the last run
   */
  record Timed<T>(T value, long nanos) {}

  private final int runs;

  Stopwatch(int runs) {
    this.runs = runs;
  }

  <T> Timed<T> time(Supplier<T> work) {
    T value = null;
    long fastest = Long.MAX_VALUE;
    for (int i = 0; i < runs; i++) {
      long start = System.nanoTime();
      value = work.get();
      fastest = Math.min(fastest, System.nanoTime() - start);
    }
    return new Timed<>(value, fastest);
  }

  /** Nanoseconds of copying bytes to memory that is there already. */
  double ofCopy(byte[] from, byte[] to) {
    int copies = Math.max(1, LEAST_COPIED / Math.max(1, from.length));
    Timed<byte[]> timed =
        time(
            () -> {
              for (int i = 0; i < copies; i++) {
                System.arraycopy(from, 0, to, 0, from.length);
              }
              return to;
            });
    return (double) timed.nanos() / copies;
  }
}
