package dev.tersor.core.tensor;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What was found of something and took long to find, with the time that it took. Not for several
 * threads at once.
 */
final class Ledger {
  private record Entry(Object value, long nanos) {}

  private final Map<Object, Entry> entries = new HashMap<>();
  private long reusedNanos;

  /** What a key stands for: found the first time that it is asked for, and kept. */
  <T> T find(Object key, Class<T> type, Supplier<T> find) {
    Entry known = entries.get(key);
    if (known == null) {
      long start = System.nanoTime();
      known = new Entry(find.get(), System.nanoTime() - start);
      entries.put(key, known);
    } else {
      reusedNanos += known.nanos();
    }
    return type.cast(known.value());
  }

  /** Whether that object is what a key stands for. */
  boolean holds(Object key, Object value) {
    Entry known = entries.get(key);
    return known != null && known.value() == value;
  }

  /** What finding everything once more that was there already would have taken. */
  long reusedNanos() {
    return reusedNanos;
  }
}
