package dev.tersor.core.index;

import dev.tersor.core.tensor.Codes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Work that encodings of one tensor share, as a search for groups: found the first time that it is
 * asked for, and kept with the time that it took. What depends on positions alone is shared by all
 * codes with the same non-zeros, as most codebooks give them after the same pruning. Codes are told
 * apart as objects. Not for several threads at once.
 */
public final class SharedWork {
  private record Found(Object value, long nanos) {}

  /** What was found of positions. */
  @SuppressWarnings("ArrayRecordComponent") // compared as positions, never as records
  private record Mask(int[] positions, Map<Object, Found> found) {}

  private final List<Mask> masks;
  private final IdentityHashMap<Codes, Mask> maskOf = new IdentityHashMap<>();
  private final IdentityHashMap<Codes, Map<Object, Found>> ofCodes = new IdentityHashMap<>();
  private long reusedNanos;

  public SharedWork() {
    this(new ArrayList<>());
  }

  private SharedWork(List<Mask> masks) {
    this.masks = masks;
  }

  /**
   * Work on other codes of the tensor: what was found of positions is shared with this, and what
   * was found of codes is not, so that it need not be kept.
   */
  public SharedWork ofOtherCodes() {
    return new SharedWork(masks);
  }

  /** Looks whether positions were met before, so that no work that is timed does so. */
  public void meet(Codes codes) {
    mask(codes);
  }

  private Mask mask(Codes codes) {
    return maskOf.computeIfAbsent(
        codes,
        key -> {
          int[] positions = codes.nonZeroPositions();
          for (Mask known : masks) {
            if (Arrays.equals(known.positions(), positions)) {
              return known;
            }
          }
          Mask met = new Mask(positions, new HashMap<>());
          masks.add(met);
          return met;
        });
  }

  /**
   * Something that follows from codes.
   *
   * @param key what it is, with all its parameters
   * @param type its class
   */
  public <T> T ofCodes(Codes codes, Object key, Class<T> type, Supplier<T> find) {
    return find(ofCodes.computeIfAbsent(codes, c -> new HashMap<>()), key, type, find);
  }

  /**
   * Something that follows from the positions of the non-zero codes alone.
   *
   * @param key what it is, with all else that it depends on
   * @param type its class
   */
  public <T> T ofMask(Codes codes, Object key, Class<T> type, Supplier<T> find) {
    return find(mask(codes).found(), key, type, find);
  }

  private <T> T find(Map<Object, Found> known, Object key, Class<T> type, Supplier<T> find) {
    Found found = known.get(key);
    if (found == null) {
      long start = System.nanoTime();
      found = new Found(find.get(), System.nanoTime() - start);
      known.put(key, found);
    } else {
      reusedNanos += found.nanos();
    }
    return type.cast(found.value());
  }

  /** Whether that object is what {@link #ofCodes} gives for a key. */
  public boolean isOfCodes(Codes codes, Object key, Object value) {
    Found found = ofCodes.getOrDefault(codes, Map.of()).get(key);
    return found != null && found.value() == value;
  }

  /**
   * What finding everything once more that was there already would have taken: to be added to the
   * time of an encoding, so that none is quicker for having come second.
   */
  public long reusedNanos() {
    return reusedNanos;
  }
}
