package dev.tersor.core.index;

import java.util.Optional;

/**
 * Whether the Vector API is there. It is an incubator module, so that classes that use it are
 * loaded by name alone: Spark adds the module, a plain JVM does with {@code --add-modules
 * jdk.incubator.vector}. The system property {@code tersor.vector=off} does without.
 */
final class IncubatorModule {
  private IncubatorModule() {}

  static boolean isPresent() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
        && !"off".equals(System.getProperty("tersor.vector"));
  }

  /** An instance of a class that needs the module; empty where it is absent. */
  static <T> Optional<T> load(String className, Class<T> type) {
    if (!isPresent()) {
      return Optional.empty();
    }
    return Optional.of(instance(className, type));
  }

  /** The same where the module is known to be present. */
  static <T> T instance(String className, Class<T> type) {
    try {
      return Class.forName(className).asSubclass(type).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(className + " does not load", e);
    }
  }
}
