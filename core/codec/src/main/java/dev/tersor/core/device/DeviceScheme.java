package dev.tersor.core.device;

import dev.tersor.core.index.Groupwise;
import dev.tersor.core.index.IndexScheme;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Index schemes that there are decoders of in C. */
public enum DeviceScheme {
  DENSE("dense", "tersor_dense", "tersor_dense", true, false),
  BITMAP("bitmap", "tersor_bitmap", "tersor_bitmap", true, true),
  RELATIVE("relative1 to relative8", "tersor_relative", "tersor_relative", true, false),
  GAP("gap1 to gap8, gap-best", "tersor_gap", "tersor_relative", true, false),
  PSR("psr", "tersor_psr", "tersor_psr", true, true),
  DCSR("dcsr", "tersor_dcsr", "tersor_dcsr", false, true),
  GROUPS(
      "groupwise, hybrid, groupwise-best, hybrid-bitmap",
      "tersor_groups",
      "tersor_groups",
      false,
      true);

  private final String label;
  private final String function;
  private final String file;
  private final boolean byRows;
  private final boolean byVectors;

  DeviceScheme(String label, String function, String file, boolean byRows, boolean byVectors) {
    this.label = label;
    this.function = function;
    this.file = file;
    this.byRows = byRows;
    this.byVectors = byVectors;
  }

  static Optional<DeviceScheme> of(IndexScheme scheme) {
    if (scheme instanceof Groupwise) {
      return Optional.of(GROUPS);
    }
    String family = scheme.name().replaceFirst("[0-9]$|-best$", "");
    return switch (family) {
      case "dense" -> Optional.of(DENSE);
      case "bitmap" -> scheme.name().equals(family) ? Optional.of(BITMAP) : Optional.empty();
      case "relative" -> Optional.of(RELATIVE);
      case "gap" -> Optional.of(GAP);
      case "psr" -> Optional.of(PSR);
      case "dcsr" -> Optional.of(DCSR);
      default -> Optional.empty();
    };
  }

  /** The names in recipes of some, or of all. */
  static String labels(Predicate<DeviceScheme> which) {
    return Arrays.stream(values())
        .filter(which)
        .map(DeviceScheme::label)
        .collect(Collectors.joining(", "));
  }

  /** The names in recipes. */
  public String label() {
    return label;
  }

  /** The C function that decodes such a layer. */
  public String function() {
    return function;
  }

  /** Header and source file, without their endings. */
  String file() {
    return file;
  }

  /** Whether a layer can be decoded a few codes at a time, with less memory than all of them. */
  public boolean isByRows() {
    return byRows;
  }

  /** Whether there is a decoder by vectors too, its name ending in {@code _mve}. */
  public boolean isByVectors() {
    return byVectors;
  }
}
