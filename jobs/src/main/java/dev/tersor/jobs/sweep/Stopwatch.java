package dev.tersor.jobs.sweep;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Times work several times. The fastest run counts: it is the one that was disturbed least. */
final class Stopwatch {
  /** A clock that ticks every few ten nanoseconds has to see more than one small tensor go by. */
  private static final int LEAST_COPIED = 1 << 18;

  /** How long work that is compared is timed at least. */
  private static final long LEAST_NANOS = 50_000_000;

  /** How long it runs before it is timed first, so that the virtual machine has compiled it. */
  private static final long WARM_NANOS = 1_000_000_000;

  /** What ran that long in this virtual machine. */
  private static final Map<String, Boolean> WARM = new ConcurrentHashMap<>();

  /**
   * What work came to, and how long it took at best.
   *
   * @param value of the last run
   */
  record Timed<T>(T value, long nanos) {}

  private final int runs;

  /** The last copy; a copy that nobody could see might not be made. */
  private Object copied;

  Stopwatch(int runs) {
    this.runs = runs;
  }

  <T> Timed<T> time(Supplier<T> work) {
    return time(work, 0, () -> 0);
  }

  /**
   * Times work that may find something done already that it would have to do by itself.
   *
   * @param saved a counter of the nanoseconds that this has saved
   */
  <T> Timed<T> time(Supplier<T> work, LongSupplier saved) {
    return time(work, 0, saved);
  }

  /**
   * Times work that is compared with other work: where it is to be timed more than once, for long
   * enough, and after it was compiled.
   *
   * @param what names the work; the same name for the same code
   */
  <T> Timed<T> timeWarm(String what, Supplier<T> work) {
    if (runs == 1) {
      return time(work);
    }
    // Another task that comes to the same work meanwhile waits, and does not time it cold.
    WARM.computeIfAbsent(
        what,
        key -> {
          time(work, WARM_NANOS, () -> 0);
          return true;
        });
    return time(work, LEAST_NANOS, () -> 0);
  }

  private <T> Timed<T> time(Supplier<T> work, long leastNanos, LongSupplier saved) {
    T value = null;
    long fastest = Long.MAX_VALUE;
    long spent = 0;
    for (int i = 0; i < runs || spent < leastNanos; i++) {
      long before = saved.getAsLong();
      long start = System.nanoTime();
      value = work.get();
      long nanos = System.nanoTime() - start + saved.getAsLong() - before;
      fastest = Math.min(fastest, nanos);
      spent += nanos;
    }
    return new Timed<>(value, fastest);
  }

  /**
   * Nanoseconds of copying bytes to memory of their own, which is the least that decoding does.
   *
   * @param bytes of one copy
   */
  double ofCopy(Supplier<Object> copy, int bytes) {
    int copies = Math.max(1, LEAST_COPIED / Math.max(1, bytes));
    Timed<Object> timed =
        time(
            () -> {
              for (int i = 0; i < copies; i++) {
                copied = copy.get();
              }
              return copied;
            });
    return (double) timed.nanos() / copies;
  }
}
