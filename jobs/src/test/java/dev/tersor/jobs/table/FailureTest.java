package dev.tersor.jobs.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tersor.core.bits.MalformedInputException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class FailureTest {
  @Test
  void everyCauseIsToldFromTheExceptionAndFromTheRow() {
    OutOfMemoryError heap = new OutOfMemoryError("Java heap space");
    Map<Failure.Cause, List<Throwable>> causes =
        Map.of(
            Failure.Cause.MEMORY,
            List.of(
                heap,
                new OutOfMemoryError("unable to create native thread"),
                new OutOfMemoryError(),
                new StackOverflowError(),
                new InternalError("a fault occurred in an unsafe memory access operation"),
                new IllegalStateException("fit", heap),
                new RuntimeException(new ExecutionException(heap)),
                new UncheckedIOException(new IOException("spill", heap))),
            Failure.Cause.FAULT,
            List.of(
                new IOException("Stale file handle"),
                new UncheckedIOException("net fc: gone", new IOException("gone")),
                new IllegalStateException("read", new EOFException("at 7")),
                new NoSuchMethodError("fromByteArray"),
                new ExceptionInInitializerError(new NullPointerException("natives"))),
            Failure.Cause.INPUT,
            List.of(
                new IllegalStateException("decodes to other codes"),
                new IllegalArgumentException("at most 256 columns: UncheckedIOException"),
                new MalformedInputException("a bit too many", 3),
                new NullPointerException()));
    causes.forEach(
        (cause, errors) ->
            errors.forEach(
                error -> {
                  Failure failure = Failure.of(error);
                  assertEquals(cause, failure.cause(), error::toString);
                  assertEquals(failure, Failure.of(row(failure.values())), failure::text);
                  assertEquals(cause, failure.at("share").cause());
                  assertEquals(cause != Failure.Cause.INPUT, failure.isPassing());
                }));
  }

  private static Row row(Map<String, Object> values) {
    return new RowBuilder(Table.CELLS).setAll(values).build();
  }

  /** Rows of 0.1.0 say no cause. */
  @Test
  void whatEarlierVersionsWroteIsRead() {
    Map<String, Failure.Cause> causes =
        Map.of(
            "OutOfMemoryError: Java heap space", Failure.Cause.MEMORY,
            "share: java.lang.OutOfMemoryError: Java heap space", Failure.Cause.MEMORY,
            "UncheckedIOException: net fc: gone", Failure.Cause.FAULT,
            "dense: PyTorch cannot be used on Linux", Failure.Cause.FAULT,
            "IllegalArgumentException: at most 256 columns", Failure.Cause.INPUT);
    causes.forEach(
        (text, cause) ->
            assertEquals(new Failure(cause, text), Failure.of(row(Map.of("error", text)))));
  }
}
