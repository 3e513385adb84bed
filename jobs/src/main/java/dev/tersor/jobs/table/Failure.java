package dev.tersor.jobs.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;

/**
 * Why something of a grid failed, as the tables' column {@code error} says it. What the input
 * causes would come out the same and is held; what memory or the machine causes may not, and the
 * next run tries it again.
 *
 * @param text of the column: it tells the causes apart by what it begins with
 */
public record Failure(Cause cause, String text) {
  /** What a failure is due to. */
  public enum Cause {
    /** The weights and what was asked of them. */
    INPUT,
    /** Memory that was not there: heap, threads, stack. */
    MEMORY,
    /** Files that could not be read or written, and a class path that lacks something. */
    MACHINE
  }

  private static final String OUT_OF_MEMORY = "OutOfMemoryError";
  private static final String OTHER_LIMIT = "VirtualMachineError";
  private static final String NOT_READ = "UncheckedIOException";
  private static final String NOT_LINKED = "LinkageError";

  /** Texts of stages have the stage in front, and those of 0.1.0 a package. */
  private static final Pattern MEMORY = begins(OUT_OF_MEMORY, OTHER_LIMIT);

  private static final Pattern MACHINE = begins(NOT_READ, NOT_LINKED);

  private static Pattern begins(String... names) {
    return Pattern.compile("(^|: )([a-z.]+\\.)?(" + String.join("|", names) + "): ");
  }

  /** What an exception or error is, whatever it is wrapped into. */
  public static Failure of(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError) {
        return new Failure(Cause.MEMORY, OUT_OF_MEMORY + ": " + cause.getMessage());
      }
      if (cause instanceof VirtualMachineError) {
        return new Failure(Cause.MEMORY, OTHER_LIMIT + ": " + cause);
      }
    }
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException || cause instanceof UncheckedIOException) {
        return new Failure(Cause.MACHINE, NOT_READ + ": " + error.getMessage());
      }
      if (cause instanceof LinkageError) {
        return new Failure(Cause.MACHINE, NOT_LINKED + ": " + cause);
      }
    }
    return new Failure(Cause.INPUT, error.getClass().getSimpleName() + ": " + error.getMessage());
  }

  /** What a table holds as its error. */
  public static Failure parse(String error) {
    return new Failure(
        MEMORY.matcher(error).find()
            ? Cause.MEMORY
            : MACHINE.matcher(error).find() ? Cause.MACHINE : Cause.INPUT,
        error);
  }

  /** Whether the next run tries it again. */
  public boolean isPassing() {
    return cause != Cause.INPUT;
  }
}
