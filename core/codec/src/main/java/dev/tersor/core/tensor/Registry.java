package dev.tersor.core.tensor;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Named things in a fixed order. */
public final class Registry<T> {
  private static final int MAX_SHOWN = 80;

  private final String kind;
  private final Map<String, T> byName;

  /**
   * @param kind what the things are, for error messages
   * @throws IllegalArgumentException if two have the same name
   */
  public Registry(String kind, Function<T, String> name, List<T> things) {
    this.kind = kind;
    Map<String, T> named = new LinkedHashMap<>();
    for (T thing : things) {
      if (named.put(name.apply(thing), thing) != null) {
        throw new IllegalArgumentException("two of " + kind + " " + name.apply(thing));
      }
    }
    this.byName = Collections.unmodifiableMap(named);
  }

  public Optional<T> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /**
   * @throws IllegalArgumentException naming what there is, if there is no such thing
   */
  public T get(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown "
                        + kind
                        + " '"
                        + shortened(name)
                        + "', known: "
                        + String.join(", ", names())));
  }

  /** What a message repeats of a name from anywhere. */
  static String shortened(String name) {
    return name.length() <= MAX_SHOWN ? name : name.substring(0, MAX_SHOWN) + "...";
  }

  public Collection<T> all() {
    return byName.values();
  }

  public Collection<String> names() {
    return byName.keySet();
  }
}
