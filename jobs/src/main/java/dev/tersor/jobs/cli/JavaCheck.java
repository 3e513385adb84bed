package dev.tersor.jobs.cli;

import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.util.Optional;
import javax.security.auth.Subject;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.hadoop.util.VersionInfo;

/**
 * Whether Hadoop, and so Spark, starts on this Java. From 24 on Java does not say whose a thread
 * is, which a Hadoop that does not know of it asks first of all. What Java and Hadoop do decides,
 * not their versions.
 */
public final class JavaCheck {
  private JavaCheck() {}

  /** Prints nothing where it does; else one line, with the status of bad usage. */
  public static void main(String[] args) {
    Optional<String> trouble = trouble();
    trouble.ifPresent(line -> System.out.println("error: " + line));
    System.exit(trouble.isPresent() ? Main.USAGE : Main.OK);
  }

  /**
   * @throws UsageException if Spark does not start on this Java
   */
  static void require() {
    trouble()
        .ifPresent(
            line -> {
              throw new UsageException(line);
            });
  }

  private static Optional<String> trouble() {
    try {
      UserGroupInformation.getCurrentUser();
      return Optional.empty();
    } catch (IOException | RuntimeException | LinkageError e) {
      return trouble(e);
    }
  }

  /** What to tell the user of an error that this Java is the cause of. */
  static Optional<String> trouble(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      StackTraceElement[] stack = cause.getStackTrace();
      if (cause instanceof UnsupportedOperationException
          && stack.length > 0
          && stack[0].getClassName().equals(Subject.class.getName())) {
        return Optional.of(
            "Java %s (%s): Hadoop %s of this Spark does not run on it (%s): set JAVA_HOME to a JDK 17, 21 or 25"
                .formatted(
                    System.getProperty("java.version"),
                    System.getProperty("java.home"),
                    VersionInfo.getVersion(),
                    cause.getMessage()));
      }
    }
    return Optional.empty();
  }
}
