package dev.tersor.core.bits;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinTask;
import java.util.function.IntConsumer;

/**
 * A loop whose rounds do not wait for each other. In a {@link java.util.concurrent.ForkJoinPool} it
 * runs as tasks of the pool, elsewhere round by round: who wants several cores for one tensor asks
 * for it in a pool, and who has a core for each of many tensors gets no more threads.
 */
public final class ForkedLoop {
  private ForkedLoop() {}

  /**
   * Does all rounds.
   *
   * @param body given 0 to {@code rounds - 1}, in any order; what it throws is thrown
   */
  public static void run(int rounds, IntConsumer body) {
    if (rounds < 2 || !ForkJoinTask.inForkJoinPool()) {
      for (int round = 0; round < rounds; round++) {
        body.accept(round);
      }
      return;
    }
    List<ForkJoinTask<?>> tasks = new ArrayList<>(rounds);
    for (int round = 0; round < rounds; round++) {
      int one = round;
      tasks.add(ForkJoinTask.adapt(() -> body.accept(one)));
    }
    ForkJoinTask.invokeAll(tasks);
  }
}
