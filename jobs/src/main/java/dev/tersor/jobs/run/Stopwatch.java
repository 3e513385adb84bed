package dev.tersor.jobs.run;

import java.util.function.Supplier;

/** Times work several times. The fastest run counts: it is the one that was disturbed least. */
final class Stopwatch {
  /** A clock that ticks every few ten nanoseconds has to see more than one small tensor go by. */
  private static final int LEAST_COPIED = 1 << 18;

  /** How long what is to be compared runs at least, so that the virtual machine has compiled it. */
  private static final long WARM_NANOS = 50_000_000;

  /**
   * What work came to, and how long it took at best.
   *
   * @param value of the last run
   */
  record Timed<T>(T value, long nanos) {}

  private final int runs;

  /** The last copy; a copy that nobody could see might not be made. */
  private byte[] copied;

  Stopwatch(int runs) {
    this.runs = runs;
  }

  <T> Timed<T> time(Supplier<T> work) {
    return time(work, 0);
  }

  /** Times work that is compared: where it is to be timed more than once, for long enough. */
  <T> Timed<T> timeWarm(Supplier<T> work) {
    return time(work, runs == 1 ? 0 : WARM_NANOS);
  }

  private <T> Timed<T> time(Supplier<T> work, long leastNanos) {
    T value = null;
    long fastest = Long.MAX_VALUE;
    long spent = 0;
    for (int i = 0; i < runs || spent < leastNanos; i++) {
      long start = System.nanoTime();
      value = work.get();
      long nanos = System.nanoTime() - start;
      fastest = Math.min(fastest, nanos);
      spent += nanos;
    }
    return new Timed<>(value, fastest);
  }

  /** Nanoseconds of copying bytes to memory of their own, which is the least that decoding does. */
  double ofCopy(byte[] bytes) {
    int copies = Math.max(1, LEAST_COPIED / Math.max(1, bytes.length));
    Timed<byte[]> timed =
        time(
            () -> {
              for (int i = 0; i < copies; i++) {
                copied = bytes.clone();
              }
              return copied;
            });
    return (double) timed.nanos() / copies;
  }
}
