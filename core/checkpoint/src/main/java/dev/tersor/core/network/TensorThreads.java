package dev.tersor.core.network;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Works on the tensors of a network on all processors, as many at once as memory holds. */
final class TensorThreads {
  /**
   * Of a weight that is worked on: its value, the pruned one, its code, and candidates of these.
   */
  private static final int BYTES_OF_A_WEIGHT = 110;

  /** The share of memory for what is worked on; the rest is for what is done. */
  private static final double SHARE_OF_MEMORY = 0.6;

  private TensorThreads() {}

  /**
   * The results of all items, in their order.
   *
   * @param weights of an item; one that is larger than memory seems to allow is worked on alone
   * @param work may throw unchecked exceptions: that of the first item that fails is thrown
   */
  static <T, R> List<R> map(List<T> items, ToLongFunction<T> weights, Function<T, R> work) {
    long most = (long) (SHARE_OF_MEMORY * Runtime.getRuntime().maxMemory()) / BYTES_OF_A_WEIGHT;
    int budget = (int) Math.min(Integer.MAX_VALUE, Math.max(1, most));
    Semaphore free = new Semaphore(budget);
    AtomicBoolean going = new AtomicBoolean(true);
    ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<Future<R>> results = new ArrayList<>();
      for (T item : items) {
        int taken = (int) Math.min(budget, Math.max(1, weights.applyAsLong(item)));
        free.acquireUninterruptibly(taken);
        if (!going.get()) {
          break;
        }
        results.add(
            threads.submit(
                () -> {
                  boolean done = false;
                  try {
                    R made = work.apply(item);
                    done = true;
                    return made;
                  } finally {
                    going.compareAndSet(true, done);
                    free.release(taken);
                  }
                }));
      }
      List<R> all = new ArrayList<>();
      for (Future<R> result : results) {
        all.add(result.get());
      }
      return all;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      threads.shutdownNow();
    }
  }
}
