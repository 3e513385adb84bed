package dev.tersor.core.device;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Names of tensors as parts of identifiers in C. */
final class CNames {
  private static final Pattern TAKEN = Pattern.compile("[A-Za-z0-9_./:\\-]+");

  /** What C already uses, to the tensor that did. */
  private final Map<String, String> used = new HashMap<>();

  /**
   * A tensor's name with {@code . / : -} as underscores.
   *
   * @throws IllegalArgumentException if it has other characters, or another tensor has that name
   */
  String of(String name) {
    if (!TAKEN.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "tensor '"
              + name
              + "' has a name that C cannot have, expected letters, digits and any of _ . / : -");
    }
    String identifier = name.replaceAll("[./:\\-]", "_");
    String other = used.putIfAbsent(identifier, name);
    if (other != null) {
      throw new IllegalArgumentException(
          "tensors '%s' and '%s' would both be weights_%s in C".formatted(other, name, identifier));
    }
    return identifier;
  }
}
