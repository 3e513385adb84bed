package dev.tersor.core;

import dev.tersor.core.bits.KernelFamily;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which kernels this virtual machine runs; all give the same bytes. */
public final class Kernels {
  /** The interfaces that have families. */
  private static final List<String> INTERFACES =
      List.of(
          "index.LaneCounts",
          "index.RunOffsets",
          "kernel.PackedProducts",
          "kernel.Products",
          "symbol.RansKernel",
          "wavelet.Merge");

  private Kernels() {}

  /**
   * By family, in order of names, {@code plain} or {@code vector}: what the processor and the Java
   * version are best at, or what the property {@code tersor.kernel.NAME} asks for.
   */
  public static Map<String, String> chosen() {
    Map<String, String> chosen = new LinkedHashMap<>();
    for (KernelFamily<?> family : families()) {
      chosen.put(
          family.name(), family.working().isPresent() ? KernelFamily.VECTOR : KernelFamily.PLAIN);
    }
    return chosen;
  }

  /** By family what its property asks for and is not done. */
  public static Map<String, String> refused() {
    Map<String, String> chosen = chosen();
    Map<String, String> refused = new LinkedHashMap<>();
    for (KernelFamily<?> family : families()) {
      family
          .asked()
          .filter(asked -> !asked.equals(chosen.get(family.name())))
          .ifPresent(asked -> refused.put(family.name(), asked));
    }
    return refused;
  }

  private static List<KernelFamily<?>> families() {
    for (String name : INTERFACES) {
      try {
        Class.forName(Kernels.class.getPackageName() + "." + name);
      } catch (ClassNotFoundException e) {
        throw new IllegalStateException(name + " is not in this jar", e);
      }
    }
    return KernelFamily.all().stream().sorted(Comparator.comparing(KernelFamily::name)).toList();
  }
}
