package dev.tersor.jobs.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.MalformedInputException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class FailureTest {
  @Test
  void everyCauseIsToldFromTheExceptionAndFromTheText() {
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
            Failure.Cause.MACHINE,
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
                  assertEquals(failure, Failure.parse(failure.text()), failure::text);
                  assertEquals(cause, Failure.parse("share: " + failure.text()).cause());
                  assertEquals(cause != Failure.Cause.INPUT, failure.isPassing());
                }));
  }

  @Test
  void whatEarlierVersionsWroteIsRead() {
    assertEquals(Failure.Cause.MEMORY, Failure.parse("OutOfMemoryError: Java heap space").cause());
    assertEquals(
        Failure.Cause.MACHINE, Failure.parse("UncheckedIOException: net fc: gone").cause());
    assertTrue(Failure.parse("share: java.lang.OutOfMemoryError: Java heap space").isPassing());
  }
}
