package dev.tersor.core.bits;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Kernels with the Vector API, and whether they are used. The API is an incubator's: other Java
 * versions lack methods that these classes call, and fail only when a call is reached. So the
 * vector form is tried once a virtual machine, on a small input that reaches all code that this
 * machine executes. Plain code is used where the vector form does not link, fails or gives another
 * result. The system property {@code tersor.kernel.NAME}, {@code plain} or {@code vector}, chooses
 * for one family; what does not work is not taken, and other values mean nothing.
 *
 * @param <T> what the vector form and the plain one implement
 */
public final class KernelFamily<T> {
  /** What a family's property begins with. */
  public static final String PROPERTY = "tersor.kernel.";

  public static final String PLAIN = "plain";
  public static final String VECTOR = "vector";

  private static final List<KernelFamily<?>> ALL = Collections.synchronizedList(new ArrayList<>());

  private final String name;
  private final Class<T> type;
  private final String vectorClass;
  private final Predicate<T> trial;

  /** Whether the vector form passed; null until it was tried. */
  private volatile Boolean passed;

  /**
   * @param name of the family, for people
   * @param vectorClass the vector form, which has a constructor without arguments and is not loaded
   *     before it is tried
   * @param trial whether a vector form is right on every path, and quicker than the plain one
   */
  public KernelFamily(String name, Class<T> type, String vectorClass, Predicate<T> trial) {
    this.name = name;
    this.type = type;
    this.vectorClass = vectorClass;
    this.trial = trial;
    ALL.add(this);
  }

  /** The families whose classes are initialised. */
  public static List<KernelFamily<?>> all() {
    return List.copyOf(ALL);
  }

  public String name() {
    return name;
  }

  /** What is asked for by the family's property; empty where nothing is. */
  public Optional<String> asked() {
    return Optional.ofNullable(System.getProperty(PROPERTY + name));
  }

  /** The vector form, where it is to be taken. */
  public Optional<T> working() {
    boolean isPlain = asked().filter(PLAIN::equals).isPresent();
    return !isPlain && IncubatorModule.isPresent() && isPassed()
        ? Optional.of(vectors())
        : Optional.empty();
  }

  /**
   * The vector form, whether it works or not.
   *
   * @throws LinkageError if it does not load
   */
  public T vectors() {
    return IncubatorModule.instance(vectorClass, type);
  }

  private boolean isPassed() {
    Boolean known = passed;
    if (known == null) {
      known = isPassedNow();
      passed = known;
    }
    return known;
  }

  private synchronized boolean isPassedNow() {
    if (passed != null) {
      return passed;
    }
    try {
      return trial.test(vectors());
    } catch (LinkageError | RuntimeException | AssertionError | InternalError e) {
      // What is missing, and how that shows, is up to the Java version.
      return false;
    }
  }
}
