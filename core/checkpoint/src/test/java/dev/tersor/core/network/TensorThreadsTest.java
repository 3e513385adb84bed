package dev.tersor.core.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TensorThreadsTest {
  private static final List<Integer> ITEMS = IntStream.range(0, 50).boxed().toList();

  @Test
  void resultsAreInTheOrderOfItems() {
    List<Integer> squares = TensorThreads.map(ITEMS, item -> 50 - item, item -> item * item);
    assertEquals(ITEMS.stream().map(item -> item * item).toList(), squares);
  }

  @Test
  void whatFillsMemoryIsWorkedOnAlone() {
    AtomicInteger running = new AtomicInteger();
    List<Integer> together =
        TensorThreads.map(
            ITEMS,
            item -> Long.MAX_VALUE,
            item -> {
              int now = running.incrementAndGet();
              LockSupport.parkNanos(100_000);
              running.decrementAndGet();
              return now;
            });
    assertEquals(ITEMS.stream().map(item -> 1).toList(), together);
  }

  @Test
  void theFirstThatFailsIsTold() {
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                TensorThreads.map(
                    ITEMS,
                    item -> 1,
                    item -> {
                      if (item >= 3) {
                        throw new IllegalArgumentException("item " + item);
                      }
                      return item;
                    }));
    assertEquals("item 3", error.getMessage());
  }
}
