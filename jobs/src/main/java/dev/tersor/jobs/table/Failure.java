package dev.tersor.jobs.table;

import dev.tersor.jobs.config.UnavailableException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;

/**
 * Why something of a grid failed: the columns {@code error} and {@code cause}. What the input
 * causes would come out the same and is held; what memory or a fault causes may not, and the next
 * run tries it again.
 *
 * @param text what the exception says
 */
public record Failure(Cause cause, String text) implements Serializable {
  /** What a failure is due to. */
  public enum Cause {
    /** The weights and what was asked of them. */
    INPUT,
    /** Memory that was not there: heap, threads, stack. */
    MEMORY,
    /** Files that could not be read or written, a class path that lacks something. */
    FAULT;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Rows of 0.1.0 have no cause but a text that begins with it, behind a stage and a package. */
  private static final Pattern MEMORY = begins("OutOfMemoryError|VirtualMachineError");

  private static final Pattern FAULT =
      Pattern.compile(begins("UncheckedIOException|LinkageError") + "|PyTorch cannot be used");

  private static Pattern begins(String names) {
    return Pattern.compile("(^|: )([a-z.]+\\.)?(" + names + "): ");
  }

  /** What an exception or error is, whatever it is wrapped into. */
  public static Failure of(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof VirtualMachineError) {
        return new Failure(Cause.MEMORY, text(cause));
      }
    }
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException
          || cause instanceof UncheckedIOException
          || cause instanceof LinkageError
          || cause instanceof UnavailableException) {
        return new Failure(Cause.FAULT, text(error));
      }
    }
    return new Failure(Cause.INPUT, text(error));
  }

  private static String text(Throwable error) {
    return error.getClass().getSimpleName() + ": " + error.getMessage();
  }

  /**
   * That of a row that is not verified.
   *
   * @param row with {@code error} and {@code cause}
   */
  public static Failure of(Row row) {
    String text = String.valueOf(row.<String>getAs("error"));
    String cause = row.getAs("cause");
    for (Cause known : Cause.values()) {
      if (known.label().equals(cause)) {
        return new Failure(known, text);
      }
    }
    return new Failure(
        MEMORY.matcher(text).find()
            ? Cause.MEMORY
            : FAULT.matcher(text).find() ? Cause.FAULT : Cause.INPUT,
        text);
  }

  /** The same with what it happened at. */
  public Failure at(String place) {
    return new Failure(cause, place + ": " + text);
  }

  /** The columns of a row that failed. */
  public Map<String, Object> values() {
    return Map.of("verified", false, "error", text, "cause", cause.label());
  }

  /** Whether the next run tries it again. */
  public boolean isPassing() {
    return cause != Cause.INPUT;
  }
}
