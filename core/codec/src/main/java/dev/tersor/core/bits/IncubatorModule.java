package dev.tersor.core.bits;

import java.lang.reflect.Constructor;

/**
 * Says whether the Vector API is there. It is an incubator module, so classes that use it are
 * loaded by name alone. Spark adds the module; a plain JVM needs {@code --add-modules
 * jdk.incubator.vector}. The system property {@code tersor.vector=off} turns it off. Whether a
 * class works, its {@link KernelFamily} says.
 */
public final class IncubatorModule {
  public static final String PROPERTY = "tersor.vector";

  private IncubatorModule() {}

  public static boolean isPresent() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
        && !"off".equals(System.getProperty(PROPERTY));
  }

  /**
   * An instance of a class that needs the module, by its constructor without arguments.
   *
   * @throws LinkageError if it does not load
   */
  public static <T> T instance(String className, Class<T> type) {
    try {
      Constructor<? extends T> constructor =
          Class.forName(className).asSubclass(type).getDeclaredConstructor();
      constructor.setAccessible(true);
      return constructor.newInstance();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(className + " does not load", e);
    }
  }
}
